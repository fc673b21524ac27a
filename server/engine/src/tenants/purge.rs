//! The end of a deleted tenant: its row, its database and its files go for good, with a report of what went.

use jiff::Timestamp;
use rowhouse_domain::{TenantId, name::TenantName, tenant::TenantState};
use rowhouse_store::{CatalogueEvent, TenantFilter, TenantRow, drop_place};
use serde::Serialize;

use super::{Tenants, operator, reset::media};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    tenant_info::TenantInfo,
};

/// What went with a purged tenant.
#[derive(Clone, Debug, Serialize)]
pub struct Purged {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: TenantName,
    /// Its title.
    pub title: String,
    /// When it had been deleted.
    pub deleted_at: Option<Timestamp>,
    /// The database that was dropped, without its password.
    pub database: String,
    /// The bytes it took; absent if it could not be asked any more.
    pub database_bytes: Option<u64>,
    /// Files that were removed.
    pub media_files: u64,
    /// Their bytes.
    pub media_bytes: u64,
}

impl Tenants {
    /// Removes a deleted tenant for good. `now` does not wait for the end of the grace period.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if it is not deleted or can still be had back. What fails half-way is noted
    /// and removed by the collector of orphans.
    #[crate::boxed]
    pub async fn purge(&self, name_or_id: &str, now: bool, actor: &Actor) -> Result<Purged> {
        operator(actor)?;
        let row = self.deleted_row(name_or_id).await?;
        let info = TenantInfo::decode(row.clone(), &self.core.keys)?;
        if let Some(until) = self.kept_until(&info).filter(|until| !now && *until > self.core.clock.now()) {
            return Err(EngineError::Conflict(format!(
                "{} can be had back until {until}; say that it is to go now, or wait",
                info.name
            )));
        }
        let (this, who) = (self.clone(), actor.name.clone());
        self.finish(async move { this.purge_row(row, info, who).await }).await
    }

    /// Removes every tenant whose grace period is over. To be called now and then.
    ///
    /// # Errors
    /// What the catalogue says. A tenant that cannot be removed is logged and hides no other.
    #[crate::boxed]
    pub async fn purge_due(&self, actor: &Actor) -> Result<Vec<Purged>> {
        let state = Some(TenantState::Deleted);
        let filter = TenantFilter { state, limit: i64::MAX, ..TenantFilter::default() };
        let mut gone = Vec::new();
        for info in self.list(filter, actor).await?.tenants {
            if self.kept_until(&info).is_none_or(|until| until > self.core.clock.now()) {
                continue;
            }
            match self.purge(&info.id.to_string(), false, actor).await {
                Ok(purged) => gone.push(purged),
                Err(error) => tracing::warn!(tenant = %info.name, %error, "a deleted tenant was not removed"),
            }
        }
        Ok(gone)
    }

    async fn purge_row(&self, row: TenantRow, info: TenantInfo, who: String) -> Result<Purged> {
        let _held = self.names.hold(&row.name.0).await;
        let store = self.core.store(info.id, info.target.clone());
        let database_bytes = store.size().await.ok();
        let detail = serde_json::json!({ "name": info.name, "title": info.title, "bytes": database_bytes });
        let event = CatalogueEvent::new(info.id, self.core.clock.now(), who, "purged", detail);
        let process = self.process.to_string();
        let purged = self.core.catalogue.purge_tenant(info.id, event, process).await?;
        let Some(purged) = purged else { return Err(EngineError::NotFound("tenant")) };
        self.core.steps.reached("purge.unlisted").await;
        store.close();
        drop_place(&info.target).await?;
        self.core.steps.reached("purge.dropped").await;
        let files = self.core.media.delete_tenant(info.id).await.map_err(media)?;
        self.core.catalogue.end_provision(purged.provision.id.0).await?;
        Ok(Purged {
            id: info.id,
            database: info.database_label(),
            name: info.name,
            title: info.title,
            deleted_at: info.deleted_at,
            database_bytes,
            media_files: files.objects,
            media_bytes: files.bytes,
        })
    }
}
