//! Words of durable jobs: what there is to do, and how far it is.

use crate::words;

words! {
    /// What a job does, as it is stored and counted.
    pub enum JobKind {
        /// Sends a mail.
        Mail = "mail",
        /// Sweeps up what is over: sessions, links, old jobs. Comes round.
        Tidy = "tidy",
        /// Removes deleted tenants that cannot be had back any more. Comes round, and is the installation's.
        Purge = "purge",
        /// Shows an item to visitors at its time. Its plan stands on the item; a job only tells that it failed.
        Publish = "publish",
        /// Takes an item back at its time; likewise.
        Unpublish = "unpublish",
    }
}

words! {
    /// How far a job is.
    pub enum JobState {
        /// To be done, or tried again, at its time.
        Waiting = "waiting",
        /// Carried out.
        Done = "done",
        /// Given up; somebody should look.
        Dead = "dead",
    }
}
