//! Jobs as people see them: what waits, what failed and why, what was done lately; trying again and giving up.

use jiff::Timestamp;
use rowhouse_domain::{
    JobId,
    job::JobState,
    permission::{Area, Permission},
};
use rowhouse_store::JobRow;
use serde::Serialize;

use super::queue::{Queue, list};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
    tenants::Tenants,
};

/// Rows of each state that are shown.
const SHOWN: i64 = 100;
const TOOLS: Permission = Permission::Site(Area::Tools);

/// A job as screens show one.
#[derive(Clone, Debug, Serialize)]
pub struct JobInfo {
    /// Which.
    pub id: JobId,
    /// What it does; a word that this program may not know.
    pub kind: String,
    /// The same in words.
    pub about: String,
    /// How far it is.
    pub state: JobState,
    /// Whether somebody carries it out now.
    pub running: bool,
    /// Whether it comes round.
    pub recurring: bool,
    /// When it was to be done.
    pub due_at: Timestamp,
    /// When it is tried next.
    pub run_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it failed last.
    pub error: Option<String>,
    /// When it ended, or its last round did.
    pub finished_at: Option<Timestamp>,
    /// Whether it can be tried now.
    pub can_retry: bool,
    /// Whether it can be given up.
    pub can_discard: bool,
}

/// Jobs by state, each with how many there are in all.
#[derive(Clone, Debug, Serialize)]
pub struct JobList {
    /// Given up, latest first.
    pub dead: Vec<JobInfo>,
    /// To be done, next first.
    pub waiting: Vec<JobInfo>,
    /// Carried out, latest first.
    pub done: Vec<JobInfo>,
    /// How many were given up.
    pub dead_total: u64,
    /// How many wait.
    pub waiting_total: u64,
    /// How many were carried out lately.
    pub done_total: u64,
}

fn info(row: JobRow, now: Timestamp) -> JobInfo {
    let held = row.claimed_until.is_some_and(|until| until.0 > now);
    let (recurring, ended) = (row.once.is_some(), row.state.0 == JobState::Done);
    JobInfo {
        id: row.id.0,
        about: row.about,
        state: row.state.0,
        running: held,
        recurring,
        due_at: row.due_at.0,
        run_at: row.run_at.0,
        attempts: u32::try_from(row.attempts).unwrap_or_default(),
        error: row.last_error,
        finished_at: row.finished_at.map(|at| at.0),
        can_retry: !ended && row.claim.is_none() && (recurring || !row.payload.is_empty()),
        can_discard: row.claim.is_none() && !recurring,
        kind: row.kind,
    }
}

async fn all(queue: &Queue) -> Result<JobList> {
    let now = queue.core().clock.now();
    let of = async |state| {
        let (rows, total) = list(queue, state, SHOWN).await?;
        let rows: Vec<JobInfo> = rows.into_iter().map(|row| info(row, now)).collect();
        Ok::<_, EngineError>((rows, u64::try_from(total).unwrap_or_default()))
    };
    let (dead, dead_total) = of(JobState::Dead).await?;
    let (waiting, waiting_total) = of(JobState::Waiting).await?;
    let (done, done_total) = of(JobState::Done).await?;
    Ok(JobList { dead, waiting, done, dead_total, waiting_total, done_total })
}

/// What is said of a job that cannot be touched now.
fn untouchable() -> EngineError {
    EngineError::Conflict("this job is being carried out, or is not there any more; look again".into())
}

/// A tenant's jobs.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn jobs(site: &Site, actor: &Actor) -> Result<JobList> {
    actor.require(TOOLS)?;
    all(&Queue::Site(site.clone())).await
}

/// Has a tenant's job tried now.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], [`EngineError::Conflict`] if it is being carried out or
/// cannot be tried again, or what the database says.
#[crate::boxed]
pub async fn retry(site: &Site, actor: &Actor, id: JobId) -> Result<()> {
    actor.require(TOOLS)?;
    let now = site.now();
    site.note_due([now]).await?;
    let done = site
        .private(move |s| {
            Box::pin(async move {
                s.job(id).await?.ok_or(EngineError::NotFound("job"))?;
                s.retry_job(id, now).await
            })
        })
        .await?;
    if !done {
        return Err(untouchable());
    }
    site.due_now().await;
    Ok(())
}

/// Forgets a tenant's job.
///
/// # Errors
/// As [`retry`]; what comes round cannot be forgotten.
#[crate::boxed]
pub async fn discard(site: &Site, actor: &Actor, id: JobId) -> Result<()> {
    actor.require(TOOLS)?;
    let done = site
        .private(move |s| {
            Box::pin(async move {
                s.job(id).await?.ok_or(EngineError::NotFound("job"))?;
                s.discard_job(id).await
            })
        })
        .await?;
    if done { Ok(()) } else { Err(untouchable()) }
}

fn operator(actor: &Actor) -> Result<()> {
    if actor.is_super { Ok(()) } else { Err(EngineError::Denied { need: "super user".into() }) }
}

/// The installation's own jobs.
///
/// # Errors
/// [`EngineError::Denied`], or what the catalogue says.
#[crate::boxed]
pub async fn own_jobs(tenants: &Tenants, actor: &Actor) -> Result<JobList> {
    operator(actor)?;
    all(&Queue::Own(Box::new(tenants.clone()))).await
}

/// Has one of the installation's jobs tried now.
///
/// # Errors
/// As [`retry`].
#[crate::boxed]
pub async fn retry_own(tenants: &Tenants, actor: &Actor, id: JobId) -> Result<()> {
    operator(actor)?;
    let core = tenants.core();
    core.catalogue.job(id).await?.ok_or(EngineError::NotFound("job"))?;
    if !core.catalogue.retry_job(id, core.clock.now()).await? {
        return Err(untouchable());
    }
    core.wake_workers(None).await;
    Ok(())
}

/// Forgets one of the installation's jobs.
///
/// # Errors
/// As [`discard`].
#[crate::boxed]
pub async fn discard_own(tenants: &Tenants, actor: &Actor, id: JobId) -> Result<()> {
    operator(actor)?;
    let catalogue = &tenants.core().catalogue;
    catalogue.job(id).await?.ok_or(EngineError::NotFound("job"))?;
    if catalogue.discard_job(id).await? { Ok(()) } else { Err(untouchable()) }
}
