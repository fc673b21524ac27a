//! Pulses written as they must not be, for [`crate::Slip`]. Several processes meet on PostgreSQL alone, so
//! only that is spoken here.

use rowhouse_domain::{
    TenantId,
    coherence::{Token, Version},
};

use super::{
    Catalogue,
    pulse::{bump, literal, next_seq},
};
use crate::{conn::Purpose, error::Result, query::RunQueryDsl};

impl Catalogue {
    /// Settles whatever was announced since.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub(crate) async fn settle_over_others(&self, tenant: TenantId, version: Version) -> Result<bool> {
        self.reserved(Purpose::Intent, move |conn| {
            Box::pin(async move {
                let token = literal(version.token, true);
                let set = format!("n = {}, token = {token}, intent_token = {token}", version.n);
                bump(conn, &set, "TRUE", tenant).await
            })
        })
        .await
    }

    /// Clears an announcement without knowing what became of it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub(crate) async fn forget_intent(&self, tenant: TenantId, seen: Token) -> Result<bool> {
        self.reserved(Purpose::Intent, move |conn| {
            Box::pin(async move {
                let guard = format!("intent_token = {}", literal(seen, true));
                bump(conn, "intent_token = token", &guard, tenant).await
            })
        })
        .await
    }

    /// Takes the next number long before it is used.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub(crate) async fn number_early(&self) -> Result<i64> {
        self.reserved(Purpose::Intent, |conn| Box::pin(next_seq(conn))).await
    }

    /// Announces, or settles if a version is given, with a number taken before.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub(crate) async fn use_number(
        &self,
        seq: i64,
        tenant: TenantId,
        intent: Token,
        version: Option<Version>,
    ) -> Result<bool> {
        self.reserved(Purpose::Intent, move |conn| {
            Box::pin(async move {
                let token = literal(intent, true);
                let set = match version {
                    Some(version) => format!("n = {}, token = {token}", version.n),
                    None => format!("intent_token = {token}"),
                };
                let id = tenant.0.simple();
                let sql = format!("UPDATE tenant_pulse SET seq = {seq}, {set} WHERE tenant_id = '{id}'");
                let rows = diesel::sql_query(sql).execute(conn).await?;
                Ok(rows == 1)
            })
        })
        .await
    }
}
