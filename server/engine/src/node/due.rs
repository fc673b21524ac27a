//! Work that tenants do by themselves: plans that have come due, and sweeping up. Tenants that sleep are found
//! by the catalogue's own list, so nobody's database is opened to find out that there is nothing to do.

use std::time::Duration;

use jiff::Timestamp;
use rowhouse_domain::{TenantId, tenant::TenantState};

use super::Node;
use crate::{content, error::Result, identity};

/// How often plans are looked at.
const PACE: Duration = Duration::from_secs(1);
/// Tenants looked at in one round.
const AT_ONCE: i64 = 50;
/// A tenant whose plans could not be carried out is tried again after this time.
const AGAIN: Duration = Duration::from_secs(30);
/// How often expired sessions and links of the tenants alive here are swept up.
const SWEEP: Duration = Duration::from_secs(3_600);

impl Node {
    /// Carries out plans for ever. Drop the future to stop.
    pub(super) async fn carry_out_plans(&self) {
        loop {
            tokio::time::sleep(PACE).await;
            if let Err(error) = self.carry_out_due().await {
                tracing::warn!(%error, "plans cannot be looked at");
            }
        }
    }

    /// Carries out what is due now in all tenants.
    ///
    /// # Errors
    /// What the catalogue says; a tenant's own trouble is logged and tried again.
    pub async fn carry_out_due(&self) -> Result<()> {
        let core = self.core();
        let now = core.clock.now();
        for (tenant, seen) in core.catalogue.due(now, AT_ONCE).await? {
            let next = match self.carry_out_of(tenant, now).await {
                Ok(next) => next,
                Err(error) => {
                    tracing::warn!(%tenant, %error, "plans of a tenant wait");
                    now.checked_add(AGAIN).ok()
                }
            };
            core.catalogue.done_until(tenant, seen, next).await?;
        }
        Ok(())
    }

    /// Carries out one tenant's plans; answers when it is due again.
    async fn carry_out_of(&self, tenant: TenantId, now: Timestamp) -> Result<Option<Timestamp>> {
        let runs = self.tenant(tenant).is_some_and(|info| info.state == TenantState::Running);
        if !runs {
            // a suspended tenant's plans wait for it
            return Ok(now.checked_add(AGAIN).ok());
        }
        let site = self.site(tenant).await?;
        let report = content::run_due(&site, now).await?;
        metrics::counter!("rowhouse_plans_total", "what" => "published")
            .increment(report.published.len() as u64);
        metrics::counter!("rowhouse_plans_total", "what" => "unpublished")
            .increment(report.unpublished.len() as u64);
        content::next_due(&site).await
    }

    /// Sweeps up expired sessions and links of the tenants alive here, for ever.
    pub(super) async fn sweep(&self) {
        loop {
            tokio::time::sleep(SWEEP).await;
            for site in self.0.sites.alive() {
                if let Err(error) = identity::tidy(&site).await {
                    tracing::debug!(tenant = %site.id(), %error, "expired sessions stay for now");
                }
            }
        }
    }
}
