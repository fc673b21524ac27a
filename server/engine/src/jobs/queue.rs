//! Whose jobs: a tenant's, in its own database, or the installation's, in the catalogue. Both are worked off
//! alike.

use std::time::Duration;

use jiff::Timestamp;
use rowhouse_domain::{
    JobId, TenantId,
    job::{JobKind, JobState},
};
use rowhouse_store::{JobClaim, JobEnd, JobRow, NewJob};
use uuid::Uuid;

use super::back_off::spread;
use crate::{content, error::Result, node::Core, site::Site, tenants::Tenants};

/// How long a claim holds without word of whoever has it. Longer than one try to send a mail may take.
pub(super) const LEASE: Duration = Duration::from_secs(30);
/// How often clean-ups come round.
pub(super) const TIDY: Duration = Duration::from_secs(24 * 3_600);
/// How often is looked for deleted tenants whose time is over.
pub(super) const PURGE: Duration = Duration::from_secs(3_600);

/// Whose.
#[derive(Clone)]
pub(crate) enum Queue {
    /// A tenant's.
    Site(Site),
    /// The installation's; deleted tenants are removed by its use cases.
    Own(Box<Tenants>),
}

impl Queue {
    pub(super) fn core(&self) -> &Core {
        match self {
            Queue::Site(site) => site.core(),
            Queue::Own(tenants) => tenants.core(),
        }
    }

    /// Whose, for logs.
    pub(super) fn tenant(&self) -> Option<TenantId> {
        match self {
            Queue::Site(site) => Some(site.id()),
            Queue::Own(_) => None,
        }
    }

    /// Claims the most overdue job of these kinds, under a claim of its own.
    #[crate::boxed]
    pub(super) async fn take(&self, kinds: Vec<JobKind>) -> Result<Option<JobRow>> {
        let now = self.core().clock.now();
        let claim = JobClaim { token: Uuid::new_v4(), now, until: now + LEASE };
        match self {
            Queue::Site(site) => {
                site.private(move |s| Box::pin(async move { s.take_job(&kinds, claim).await })).await
            }
            Queue::Own(tenants) => Ok(tenants.core().catalogue.take_job(kinds, claim).await?),
        }
    }

    /// Ends a claim; answers whether it was still held.
    #[crate::boxed]
    pub(super) async fn settle(&self, id: JobId, token: Uuid, end: JobEnd) -> Result<bool> {
        let now = self.core().clock.now();
        match self {
            Queue::Site(site) => site.private(move |s| Box::pin(s.settle_job(id, token, end, now))).await,
            Queue::Own(tenants) => Ok(tenants.core().catalogue.settle_job(id, token, end, now).await?),
        }
    }

    /// Has the catalogue know when a job is tried again.
    #[crate::boxed]
    pub(super) async fn note(&self, at: Timestamp) -> Result<()> {
        match self {
            Queue::Site(site) => site.note_due([at]).await,
            // the catalogue's own jobs are looked at where they are
            Queue::Own(_) => Ok(()),
        }
    }

    /// The kinds that are worked off here.
    pub(super) const fn kinds(&self) -> &'static [JobKind] {
        match self {
            Queue::Site(_) => &[JobKind::Mail, JobKind::Tidy],
            Queue::Own(_) => &[JobKind::Mail, JobKind::Tidy, JobKind::Purge],
        }
    }

    async fn waits(&self, once: &'static str) -> Result<bool> {
        match self {
            Queue::Site(site) => site.look(move |s| Box::pin(s.job_waits(once))).await,
            Queue::Own(tenants) => Ok(tenants.core().catalogue.job_waits(once).await?),
        }
    }

    async fn add(&self, job: NewJob) -> Result<bool> {
        match self {
            Queue::Site(site) => site.private(move |s| Box::pin(async move { s.add_job(&job).await })).await,
            Queue::Own(tenants) => Ok(tenants.core().catalogue.add_job(job).await?),
        }
    }
}

/// Sees to it that what comes round does, beginning at some time within its span.
#[crate::boxed]
pub(crate) async fn keep_rounds(queue: &Queue) -> Result<()> {
    let rounds: &[(JobKind, &str, Duration)] = match queue {
        Queue::Site(_) => &[(JobKind::Tidy, "Expired sessions and links, old jobs", TIDY)],
        Queue::Own(_) => &[
            (JobKind::Tidy, "Expired sessions and links of super users, old jobs", TIDY),
            (JobKind::Purge, "Deleted tenants that cannot be had back any more", PURGE),
        ],
    };
    for (kind, about, span) in rounds {
        if queue.waits(kind.as_str()).await? {
            continue;
        }
        let now = queue.core().clock.now();
        let at = now + spread(*span, rand::random());
        let (kind, about) = (*kind, (*about).to_owned());
        let (id, payload, once) = (JobId::fresh(), String::new(), Some(kind.as_str()));
        queue.add(NewJob { id, kind, about, payload, once, at, now }).await?;
    }
    Ok(())
}

/// When a tenant has something to do next: a plan, or a job.
#[crate::boxed]
pub(crate) async fn next_due(site: &Site) -> Result<Option<Timestamp>> {
    let job = site.look(|s| Box::pin(s.next_job())).await?;
    Ok([job, content::next_due(site).await?].into_iter().flatten().min())
}

/// Jobs in one state and how many there are.
#[crate::boxed]
pub(super) async fn list(queue: &Queue, state: JobState, most: i64) -> Result<(Vec<JobRow>, i64)> {
    match queue {
        Queue::Site(site) => site.look(move |s| Box::pin(s.jobs(state, most))).await,
        Queue::Own(tenants) => Ok(tenants.core().catalogue.jobs(state, most).await?),
    }
}
