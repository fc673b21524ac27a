//! Where the rows come from: implemented over the databases, or by a test.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use rowhouse_domain::{
    TenantId,
    coherence::{Pulse, Token},
};

use crate::protocol::{Answer, Since};

/// What the catalogue told. All of it is of one snapshot of the primary.
#[derive(Clone, Debug, Default)]
pub struct PollAnswer {
    /// The catalogue's number.
    pub catalogue: i64,
    /// The pulses that were asked for.
    pub pulses: Vec<Pulse>,
    /// The tenants' rows that were asked for, with their number; what is in them is the caller's matter.
    pub tenants: Vec<(TenantId, i64)>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The database could not be reached or failed.
    #[error("the database does not answer: {0}")]
    Unreachable(Arc<str>),
    /// It did not answer in time.
    #[error("the database did not answer in time")]
    Late,
}

impl SourceError {
    /// For any cause.
    #[must_use]
    pub fn unreachable(cause: &dyn std::fmt::Display) -> Self {
        Self::Unreachable(cause.to_string().into())
    }
}

/// The databases as the protocol sees them. Futures may be dropped at any point when they take too long.
pub trait Source: Send + Sync + 'static {
    /// Reads the catalogue's number, and the pulses and tenants' rows after `since`, in one snapshot of the
    /// primary and in one question for all tenants.
    fn poll(&self, since: Since) -> BoxFuture<'_, Result<PollAnswer, SourceError>>;

    /// Reads a tenant's own version row and, if a number is given, its changes after that, oldest first, in
    /// one snapshot of the primary.
    fn ask(&self, tenant: TenantId, since: Option<i64>) -> BoxFuture<'_, Result<Answer, SourceError>>;

    /// Holding the lock of the tenant's version row, sets the pulse to that row, and its intent to the row's
    /// token, if the intent still is `seen` and something would change.
    fn repair(&self, tenant: TenantId, seen: Token) -> BoxFuture<'_, Result<(), SourceError>>;

    /// Takes up tenants' rows that changed, or all of them if `full` (then those not named are gone). After a
    /// failure they are told again.
    fn tenants_changed(
        &self,
        full: bool,
        rows: Vec<(TenantId, i64)>,
    ) -> BoxFuture<'_, Result<(), SourceError>>;
}
