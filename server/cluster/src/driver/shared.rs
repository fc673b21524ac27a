//! What all live tenants of a node have in common.

use std::{
    collections::HashSet,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use metrics::{Counter, counter};
use rowhouse_domain::{Moment, TenantId, clock::SharedClock};
use tokio::{runtime::Handle, sync::Notify};

use super::{CoherenceSettings, Complete, Shelf, Source, SourceError};
use crate::{cache::RenderCache, protocol::Rules};

pub(super) struct Shared {
    pub settings: CoherenceSettings,
    pub source: Arc<dyn Source>,
    pub shelf: Option<Arc<dyn Shelf>>,
    pub clock: SharedClock,
    pub rules: Arc<dyn Rules>,
    pub runtime: Handle,
    pub complete: Option<Complete>,
    pub cache: RenderCache,
    pub poll_now: Notify,
    pub count: Counts,
    polled: AtomicU64,
    verify_from: AtomicU64,
    /// In nanoseconds.
    verify_every: AtomicU64,
    unsettled: Mutex<HashSet<TenantId>>,
}

/// One verification in so long, of all tenants together.
const VERIFICATION_TAKES: Duration = Duration::from_millis(50);

/// Handles of the metrics, taken once.
pub(super) struct Counts {
    pub hits: Counter,
    pub misses: Counter,
    pub fills: Counter,
    pub joined: Counter,
    pub waited: Counter,
    pub shelved: Counter,
    pub pushed: Counter,
    pub stale: Counter,
    pub hints: Counter,
    pub questions: Counter,
    pub questions_failed: Counter,
    pub polls: Counter,
    pub polls_failed: Counter,
    pub went_back: Counter,
    pub repairs: Counter,
    pub restarts: Counter,
    pub dropped: Counter,
}

impl Counts {
    fn new() -> Self {
        Self {
            hits: counter!("rowhouse_cache_hits_total"),
            misses: counter!("rowhouse_cache_misses_total"),
            fills: counter!("rowhouse_cache_fills_total"),
            joined: counter!("rowhouse_cache_fills_joined_total"),
            waited: counter!("rowhouse_cache_fills_awaited_total"),
            shelved: counter!("rowhouse_cache_shared_total"),
            pushed: counter!("rowhouse_cache_pushed_total"),
            stale: counter!("rowhouse_cache_stale_total"),
            hints: counter!("rowhouse_coherence_hints_total"),
            questions: counter!("rowhouse_coherence_questions_total"),
            questions_failed: counter!("rowhouse_coherence_questions_failed_total"),
            polls: counter!("rowhouse_coherence_polls_total"),
            polls_failed: counter!("rowhouse_coherence_polls_failed_total"),
            went_back: counter!("rowhouse_coherence_polls_went_back_total"),
            repairs: counter!("rowhouse_coherence_repairs_total"),
            restarts: counter!("rowhouse_coherence_restarts_total"),
            dropped: counter!("rowhouse_coherence_renders_dropped_total"),
        }
    }
}

impl Shared {
    pub fn new(parts: super::Parts) -> Self {
        let shared = Self {
            settings: parts.settings,
            source: parts.source,
            shelf: parts.shelf,
            clock: parts.clock,
            rules: parts.rules,
            runtime: parts.runtime,
            complete: parts.complete,
            cache: RenderCache::new(parts.limits),
            poll_now: Notify::new(),
            count: Counts::new(),
            polled: AtomicU64::new(0),
            verify_from: AtomicU64::new(0),
            verify_every: AtomicU64::new(0),
            unsettled: Mutex::new(HashSet::new()),
        };
        shared.set_awake(0);
        shared
    }

    /// When the last poll was sent whose rows have all been put in. Must be read before a tenant's published
    /// state: then that state has at least the rows of this poll.
    pub fn polled(&self) -> Option<Moment> {
        Some(Moment(self.polled.load(Ordering::Acquire))).filter(|at| at.0 > 0)
    }

    pub fn set_polled(&self, sent: Moment) {
        self.polled.store(sent.0, Ordering::Release);
    }

    /// A verification before this moment no longer counts: the connection was lost since.
    pub fn verify_from(&self) -> Moment {
        Moment(self.verify_from.load(Ordering::Relaxed))
    }

    pub fn set_verify_from(&self, moment: Moment) {
        self.verify_from.store(moment.0, Ordering::Relaxed);
    }

    /// How many tenants are awake here.
    pub fn set_awake(&self, tenants: usize) {
        let tenants = u32::try_from(tenants).unwrap_or(u32::MAX);
        let every = self.settings.verify_every.max(VERIFICATION_TAKES * tenants);
        self.verify_every.store(u64::try_from(every.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How often a tenant's own row is read: as the settings say, and less often where so many are awake that
    /// reading them all would take the node's time from its visitors.
    pub fn verify_every(&self) -> Duration {
        Duration::from_nanos(self.verify_every.load(Ordering::Relaxed))
    }

    pub fn note_settled(&self, tenant: TenantId, settled: bool) {
        let mut unsettled = lock(&self.unsettled);
        if settled {
            unsettled.remove(&tenant);
        } else {
            unsettled.insert(tenant);
        }
    }

    pub fn unsettled(&self) -> Vec<TenantId> {
        lock(&self.unsettled).iter().copied().collect()
    }

    /// Waits no longer than an answer may take.
    pub async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, SourceError>>,
    ) -> Result<T, SourceError> {
        let limit = self.settings.answer_within;
        tokio::time::timeout(limit, answer).await.unwrap_or(Err(SourceError::Late))
    }
}

/// A lock whose holders leave it consistent even when they panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
