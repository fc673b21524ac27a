//! How a tenant is confirmed by its own row: one question at a time, which later requests share if it was sent
//! late enough for them, and the verification at its slow pace.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use rowhouse_domain::{Moment, coherence::Token};

use super::{Live, SourceError};
use crate::protocol::Told;

/// More answers in a row than this that are older than what hints told mean that something is wrong.
const ROUNDS: usize = 8;

const SERVES: u8 = 0;
const FENCED: u8 = 1;
const CLOSED: u8 = 2;

/// Why a tenant cannot be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unconfirmed {
    /// Its database does not answer. Pages may be shown as [`Live::lookup_stale`] allows.
    #[error("the tenant's state is not known: {0}")]
    Unreachable(#[from] SourceError),
    /// Its database was put out of use: read the tenant's row and open it anew.
    #[error("the tenant is served from another database by now")]
    Fenced,
    /// It was let go on this node: activate it again.
    #[error("the tenant is no longer live on this node")]
    Closed,
    /// Its changes come faster than answers.
    #[error("the tenant's state changes faster than it can be read")]
    Restless,
}

/// The last question that failed.
pub(super) struct Failure {
    sent: Moment,
    cause: Unconfirmed,
}

pub(super) enum Verification {
    /// The row was read, or tried, not long ago.
    Recent,
    /// It is to be read, and nobody need wait for it.
    Due,
    /// It was not read for so long that nothing may be shown before it was tried.
    Overdue,
}

impl Live {
    /// Makes sure that the head is confirmed by a question sent at or after `need`. Costs nothing if it is,
    /// else waits for an answer of the tenant's own row.
    ///
    /// # Errors
    /// [`Unconfirmed`] says what to do instead.
    pub async fn ensure_confirmed(self: &Arc<Self>, need: Moment) -> Result<(), Unconfirmed> {
        self.standing()?;
        if !self.confirmed_since(need) {
            return self.question(|live| live.confirmed_since(need)).await;
        }
        let now = self.shared.clock.moment();
        match self.verification(now) {
            Verification::Recent => return Ok(()),
            Verification::Due => {
                self.ask_in_background();
                return Ok(());
            }
            Verification::Overdue => {}
        }
        // Not served for long: what was rolled back meanwhile is noticed before the first page. If the row
        // cannot be read, the catalogue's word stands.
        let verified = self.question(|live| live.verified() >= now.minus(live.shared.verify_every()));
        if let Err(cause @ (Unconfirmed::Fenced | Unconfirmed::Closed)) = verified.await {
            return Err(cause);
        }
        if self.confirmed_since(need) {
            return Ok(());
        }
        self.question(|live| live.confirmed_since(need)).await
    }

    pub(super) fn standing(&self) -> Result<(), Unconfirmed> {
        match self.standing.load(Ordering::Acquire) {
            SERVES => Ok(()),
            FENCED => Err(Unconfirmed::Fenced),
            _ => Err(Unconfirmed::Closed),
        }
    }

    /// From now on nothing is told about the tenant, so nothing may count as confirmed.
    pub(super) fn close(self: &Arc<Self>) {
        self.standing.store(CLOSED, Ordering::Release);
        self.drive(|state, _| (state.no_pulse(), Vec::new()));
    }

    fn verified(&self) -> Moment {
        Moment(self.asked.load(Ordering::Relaxed))
    }

    pub(super) fn verification(&self, now: Moment) -> Verification {
        let every = self.shared.verify_every();
        let age = now.since(self.verified());
        let tried = now.since(Moment(self.tried.load(Ordering::Relaxed)));
        let lost = self.verified() < self.shared.verify_from();
        if (age <= every && !lost) || tried < every / 6 {
            Verification::Recent
        } else if age <= every * 2 {
            Verification::Due
        } else {
            Verification::Overdue
        }
    }

    /// Asks until it is enough, one question at a time. Who waited while a question failed that would have
    /// been enough takes the failure.
    async fn question(self: &Arc<Self>, enough: impl Fn(&Live) -> bool) -> Result<(), Unconfirmed> {
        let from = self.shared.clock.moment();
        let mut failure = self.question.lock().await;
        for _ in 0..ROUNDS {
            self.standing()?;
            if enough(self) {
                return Ok(());
            }
            if let Some(failed) = failure.as_ref().filter(|failed| failed.sent >= from) {
                return Err(failed.cause.clone());
            }
            // By itself, so that a client that goes away does not take the answer from the others.
            let asking = self.shared.runtime.spawn(self.clone().ask());
            let asked = asking.await.unwrap_or_else(|_| Err(self.failed(from, SourceError::Late.into())));
            if let Err(failed) = asked {
                let cause = failed.cause.clone();
                *failure = Some(failed);
                return Err(cause);
            }
        }
        if enough(self) { Ok(()) } else { Err(Unconfirmed::Restless) }
    }

    fn failed(&self, sent: Moment, cause: Unconfirmed) -> Failure {
        self.shared.count.questions_failed.increment(1);
        tracing::warn!(tenant = %self.tenant, %cause, "a tenant's own row could not be read");
        let _earlier = self.failing.compare_exchange(0, sent.0, Ordering::Relaxed, Ordering::Relaxed);
        Failure { sent, cause }
    }

    async fn ask(self: Arc<Self>) -> Result<Told, Failure> {
        let shared = self.shared.clone();
        shared.count.questions.increment(1);
        let since = self.head().map(|head| head.n);
        // Before sending: the age of a confirmation is that of the question, not of the answer.
        let sent = shared.clock.moment();
        self.tried.store(sent.0, Ordering::Relaxed);
        let answer = shared.in_time(shared.source.ask(self.tenant, since)).await;
        let answer = answer.map_err(|cause| self.failed(sent, cause.into()))?;
        self.failing.store(0, Ordering::Relaxed);
        if answer.fenced {
            let _closed = self.standing.compare_exchange(SERVES, FENCED, Ordering::AcqRel, Ordering::Acquire);
            return Err(self.failed(sent, Unconfirmed::Fenced));
        }
        let told = self.drive(|state, now| {
            let outcome = state.answer(sent, now, &answer);
            (outcome.told, outcome.effects)
        });
        self.asked.fetch_max(sent.0, Ordering::Relaxed);
        Ok(told)
    }

    /// Asks without anybody waiting; at most one such question waits for its turn.
    pub(super) fn ask_in_background(self: &Arc<Self>) {
        if self.standing().is_err() || self.background.swap(true, Ordering::AcqRel) {
            return;
        }
        let live = self.clone();
        self.shared.runtime.spawn(async move {
            let mut failure = live.question.lock().await;
            live.background.store(false, Ordering::Release);
            for _ in 0..ROUNDS {
                match live.clone().ask().await {
                    Ok(Told::Confirmed) => return,
                    Ok(Told::Nothing) => {}
                    Err(failed) => {
                        *failure = Some(failed);
                        return;
                    }
                }
            }
        });
    }

    /// Brings the catalogue's pulse in line with the tenant's row; the next poll shows whether it did.
    pub(super) fn repair_in_background(self: &Arc<Self>, seen: Token) {
        let (tenant, shared) = (self.tenant, self.shared.clone());
        self.shared.runtime.spawn(async move {
            shared.count.repairs.increment(1);
            if let Err(cause) = shared.in_time(shared.source.repair(tenant, seen)).await {
                tracing::warn!(%tenant, %cause, "a pulse could not be repaired");
            }
        });
    }

    /// Since when the tenant's own row could not be read, if somebody wanted it within the last `while_asked`:
    /// one that nobody wants any more is no news.
    #[must_use]
    pub fn failing_since(&self, now: Moment, while_asked: Duration) -> Option<Moment> {
        let since = Moment(self.failing.load(Ordering::Relaxed));
        let tried = Moment(self.tried.load(Ordering::Relaxed));
        (since.0 > 0 && now.since(tried) <= while_asked).then_some(since)
    }

    /// The age of the last confirmation.
    #[must_use]
    pub fn confirmation_age(&self, now: Moment) -> Option<Duration> {
        self.confirmed().map(|at| now.since(at))
    }
}
