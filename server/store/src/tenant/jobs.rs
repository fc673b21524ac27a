//! The jobs of a tenant. They are private: what they change of what visitors see goes through a change of its
//! own.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    JobId,
    job::{JobKind, JobState},
};
use uuid::Uuid;

use super::{Desk, Look};
use crate::{
    error::Result,
    jobs::{JobClaim, JobEnd, JobRow, NewJob},
    query::RunQueryDsl,
    schema::tenant::job,
    types::Col,
};

mod queries {
    use crate::schema::tenant::job;

    crate::jobs::job_queries!(job);
}

impl Look {
    /// Jobs in one state, the next or the latest first, and how many there are in all.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn jobs(&mut self, state: JobState, most: i64) -> Result<(Vec<JobRow>, i64)> {
        let rows = queries::list(&mut self.conn, state, most).await?;
        Ok((rows, queries::count(&mut self.conn, state).await?))
    }

    /// One job.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn job(&mut self, id: JobId) -> Result<Option<JobRow>> {
        queries::find(&mut self.conn, id).await
    }

    /// When the next job is due, or may be taken over from whoever holds it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn next_job(&mut self) -> Result<Option<Timestamp>> {
        queries::next(&mut self.conn).await
    }

    /// Whether a job with this mark waits.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn job_waits(&mut self, once: &'static str) -> Result<bool> {
        queries::waits(&mut self.conn, once).await
    }
}

impl Desk {
    /// Keeps a job; answers whether there was none like it that may be there once only.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn add_job(&mut self, job: &NewJob) -> Result<bool> {
        queries::insert(&mut self.conn, job).await
    }

    /// Claims the most overdue job of these kinds that nobody holds.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn take_job(&mut self, kinds: &[JobKind], claim: JobClaim) -> Result<Option<JobRow>> {
        queries::take(&mut self.conn, kinds, claim).await
    }

    /// Ends a claim. Answers whether it was still held; if not, the job is somebody else's and what was done
    /// in this transaction must not stand.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn settle_job(&mut self, id: JobId, token: Uuid, end: JobEnd, now: Timestamp) -> Result<bool> {
        queries::settle(&mut self.conn, id, token, end, now).await
    }

    /// Has a job that waits or was given up tried now. Answers whether there is one that can be.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn retry_job(&mut self, id: JobId, now: Timestamp) -> Result<bool> {
        queries::retry(&mut self.conn, id, now).await
    }

    /// Forgets a job that nobody holds and that does not come round. Answers whether there was one.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn discard_job(&mut self, id: JobId) -> Result<bool> {
        queries::discard(&mut self.conn, id).await
    }

    /// Removes jobs that ended long ago; answers how many.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn drop_old_jobs(&mut self, done_before: Timestamp, dead_before: Timestamp) -> Result<usize> {
        queries::drop_old(&mut self.conn, done_before, dead_before).await
    }

    /// Notes work that failed for good and was no job, so that somebody sees it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn tell_failed(&mut self, failed: &NewJob, error: &str) -> Result<()> {
        queries::insert(&mut self.conn, failed).await?;
        let values = (
            job::state.eq(Col(JobState::Dead)),
            job::last_error.eq(Some(error)),
            job::attempts.eq(1),
            job::finished_at.eq(Some(Col(failed.now))),
        );
        let one = job::table.find(Col(failed.id));
        diesel::update(one).set(values).execute(&mut self.conn).await?;
        Ok(())
    }
}
