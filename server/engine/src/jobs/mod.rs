//! Work that is done without anybody waiting for it, and that no death of a node can lose: mails, clean-ups,
//! the end of deleted tenants. A job is a row beside what causes it, written in the same transaction; whoever
//! claims it ends it in the transaction of its effect, so that the effect happens once. Mail leaves the
//! database, so it goes out at least once, always under the same Message-ID.
//!
//! Plans to publish and to take back stay on their items (see [`crate::content`]): people move and drop them
//! there, and a row beside would be a second truth. The same worker carries them out. When a tenant is due is
//! the catalogue's to know; the loop is in `node/worker.rs`.

mod back_off;
mod handle;
mod letter;
mod look;
mod queue;
mod run;
#[cfg(test)]
mod tests;

pub use handle::Jobs;
pub(crate) use letter::letter;
pub use look::{JobInfo, JobList, discard, discard_own, jobs, own_jobs, retry, retry_own};
pub(crate) use queue::{Queue, keep_rounds, next_due};
pub(crate) use run::{count, work_off};
