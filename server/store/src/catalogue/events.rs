//! The log of what happened to tenants: who did what, when. It outlives the tenants themselves.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::TenantId;
use uuid::Uuid;

use super::Catalogue;
use crate::{
    conn::Conn,
    error::Result,
    query::{RunQueryDsl, columns},
    schema::catalogue::tenant_event,
    types::{Col, Json},
};

/// One entry.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = tenant_event, treat_none_as_default_value = false)]
pub struct CatalogueEvent {
    /// The entry's id.
    pub id: Col<Uuid>,
    /// Which tenant.
    pub tenant_id: Col<TenantId>,
    /// When.
    pub at: Col<Timestamp>,
    /// Who: a super user's name, `cli`, or `node`.
    pub actor: String,
    /// What: `created`, `suspended`, …
    pub what: String,
    /// Particulars.
    pub detail: Json<serde_json::Value>,
}

impl CatalogueEvent {
    /// An entry for now.
    pub fn new(
        tenant: TenantId,
        at: Timestamp,
        actor: impl Into<String>,
        what: impl Into<String>,
        detail: serde_json::Value,
    ) -> Self {
        Self {
            id: Col(Uuid::now_v7()),
            tenant_id: Col(tenant),
            at: Col(at),
            actor: actor.into(),
            what: what.into(),
            detail: Json(detail),
        }
    }
}

#[crate::boxed]
pub(super) async fn insert(conn: &mut Conn, event: &CatalogueEvent) -> Result<()> {
    diesel::insert_into(tenant_event::table).values(event).execute(conn).await?;
    Ok(())
}

impl Catalogue {
    /// The newest entries of one tenant.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn events(&self, tenant: TenantId, most: i64) -> Result<Vec<CatalogueEvent>> {
        self.read(move |conn| {
            Box::pin(async move {
                Ok(tenant_event::table
                    .filter(tenant_event::tenant_id.eq(Col(tenant)))
                    .order(tenant_event::at.desc())
                    .limit(most)
                    .select(columns::<CatalogueEvent>())
                    .load(conn)
                    .await?)
            })
        })
        .await
    }
}
