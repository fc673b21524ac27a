//! What the admin's first screen counts.

use diesel::prelude::*;
use rowhouse_domain::content::{Kind, Status};
use serde::Serialize;

use super::super::super::desk::Look;
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{account, item, media},
    types::Col,
};

/// How much there is of what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Items out of the bin, by kind and status.
    pub items: Vec<(Kind, Status, u64)>,
    /// Items in the bin.
    pub bin: u64,
    /// Files.
    pub media: u64,
    /// Bytes of all files, variants included.
    pub media_bytes: u64,
    /// Accounts.
    pub accounts: u64,
}

impl Look {
    /// How much there is of what.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn facts(&mut self) -> Result<Facts> {
        let items: Vec<(Col<Kind>, Col<Status>, i64)> = item::table
            .filter(item::deleted_at.is_null())
            .group_by((item::kind, item::status))
            .select((item::kind, item::status, diesel::dsl::count_star()))
            .order((item::kind, item::status))
            .load(&mut self.conn)
            .await?;
        let bin: i64 =
            item::table.filter(item::deleted_at.is_not_null()).count().get_result(&mut self.conn).await?;
        let files: i64 = media::table.count().get_result(&mut self.conn).await?;
        let accounts: i64 = account::table.count().get_result(&mut self.conn).await?;
        Ok(Facts {
            items: items.into_iter().map(|(k, s, n)| (k.0, s.0, n.cast_unsigned())).collect(),
            bin: bin.cast_unsigned(),
            media: files.cast_unsigned(),
            media_bytes: self.media_bytes().await?,
            accounts: accounts.cast_unsigned(),
        })
    }
}
