//! Settings of the Default tenant, each one JSON value under a key.

use diesel::prelude::*;

use super::Catalogue;
use crate::{error::Result, query::RunQueryDsl, schema::catalogue::catalogue_setting, types::Json};

impl Catalogue {
    /// The value under `key`, if one was set.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn setting(&self, key: &'static str) -> Result<Option<serde_json::Value>> {
        self.read(move |conn| {
            Box::pin(async move {
                let value: Option<Json<serde_json::Value>> = catalogue_setting::table
                    .find(key)
                    .select(catalogue_setting::value)
                    .first(conn)
                    .await
                    .optional()?;
                Ok(value.map(|v| v.0))
            })
        })
        .await
    }

    /// Sets the value under `key`.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_setting(&self, key: &'static str, value: serde_json::Value) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                let value = Json(value);
                diesel::insert_into(catalogue_setting::table)
                    .values((catalogue_setting::key.eq(key), catalogue_setting::value.eq(&value)))
                    .on_conflict(catalogue_setting::key)
                    .do_update()
                    .set(catalogue_setting::value.eq(&value))
                    .execute(conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
