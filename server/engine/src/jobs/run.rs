//! Working off: claim, carry out, end the claim. Whatever dies in between leaves a claim that ends by itself,
//! and another node carries the job out.

use std::time::Duration;

use jiff::Timestamp;
use rowhouse_domain::{JobId, job::JobKind};
use rowhouse_store::{JobEnd, JobRow, Over, StoreError};
use uuid::Uuid;

use super::{
    back_off::{self, TRIES},
    letter,
    queue::{LEASE, PURGE, Queue, TIDY},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    identity,
    mail::Unsent,
    node::Core,
    tenants::Tenants,
};

/// Jobs carried out are shown for so long.
const DONE_FOR: Duration = Duration::from_secs(3 * 24 * 3_600);
/// Jobs given up are shown for so long.
const DEAD_FOR: Duration = Duration::from_secs(30 * 24 * 3_600);
/// The longest cause that is kept of a failure.
const LONGEST_CAUSE: usize = 500;

/// A claimed job.
#[derive(Clone, Copy, Debug)]
struct Held {
    id: JobId,
    token: Uuid,
    kind: JobKind,
    tries: u32,
    due: Timestamp,
}

/// Why a job was not carried out.
enum Failure {
    /// It may work later.
    Passing(String),
    /// It never will.
    Final(String),
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Failure::Passing(error.to_string())
    }
}

/// Carries out what is due. Mails go their own way, because they may take long; answers whether some had to
/// stay because too many are on their way.
///
/// # Errors
/// What the database says. A job that fails is no error of the round.
#[crate::boxed]
pub(crate) async fn work_off(queue: &Queue) -> Result<bool> {
    let core = queue.core();
    while !core.jobs.is_leaving() {
        let room = core.jobs.mail();
        let kinds = queue.kinds().iter().filter(|kind| room.is_some() || **kind != JobKind::Mail);
        let Some(row) = queue.take(kinds.copied().collect()).await? else { return Ok(room.is_none()) };
        core.steps.reached("job.claimed").await;
        let Some(held) = held(&row) else { continue };
        match held.kind {
            JobKind::Mail => {
                let (queue, runtime) = (queue.clone(), core.catalogue.runtime().clone());
                runtime.spawn(async move {
                    carry_out(&queue, row, held).await;
                    drop(room);
                });
            }
            _ => carry_out(queue, row, held).await,
        }
    }
    Ok(false)
}

fn held(row: &JobRow) -> Option<Held> {
    let tries = u32::try_from(row.attempts).unwrap_or(u32::MAX);
    Some(Held {
        id: row.id.0,
        token: row.claim?.0,
        // only known kinds are claimed
        kind: row.kind.parse().ok()?,
        tries,
        due: row.due_at.0,
    })
}

async fn carry_out(queue: &Queue, row: JobRow, held: Held) {
    let core = queue.core();
    let done = match held.kind {
        // it was claimed so often and nobody lived to say how it went
        JobKind::Mail if held.tries > TRIES => Err(Failure::Final("it was given up after many tries".into())),
        JobKind::Mail => send(queue, &row, held).await,
        JobKind::Tidy => tidy(queue, held).await,
        JobKind::Purge => purge(queue, held).await,
        JobKind::Publish | JobKind::Unpublish => Err(Failure::Final("this is no job".into())),
    };
    let outcome = match done {
        Ok(true) => "done",
        Ok(false) => "lost",
        Err(failure) => give_back(queue, held, failure).await,
    };
    let late = core.clock.now().duration_since(held.due);
    count(held.kind, outcome, (outcome == "done").then_some(late.as_secs_f64()));
    tracing::debug!(job = %held.id, kind = %held.kind, tenant = ?queue.tenant(), outcome, "a job");
}

/// Counts what became of a job, or of a plan, and how long after its time it was carried out.
pub(crate) fn count(kind: JobKind, outcome: &'static str, late: Option<f64>) {
    metrics::counter!("rowhouse_jobs_total", "kind" => kind.as_str(), "outcome" => outcome).increment(1);
    if let Some(late) = late {
        metrics::histogram!("rowhouse_jobs_late_seconds", "kind" => kind.as_str()).record(late.max(0.0));
    }
}

/// Ends the claim of a job that failed.
async fn give_back(queue: &Queue, held: Held, failure: Failure) -> &'static str {
    let (end, outcome, cause) = match failure {
        Failure::Passing(cause) if held.kind != JobKind::Mail || held.tries < TRIES => {
            let pause = back_off::pause(held.tries, rand::random());
            let at = queue.core().clock.now() + pause;
            (JobEnd::Again { at, error: brief(&cause) }, "again", cause)
        }
        Failure::Passing(cause) | Failure::Final(cause) => {
            (JobEnd::Dead { error: brief(&cause) }, "dead", cause)
        }
    };
    tracing::warn!(job = %held.id, kind = %held.kind, tenant = ?queue.tenant(), outcome, cause, "a job failed");
    let again = match &end {
        JobEnd::Again { at, .. } => Some(*at),
        _ => None,
    };
    let ended = async {
        if queue.settle(held.id, held.token, end).await?
            && let Some(at) = again
        {
            queue.note(at).await?;
        }
        Ok::<(), EngineError>(())
    };
    if let Err(error) = ended.await {
        // its claim ends by itself
        tracing::warn!(job = %held.id, %error, "what became of a job could not be noted");
    }
    outcome
}

/// A cause on one line that is not too long.
fn brief(cause: &str) -> String {
    cause.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_CAUSE).collect()
}

async fn send(queue: &Queue, row: &JobRow, held: Held) -> Result<bool, Failure> {
    let core = queue.core();
    let letter = letter::open(&core.keys, row).map_err(|error| Failure::Final(error.to_string()))?;
    if letter.until.is_some_and(|until| until <= core.clock.now()) {
        return Err(Failure::Final("the link in it has ended by now; make a new one".into()));
    }
    core.mailer.deliver(&letter.mail, held.id).await.map_err(|unsent| match unsent {
        Unsent::Passing(cause) => Failure::Passing(cause),
        Unsent::Refused(cause) => Failure::Final(cause),
    })?;
    core.steps.reached("job.mailed").await;
    Ok(queue.settle(held.id, held.token, JobEnd::Done).await?)
}

fn next_round(core: &Core, span: Duration) -> Timestamp {
    // a tenth earlier or later, so that what once met does not meet for ever
    core.clock.now() + span.mul_f64(0.2_f64.mul_add(rand::random(), 0.9))
}

async fn tidy(queue: &Queue, held: Held) -> Result<bool, Failure> {
    let core = queue.core();
    let now = core.clock.now();
    let over = Over {
        now,
        unseen_since: identity::unseen_since(core, now),
        done_before: now - DONE_FOR,
        dead_before: now - DEAD_FOR,
    };
    let (next, steps) = (next_round(core, TIDY), core.steps.clone());
    let removed = match queue {
        Queue::Own(_) => core.catalogue.tidy(held.id, held.token, next, over).await.map_err(passing)?,
        Queue::Site(site) => {
            site.private(move |s| {
                Box::pin(async move {
                    if !s.settle_job(held.id, held.token, JobEnd::Next(next), now).await? {
                        return Ok(None);
                    }
                    let people = identity::tidy(s, now, over.unseen_since).await?;
                    steps.reached("job.effect").await;
                    Ok(Some(people + s.drop_old_jobs(over.done_before, over.dead_before).await?))
                })
            })
            .await?
        }
    };
    Ok(removed.is_some())
}

fn passing(error: StoreError) -> Failure {
    Failure::Passing(error.to_string())
}

/// Each tenant goes by transactions of its own and once; this only ends the round.
async fn purge(queue: &Queue, held: Held) -> Result<bool, Failure> {
    let Queue::Own(tenants) = queue else {
        return Err(Failure::Final("a tenant cannot remove others".into()));
    };
    let gone = held_on(tenants, held, tenants.purge_due(&Actor::node())).await?;
    for site in gone {
        tracing::info!(tenant = %site.name, database = site.database, files = site.media_files, "purged");
    }
    let next = next_round(queue.core(), PURGE);
    Ok(queue.settle(held.id, held.token, JobEnd::Next(next)).await?)
}

/// Holds the claim for as long as `work` takes.
async fn held_on<R>(tenants: &Tenants, held: Held, work: impl Future<Output = R>) -> R {
    let core = tenants.core();
    let hold = async {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            let until = core.clock.now() + LEASE;
            if let Err(error) = core.catalogue.renew_job(held.id, held.token, until).await {
                tracing::debug!(job = %held.id, %error, "a claim is not renewed");
            }
        }
    };
    tokio::select! {
        done = work => done,
        never = hold => never,
    }
}
