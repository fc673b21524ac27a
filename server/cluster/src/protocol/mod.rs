//! The coherence protocol of one tenant as a pure state machine: what a node knows of the tenant's changes,
//! how fresh that knowledge is, and whether a render made at some version may still be shown.
//!
//! Nothing here waits, reads a clock or knows a database. Moments come in with every input, what should be
//! done goes out as [`Effect`]s. The driver brings the inputs and does the effects; tests bring both.

mod poll;
mod rules;
mod tenant;
mod window;

pub use poll::{PollCursor, PollProgress, Since};
pub use rules::{AsDesigned, Rules};
pub use tenant::{Answer, Effect, Outcome, Patience, TenantState, Told};
pub use window::{Judgement, MOST_TOUCHED, MOST_VERSIONS, Stale, Window};

#[cfg(test)]
mod tests;
