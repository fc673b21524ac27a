//! Bringing the databases of many tenants to this program's schema: a few at a time, each with a result of
//! its own, so that one that fails holds up no other. Tenants in use are migrated when they are opened.

use futures_util::{StreamExt, stream};
use rowhouse_domain::name::TenantName;
use rowhouse_store::{CatalogueEvent, TENANT, TenantFilter, newest};
use serde::Serialize;

use super::{Tenants, operator};
use crate::{actor::Actor, error::Result, tenant_info::TenantInfo};

const AT_ONCE: usize = 4;

/// What came of one tenant.
#[derive(Clone, Debug, Serialize)]
pub struct Migrated {
    /// Its name.
    pub name: TenantName,
    /// The schema that it had, as the catalogue knew.
    pub from: i64,
    /// The schema that it has now; the old one if it failed.
    pub to: i64,
    /// Steps taken.
    pub steps: usize,
    /// What went wrong.
    pub problem: Option<String>,
}

impl Tenants {
    /// Migrates every tenant that is behind, or with `all` looks at every one.
    ///
    /// # Errors
    /// [`crate::EngineError::Denied`], or what the catalogue says.
    #[crate::boxed]
    pub async fn migrate(&self, all: bool, actor: &Actor) -> Result<Vec<Migrated>> {
        operator(actor)?;
        let filter = TenantFilter { limit: i64::MAX, ..TenantFilter::default() };
        let page = self.list(filter, actor).await?;
        let known = newest(TENANT);
        let due: Vec<_> = page.tenants.into_iter().filter(|t| all || t.schema_version < known).collect();
        let (this, who) = (self.clone(), actor.name.clone());
        let mut results = self
            .finish(async move {
                let work = |info| {
                    let (this, who) = (this.clone(), who.clone());
                    async move { this.migrate_one(info, who).await }
                };
                Ok(stream::iter(due).map(work).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await)
            })
            .await?;
        results.extend(page.unreadable.into_iter().map(|(name, problem)| Migrated {
            name,
            from: 0,
            to: 0,
            steps: 0,
            problem: Some(problem),
        }));
        results.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(results)
    }

    /// Migrates one tenant.
    ///
    /// # Errors
    /// [`crate::EngineError::NotFound`], or what the catalogue or the tenant's database says.
    #[crate::boxed]
    pub async fn migrate_named(&self, name_or_id: &str, actor: &Actor) -> Result<Migrated> {
        let info = self.show(name_or_id, actor).await?;
        let (this, who) = (self.clone(), actor.name.clone());
        self.finish(async move {
            let (to, steps) = this.prepare_and_note(&info, who).await?;
            Ok(Migrated { name: info.name.clone(), from: info.schema_version, to, steps, problem: None })
        })
        .await
    }

    async fn migrate_one(&self, info: std::sync::Arc<TenantInfo>, who: String) -> Migrated {
        let from = info.schema_version;
        match self.prepare_and_note(&info, who).await {
            Ok((to, steps)) => Migrated { name: info.name.clone(), from, to, steps, problem: None },
            Err(error) => {
                let problem = Some(error.to_string());
                Migrated { name: info.name.clone(), from, to: from, steps: 0, problem }
            }
        }
    }

    async fn prepare_and_note(&self, info: &TenantInfo, who: String) -> Result<(i64, usize)> {
        let (to, steps) = self.core.store(info.id, info.target.clone()).prepare().await?;
        if to != info.schema_version {
            let detail = serde_json::json!({ "from": info.schema_version, "to": to });
            let event = CatalogueEvent::new(info.id, self.core.clock.now(), who, "migrated", detail);
            let note = move |row: &mut rowhouse_store::TenantRow| {
                row.schema_version = to;
                Ok(())
            };
            self.core.catalogue.change_tenant(info.id, event, note).await?;
        }
        Ok((to, steps))
    }
}
