//! Named steps of the work that must survive a death between any two of them, and the slips that would break
//! the protocol of changes. A node in service passes the steps without a thought and never slips; tests bring
//! their own and die, wait or slip there.

use std::sync::Arc;

use futures_util::future::BoxFuture;

/// Told of each step when it is reached.
pub trait Steps: Send + Sync + 'static {
    /// The work goes on when the future ends.
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()>;

    /// Whether the work slips here. As designed it never does; tests turn slips on one by one, to show that
    /// whoever watches the pages would notice.
    fn slips(&self, _slip: Slip) -> bool {
        false
    }
}

/// Ways to break the protocol of changes outside of the state machine of `rowhouse_cluster`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// A change is not announced before it is committed.
    NoIntent,
    /// A writer settles the pulse though another writer has announced a change since.
    IntentClearedByAnyone,
    /// An outstanding announcement is cleared without the lock and without a look at the tenant's row.
    RepairWithoutLock,
    /// A pulse takes its number before it is written, so that numbers do not follow the order of commits.
    PollByTime,
    /// The version of what was read is read last, outside of the snapshot.
    VersionAfterContent,
    /// A change tells the tags of what stood there before.
    TagsBeforeLock,
}

/// Passes every step.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSteps;

impl Steps for NoSteps {
    fn reached(&self, _step: &'static str) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Steps to hand around.
pub type SharedSteps = Arc<dyn Steps>;
