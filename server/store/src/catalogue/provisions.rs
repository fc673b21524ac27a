//! Which private databases are being built or taken down.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{TenantId, name::TenantName, tenant::Isolation};
use uuid::Uuid;

use super::Catalogue;
use crate::{
    error::Result,
    query::{RunQueryDsl, columns},
    schema::catalogue::provision,
    types::Col,
};

/// A private database that is being built, or taken down; an orphan once its maker is gone.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = provision, treat_none_as_default_value = false)]
pub struct ProvisionRow {
    /// Its id.
    pub id: Col<Uuid>,
    /// Whose database.
    pub tenant_id: Col<TenantId>,
    /// The tenant's name.
    pub name: Col<TenantName>,
    /// `create`, `purge`, `restore`, …
    pub purpose: String,
    /// How its data is kept apart.
    pub isolation: Col<Isolation>,
    /// The database, encrypted with the cluster key.
    pub database_url: String,
    /// The schema in it.
    pub schema_name: Option<String>,
    /// Which process began it.
    pub node: String,
    /// When.
    pub started_at: Col<Timestamp>,
}

impl Catalogue {
    /// Notes that a private database is about to be built or taken down.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn begin_provision(&self, row: ProvisionRow) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                diesel::insert_into(provision::table).values(&row).execute(conn).await?;
                Ok(())
            })
        })
        .await
    }

    /// The note is no longer needed.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn end_provision(&self, id: Uuid) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                diesel::delete(provision::table.find(Col(id))).execute(conn).await?;
                Ok(())
            })
        })
        .await
    }

    /// All provisions noted, oldest first.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn provisions(&self) -> Result<Vec<ProvisionRow>> {
        self.read(move |conn| {
            Box::pin(async move {
                Ok(provision::table
                    .order(provision::started_at.asc())
                    .select(columns::<ProvisionRow>())
                    .load(conn)
                    .await?)
            })
        })
        .await
    }
}
