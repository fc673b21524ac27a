//! The thin part around the state machines: polls the catalogue for all tenants at once, asks single tenants
//! when a request needs it, and does what the machines say.
//!
//! [`Coherence`] is the node's, [`Live`] a tenant's on this node. A hit touches neither lock nor source: it
//! reads what was last published and one number for all tenants, the moment of the last poll.

mod gather;
mod live;
mod node;
mod question;
mod shared;
mod shelf;
mod source;

use std::time::Duration;

pub use gather::Found;
pub use live::{Explained, ExplainedPage, FillError, FillFault, Live, Lookup};
pub use node::{Coherence, Complete, Parts};
pub use question::Unconfirmed;
pub use shelf::{Claim, Lease, Shelf};
pub use source::{PollAnswer, Source, SourceError};

/// The times of the protocol.
#[derive(Clone, Copy, Debug)]
pub struct CoherenceSettings {
    /// Δ: a page may be shown if its tenant was confirmed by a question sent no longer ago. The catalogue is
    /// polled every quarter of it.
    pub max_staleness: Duration,
    /// How often a served tenant's own row is read, though the catalogue confirms it, to notice what was
    /// rolled back from outside. Where more than 600 tenants are awake on a node: so often for each as makes twenty
    /// a second of all of them.
    pub verify_every: Duration,
    /// How long a page may be shown after the last confirmation when neither catalogue nor tenant answer.
    pub stale_if_error: Duration,
    /// How long to wait for an answer.
    pub answer_within: Duration,
}

impl Default for CoherenceSettings {
    fn default() -> Self {
        Self {
            max_staleness: Duration::from_secs(1),
            verify_every: Duration::from_secs(30),
            stale_if_error: Duration::from_secs(60),
            answer_within: Duration::from_secs(3),
        }
    }
}

#[cfg(test)]
mod tests;
