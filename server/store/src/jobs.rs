//! Durable jobs: rows that say what is to be done and when, claimed by row lock for a short while. The same
//! queries serve the jobs of a tenant and those of the installation. What a claim has won, only who still
//! holds it can end: whoever was paused and comes back too late changes nothing.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    JobId,
    job::{JobKind, JobState},
};
use uuid::Uuid;

use crate::types::Col;

/// A job as it is kept. Its kind may be one of a newer release, so it is a plain word here.
#[derive(Clone, Debug, Queryable)]
pub struct JobRow {
    /// Its id; a mail's Message-ID is made from it.
    pub id: Col<JobId>,
    /// What it does.
    pub kind: String,
    /// The same in words for people.
    pub about: String,
    /// What it needs, sealed; empty once it was carried out.
    pub payload: String,
    /// Of those that wait, one alone has this.
    pub once: Option<String>,
    /// How far it is.
    pub state: Col<JobState>,
    /// When it was to be done.
    pub due_at: Col<Timestamp>,
    /// When it is tried next.
    pub run_at: Col<Timestamp>,
    /// How often it was tried.
    pub attempts: i32,
    /// Who carries it out now.
    pub claim: Option<Col<Uuid>>,
    /// Until when they may.
    pub claimed_until: Option<Col<Timestamp>>,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Col<Timestamp>,
    /// When it ended, or a round of it did.
    pub finished_at: Option<Col<Timestamp>>,
}

/// A job to be kept.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// The same in words for people, without secrets.
    pub about: String,
    /// What it needs, sealed.
    pub payload: String,
    /// If another that waits has the same, this one is not kept.
    pub once: Option<&'static str>,
    /// When it is to be done.
    pub at: Timestamp,
    /// When it is made.
    pub now: Timestamp,
}

/// Who claims, since when and for how long.
#[derive(Clone, Copy, Debug)]
pub struct JobClaim {
    /// Fresh for every claim.
    pub token: Uuid,
    /// What counts as due.
    pub now: Timestamp,
    /// When others may take it over.
    pub until: Timestamp,
}

/// What becomes of a claimed job.
#[derive(Clone, Debug)]
pub enum JobEnd {
    /// It is carried out.
    Done,
    /// It is carried out and comes round.
    Next(Timestamp),
    /// It failed and is tried again.
    Again {
        /// When.
        at: Timestamp,
        /// Why it failed.
        error: String,
    },
    /// It is given up.
    Dead {
        /// Why it failed.
        error: String,
    },
}

/// The queries over one table of jobs, as functions over a connection.
macro_rules! job_queries {
    ($table:ident) => {
        use crate::query::RunQueryDsl;
        use diesel::prelude::*;
        use jiff::Timestamp;
        use rowhouse_domain::{
            JobId,
            job::{JobKind, JobState},
        };
        use uuid::Uuid;

        use crate::{
            conn::Conn,
            error::Result,
            jobs::{JobClaim, JobEnd, JobRow, NewJob},
            sql::Locked,
            types::Col,
        };

        #[crate::boxed]
        pub(super) async fn insert(conn: &mut Conn, job: &NewJob) -> Result<bool> {
            let values = (
                $table::id.eq(Col(job.id)),
                $table::kind.eq(job.kind.as_str()),
                $table::about.eq(job.about.as_str()),
                $table::payload.eq(job.payload.as_str()),
                $table::once.eq(job.once),
                $table::state.eq(Col(JobState::Waiting)),
                $table::due_at.eq(Col(job.at)),
                $table::run_at.eq(Col(job.at)),
                $table::attempts.eq(0),
                $table::created_at.eq(Col(job.now)),
            );
            let made = diesel::insert_into($table::table)
                .values(values)
                .on_conflict_do_nothing()
                .execute(conn)
                .await?;
            Ok(made > 0)
        }

        #[crate::boxed]
        pub(super) async fn find(conn: &mut Conn, id: JobId) -> Result<Option<JobRow>> {
            Ok($table::table.find(Col(id)).first(conn).await.optional()?)
        }

        #[crate::boxed]
        pub(super) async fn take(
            conn: &mut Conn,
            kinds: &[JobKind],
            claim: JobClaim,
        ) -> Result<Option<JobRow>> {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            let due = $table::table
                .filter($table::state.eq(Col(JobState::Waiting)))
                .filter($table::run_at.le(Col(claim.now)))
                .filter($table::claimed_until.is_null().or($table::claimed_until.le(Col(claim.now))))
                .filter($table::kind.eq_any(kinds))
                .order($table::run_at)
                .select($table::id)
                .limit(1);
            // what others are claiming is not waited for
            let found: Option<Col<JobId>> = due.locked_if_free().get_result(conn).await.optional()?;
            let Some(id) = found else { return Ok(None) };
            let values = (
                $table::claim.eq(Some(Col(claim.token))),
                $table::claimed_until.eq(Some(Col(claim.until))),
                $table::attempts.eq($table::attempts + 1),
            );
            diesel::update($table::table.find(id)).set(values).execute(conn).await?;
            find(conn, id.0).await
        }

        #[crate::boxed]
        pub(super) async fn settle(
            conn: &mut Conn,
            id: JobId,
            token: Uuid,
            end: JobEnd,
            now: Timestamp,
        ) -> Result<bool> {
            let (state, again, round, error) = match end {
                JobEnd::Done => (JobState::Done, None, None, None),
                JobEnd::Next(at) => (JobState::Waiting, Some(at), Some(at), None),
                JobEnd::Again { at, error } => (JobState::Waiting, Some(at), None, Some(error)),
                JobEnd::Dead { error } => (JobState::Dead, None, None, Some(error)),
            };
            let ended = state != JobState::Waiting;
            let values = (
                $table::state.eq(Col(state)),
                again.map(|at| $table::run_at.eq(Col(at))),
                round.map(|at| ($table::due_at.eq(Col(at)), $table::attempts.eq(0))),
                (ended || round.is_some()).then(|| $table::finished_at.eq(Some(Col(now)))),
                // nothing that was sent stays behind
                (state == JobState::Done).then(|| $table::payload.eq("")),
                ended.then(|| $table::once.eq(None::<String>)),
                $table::last_error.eq(error),
                $table::claim.eq(None::<Col<Uuid>>),
                $table::claimed_until.eq(None::<Col<Timestamp>>),
            );
            let held =
                $table::table.filter($table::id.eq(Col(id))).filter($table::claim.eq(Some(Col(token))));
            let settled = diesel::update(held).set(values).execute(conn).await?;
            Ok(settled == 1)
        }

        #[crate::boxed]
        pub(super) async fn next(conn: &mut Conn) -> Result<Option<Timestamp>> {
            let waiting = || $table::table.filter($table::state.eq(Col(JobState::Waiting)));
            let free: Option<Col<Timestamp>> = waiting()
                .filter($table::claim.is_null())
                .order($table::run_at)
                .select($table::run_at)
                .first(conn)
                .await
                .optional()?;
            let held: Option<Option<Col<Timestamp>>> = waiting()
                .filter($table::claim.is_not_null())
                .order($table::claimed_until)
                .select($table::claimed_until)
                .first(conn)
                .await
                .optional()?;
            Ok([free, held.flatten()].into_iter().flatten().map(|at| at.0).min())
        }

        #[crate::boxed]
        pub(super) async fn list(conn: &mut Conn, state: JobState, most: i64) -> Result<Vec<JobRow>> {
            let all = $table::table.filter($table::state.eq(Col(state))).limit(most);
            Ok(match state {
                JobState::Waiting => all.order(($table::run_at, $table::id)).load(conn).await?,
                JobState::Done | JobState::Dead => {
                    all.order(($table::finished_at.desc(), $table::id.desc())).load(conn).await?
                }
            })
        }

        #[crate::boxed]
        pub(super) async fn count(conn: &mut Conn, state: JobState) -> Result<i64> {
            let all = $table::table.filter($table::state.eq(Col(state))).count();
            Ok(all.get_result(conn).await?)
        }

        #[crate::boxed]
        pub(super) async fn waits(conn: &mut Conn, once: &str) -> Result<bool> {
            let same = $table::table.filter($table::once.eq(Some(once))).count();
            let n: i64 = same.get_result(conn).await?;
            Ok(n > 0)
        }

        #[crate::boxed]
        pub(super) async fn retry(conn: &mut Conn, id: JobId, now: Timestamp) -> Result<bool> {
            let values = (
                $table::state.eq(Col(JobState::Waiting)),
                $table::due_at.eq(Col(now)),
                $table::run_at.eq(Col(now)),
                $table::attempts.eq(0),
                $table::finished_at.eq(None::<Col<Timestamp>>),
            );
            let able = $table::table
                .filter($table::id.eq(Col(id)))
                .filter($table::claim.is_null())
                .filter($table::state.ne(Col(JobState::Done)))
                .filter($table::once.is_not_null().or($table::payload.ne("")));
            Ok(diesel::update(able).set(values).execute(conn).await? == 1)
        }

        #[crate::boxed]
        pub(super) async fn discard(conn: &mut Conn, id: JobId) -> Result<bool> {
            let able = $table::table
                .filter($table::id.eq(Col(id)))
                .filter($table::claim.is_null())
                // what comes round has to
                .filter($table::once.is_null());
            Ok(diesel::delete(able).execute(conn).await? == 1)
        }

        #[crate::boxed]
        pub(super) async fn drop_old(
            conn: &mut Conn,
            done_before: Timestamp,
            dead_before: Timestamp,
        ) -> Result<usize> {
            let mut dropped = 0;
            for (state, before) in [(JobState::Done, done_before), (JobState::Dead, dead_before)] {
                let old = $table::table
                    .filter($table::state.eq(Col(state)))
                    .filter($table::finished_at.lt(Some(Col(before))));
                dropped += diesel::delete(old).execute(conn).await?;
            }
            Ok(dropped)
        }
    };
}
pub(crate) use job_queries;
