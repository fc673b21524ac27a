//! The installation's own jobs: mail to super users, its clean-ups, and the end of deleted tenants.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    JobId,
    job::{JobKind, JobState},
};
use uuid::Uuid;

use super::{Catalogue, super_sessions};
use crate::{
    conn::Conn,
    error::Result,
    jobs::{JobClaim, JobEnd, JobRow, NewJob},
    query::RunQueryDsl,
    schema::catalogue::job,
    types::Col,
};

mod queries {
    use crate::schema::catalogue::job;

    crate::jobs::job_queries!(job);
}

/// Keeps a job with what causes it.
#[crate::boxed]
pub(super) async fn insert(conn: &mut Conn, job: &NewJob) -> Result<bool> {
    queries::insert(conn, job).await
}

#[crate::boxed]
pub(super) async fn next(conn: &mut Conn) -> Result<Option<Timestamp>> {
    queries::next(conn).await
}

/// What is over for good by these times.
#[derive(Clone, Copy, Debug)]
pub struct Over {
    /// The time of the round.
    pub now: Timestamp,
    /// Sessions not used since are over.
    pub unseen_since: Timestamp,
    /// Jobs carried out before are forgotten.
    pub done_before: Timestamp,
    /// Jobs given up before are forgotten.
    pub dead_before: Timestamp,
}

impl Catalogue {
    /// Keeps a job; answers whether there was none like it that may be there once only.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn add_job(&self, job: NewJob) -> Result<bool> {
        self.write(move |conn| Box::pin(async move { queries::insert(conn, &job).await })).await
    }

    /// Jobs in one state, the next or the latest first, and how many there are in all.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn jobs(&self, state: JobState, most: i64) -> Result<(Vec<JobRow>, i64)> {
        self.read(move |conn| {
            Box::pin(async move {
                let rows = queries::list(conn, state, most).await?;
                Ok((rows, queries::count(conn, state).await?))
            })
        })
        .await
    }

    /// One job.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn job(&self, id: JobId) -> Result<Option<JobRow>> {
        self.read(move |conn| Box::pin(queries::find(conn, id))).await
    }

    /// Whether a job with this mark waits.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn job_waits(&self, once: &'static str) -> Result<bool> {
        self.read(move |conn| Box::pin(queries::waits(conn, once))).await
    }

    /// Claims the most overdue job of these kinds that nobody holds.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn take_job(&self, kinds: Vec<JobKind>, claim: JobClaim) -> Result<Option<JobRow>> {
        self.write(move |conn| Box::pin(async move { queries::take(conn, &kinds, claim).await })).await
    }

    /// Ends a claim; answers whether it was still held.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn settle_job(&self, id: JobId, token: Uuid, end: JobEnd, now: Timestamp) -> Result<bool> {
        self.write(move |conn| Box::pin(queries::settle(conn, id, token, end, now))).await
    }

    /// Holds a claim for longer; answers whether it was still held.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn renew_job(&self, id: JobId, token: Uuid, until: Timestamp) -> Result<bool> {
        self.write(move |conn| {
            Box::pin(async move {
                let held = job::table.filter(job::id.eq(Col(id))).filter(job::claim.eq(Some(Col(token))));
                let renewed =
                    diesel::update(held).set(job::claimed_until.eq(Some(Col(until)))).execute(conn).await?;
                Ok(renewed == 1)
            })
        })
        .await
    }

    /// Ends the claim of a round of clean-ups together with what it removes: sessions, links and jobs that are
    /// over. `None`, and nothing removed, if the claim was not held any more.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn tidy(&self, id: JobId, token: Uuid, next: Timestamp, over: Over) -> Result<Option<usize>> {
        self.write(move |conn| {
            Box::pin(async move {
                if !queries::settle(conn, id, token, JobEnd::Next(next), over.now).await? {
                    return Ok(None);
                }
                let people = super_sessions::drop_over(conn, over.now, over.unseen_since).await?;
                Ok(Some(people + queries::drop_old(conn, over.done_before, over.dead_before).await?))
            })
        })
        .await
    }

    /// Has a job that waits or was given up tried now. Answers whether there is one that can be.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn retry_job(&self, id: JobId, now: Timestamp) -> Result<bool> {
        self.write(move |conn| Box::pin(queries::retry(conn, id, now))).await
    }

    /// Forgets a job that nobody holds and that does not come round. Answers whether there was one.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn discard_job(&self, id: JobId) -> Result<bool> {
        self.write(move |conn| Box::pin(queries::discard(conn, id))).await
    }
}
