//! The worker: does what tenants and the installation have to do by themselves. Tenants that sleep are found by
//! the catalogue's own list, so nobody's database is opened to find out that there is nothing to do; and a node
//! that works for a tenant holds its entry there, so that the others do not come too.
//!
//! Nothing here makes work happen once; that is decided where its effect is written. A node may stop at any
//! point: what it held is taken over when its claim ends.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use rowhouse_domain::{TenantId, tenant::TenantState};
use rowhouse_store::{DueEnd, JobClaim, TenantDue};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::Node;
use crate::{
    content,
    error::{EngineError, Result},
    jobs::{self, Queue},
    site::Site,
    tenant_info::TenantInfo,
};

/// How often the list is looked at, if nothing that is known comes due before.
const PACE: Duration = Duration::from_secs(1);
/// How long a tenant is held without word of its holder. A node that dies delays its tenant's work by this.
const LEASE: Duration = Duration::from_secs(6);
/// A tenant that cannot be worked for is tried again after this time, then after twice as long, …
const AGAIN: Duration = Duration::from_secs(15);
/// … but not after longer than this.
const AGAIN_LONGEST: Duration = Duration::from_secs(300);
/// What is due once more already is left for so long.
const BREATH: Duration = Duration::from_millis(100);

/// Whether the worker may look again at once.
enum Looked {
    /// There may be more.
    More,
    /// Nothing can be begun before.
    Rest(Duration),
}

impl Node {
    /// Has this node look for work now: somebody has something to do. Hints of other nodes call it, and it may
    /// be called at any time; without it work waits for a second at most.
    pub fn wake_jobs(&self) {
        self.core().jobs.wake();
    }

    /// Claims no more work, and waits for what is under way, at most so long. For a node that leaves.
    #[crate::boxed]
    pub async fn rest(&self, most: Duration) {
        self.core().jobs.leave();
        self.core().jobs.rest(most).await;
    }

    /// Works until the node leaves. Drop the future to stop: what is under way ends all the same.
    #[crate::boxed]
    pub(super) async fn work(&self) {
        let jobs = &self.core().jobs;
        let mut rounds = false;
        while !jobs.is_leaving() {
            if !rounds {
                rounds = jobs::keep_rounds(&self.own()).await.is_ok();
            }
            match self.look_for_work().await {
                Ok(Looked::More) => {}
                Ok(Looked::Rest(wait)) => jobs.sleep(wait).await,
                Err(error) => {
                    tracing::warn!(%error, "the list of what is to be done cannot be read");
                    jobs.sleep(PACE).await;
                }
            }
            self.0.sites.check_rows().await;
        }
    }

    /// Does what is due now and waits for its end, as a test wants it.
    #[cfg(test)]
    #[crate::boxed]
    pub(crate) async fn work_once(&self) -> Result<()> {
        while let Looked::More = self.look_for_work().await? {}
        self.core().jobs.idle().await;
        Ok(())
    }

    fn own(&self) -> Queue {
        Queue::Own(Box::new(self.0.lifecycle.clone()))
    }

    /// Begins what is due and has room.
    async fn look_for_work(&self) -> Result<Looked> {
        let core = self.core();
        let now = core.clock.now();
        let next = core.catalogue.next_work(now).await?;
        let due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let mut wait = [next.tenants, next.own]
            .into_iter()
            .flatten()
            .fold(PACE, |wait, at| wait.min(Duration::try_from(at.duration_since(now)).unwrap_or_default()));
        if due(next.own) {
            self.work_for_own();
        }
        let more = due(next.tenants) && self.claim_tenants(now).await? > 0;
        if wait.is_zero() {
            // what is due and could not be begun has no room here, or is being claimed elsewhere
            wait = PACE;
        }
        Ok(if more { Looked::More } else { Looked::Rest(wait) })
    }

    /// Begins the installation's own jobs, unless they are under way here.
    fn work_for_own(&self) {
        let Some(room) = self.core().jobs.own() else { return };
        let (queue, jobs) = (self.own(), self.core().jobs.clone());
        self.core().catalogue.runtime().spawn(async move {
            if let Err(error) = jobs::work_off(&queue).await {
                tracing::warn!(%error, "the installation's own jobs wait");
            }
            drop(room);
            jobs.wake();
        });
    }

    /// Claims as many tenants as there is room for, and begins to work for them.
    async fn claim_tenants(&self, now: Timestamp) -> Result<usize> {
        let core = self.core();
        let rooms: Vec<_> = std::iter::from_fn(|| core.jobs.visit()).collect();
        if rooms.is_empty() {
            return Ok(0);
        }
        let claim = JobClaim { token: Uuid::new_v4(), now, until: now + LEASE };
        let most = i64::try_from(rooms.len()).unwrap_or(1);
        let claimed = core.catalogue.claim_due(claim, most).await?;
        let begun = claimed.len();
        for (due, room) in claimed.into_iter().zip(rooms) {
            let node = self.clone();
            core.catalogue.runtime().spawn(async move { node.visit(due, room).await });
        }
        Ok(begun)
    }

    /// Works for one tenant and says when it is due again. One that fails hides no other.
    async fn visit(&self, due: TenantDue, room: OwnedSemaphorePermit) {
        let core = self.core();
        core.steps.reached("due.claimed").await;
        let end = match self.held(due, self.work_for(due.tenant)).await {
            Ok(next) => DueEnd::Until(next),
            Err(error) => {
                tracing::warn!(tenant = %due.tenant, failures = due.failures + 1, %error, "a tenant's work waits");
                metrics::counter!("rowhouse_jobs_total", "kind" => "visit", "outcome" => "again")
                    .increment(1);
                DueEnd::Again(AGAIN.saturating_mul(1 << due.failures.min(8)).min(AGAIN_LONGEST))
            }
        };
        if let Err(error) = core.catalogue.release_due(due, end, core.clock.now()).await {
            tracing::debug!(tenant = %due.tenant, %error, "a claim is left to end by itself");
        }
        drop(room);
        core.jobs.wake();
    }

    /// Holds the tenant's entry for as long as `work` takes.
    async fn held<R>(&self, due: TenantDue, work: impl Future<Output = R>) -> R {
        let core = self.core();
        let hold = async {
            loop {
                tokio::time::sleep(LEASE / 3).await;
                if let Err(error) = core.catalogue.renew_due(due, core.clock.now() + LEASE).await {
                    tracing::debug!(tenant = %due.tenant, %error, "a claim is not renewed");
                }
            }
        };
        tokio::select! {
            done = work => done,
            never = hold => never,
        }
    }

    /// Carries out a tenant's plans and jobs; answers when it is due again.
    async fn work_for(&self, tenant: TenantId) -> Result<Option<Timestamp>> {
        let site = match self.0.sites.alive(tenant) {
            Some(site) => site,
            None => Site::working(self.core(), self.running(tenant).await?),
        };
        site.ready().await?;
        content::run_due(&site, site.now()).await?;
        let mail_waits = jobs::work_off(&Queue::Site(site.clone())).await?;
        let next = jobs::next_due(&site).await?;
        let least = site.now() + if mail_waits { PACE } else { BREATH };
        Ok(next.map(|at| at.max(least)))
    }

    /// The tenant's row; the catalogue says that it runs, which this node may not know yet.
    async fn running(&self, tenant: TenantId) -> Result<Arc<TenantInfo>> {
        let runs = |info: &Arc<TenantInfo>| info.state == TenantState::Running;
        if let Some(info) = self.tenant(tenant).await?.filter(runs) {
            return Ok(info);
        }
        self.refresh().await?;
        let known = self.tenant(tenant).await?.filter(runs);
        known.ok_or_else(|| EngineError::Unavailable("this node does not know the tenant yet".into()))
    }
}
