//! The node's side: the poll of the catalogue, the last pulse of every tenant, and the tenants alive here.

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use rowhouse_domain::{
    Moment, TenantId,
    clock::SharedClock,
    coherence::{Change, Pulse, RenderKey},
    id::Ours,
};
use tokio::{runtime::Handle, sync::Notify};

use super::{
    CoherenceSettings, Live, PollAnswer, Shelf, Source, SourceError,
    shared::{Shared, lock},
};
use crate::{
    cache::{CacheLimits, CacheStats},
    protocol::{PollCursor, PollProgress, Rules, Since},
    render::Render,
};

/// What a node's coherence is put together from.
pub struct Parts {
    /// The times.
    pub settings: CoherenceSettings,
    /// The bounds of the memory.
    pub limits: CacheLimits,
    /// The databases.
    pub source: Arc<dyn Source>,
    /// What nodes share; none where there is one node.
    pub shelf: Option<Arc<dyn Shelf>>,
    /// The clock.
    pub clock: SharedClock,
    /// The rules: [`crate::protocol::AsDesigned`] but in tests.
    pub rules: Arc<dyn Rules>,
    /// Where questions, repairs and fills run.
    pub runtime: Handle,
    /// Makes what a page that was made here gets behind its first answer: its compressed forms. Gives the whole
    /// page, or nothing where the page has all it can have. It takes a processor for some milliseconds.
    pub complete: Option<Complete>,
}

/// See [`Parts::complete`].
pub type Complete = fn(&Render) -> Option<Render>;

/// Also tenants that are not alive here have their last pulse: whoever comes alive while an intent of its is
/// outstanding must know that.
#[derive(Default)]
struct Directory {
    pulses: Ours<TenantId, Pulse>,
    live: Ours<TenantId, Arc<Live>>,
}

/// What a node knows of all tenants.
pub struct Coherence {
    shared: Arc<Shared>,
    directory: Mutex<Directory>,
    polling: tokio::sync::Mutex<Polling>,
    tenants_told: AtomicU64,
    applied: AtomicI64,
    rows_applied: Notify,
    failing: AtomicBool,
}

#[derive(Default)]
struct Polling {
    cursor: PollCursor,
}

impl Coherence {
    /// Knows nothing before the first poll. Made after the metrics recorder is installed.
    #[must_use]
    pub fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            shared: Arc::new(Shared::new(parts)),
            directory: Mutex::default(),
            polling: tokio::sync::Mutex::default(),
            tenants_told: AtomicU64::new(0),
            applied: AtomicI64::new(0),
            rows_applied: Notify::new(),
            failing: AtomicBool::new(false),
        })
    }

    /// The tenant as it is alive here, brought alive if it is not. Asks nothing: the first request does.
    pub fn activate(&self, tenant: TenantId) -> Arc<Live> {
        let mut directory = lock(&self.directory);
        let pulse = directory.pulses.get(&tenant).copied();
        let fresh = || Arc::new(Live::new(tenant, self.shared.clone(), pulse));
        let live = directory.live.entry(tenant).or_insert_with(fresh).clone();
        self.shared.set_awake(directory.live.len());
        live
    }

    /// The tenant, if it is alive here.
    #[must_use]
    pub fn live(&self, tenant: TenantId) -> Option<Arc<Live>> {
        lock(&self.directory).live.get(&tenant).cloned()
    }

    /// Lets a tenant go with its pages. Whoever still holds it finds it closed.
    pub fn deactivate(&self, tenant: TenantId) {
        let mut directory = lock(&self.directory);
        if let Some(live) = directory.live.remove(&tenant) {
            self.shared.set_awake(directory.live.len());
            live.close();
            self.shared.cache.close(tenant);
        }
    }

    /// Word of a committed change, from this process or another.
    pub fn hint(&self, tenant: TenantId, change: &Change) {
        if let Some(live) = self.live(tenant) {
            live.hint(change);
        }
    }

    /// Word that a page which another node makes will not be pushed.
    pub fn not_coming(&self, key: &str) {
        let Some(key) = RenderKey::parse_text(key) else { return };
        if let Some(live) = self.live(key.tenant()) {
            live.stop_waiting(&key);
        }
    }

    /// Word from another node that pages are to be forgotten: one, or all of a tenant.
    pub fn purge_told(&self, tenant: TenantId, key: Option<&str>) {
        let Some(live) = self.live(tenant) else { return };
        match key {
            None => drop(live.purge()),
            Some(text) => {
                if let Some(key) = RenderKey::parse_text(text) {
                    live.purge_page(&key);
                }
            }
        }
    }

    /// Forgets every page of every tenant.
    pub fn purge(&self) {
        self.shared.cache.purge();
    }

    /// How much is in memory.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        self.shared.cache.stats()
    }

    /// When the last poll was sent that was answered and taken up: the age of the pulses.
    #[must_use]
    pub fn polled(&self) -> Option<Moment> {
        self.shared.polled()
    }

    /// When the last poll was sent whose tenants' rows have all been taken up: the age of the directory.
    #[must_use]
    pub fn directory_confirmed(&self) -> Option<Moment> {
        Some(Moment(self.tenants_told.load(Ordering::Acquire))).filter(|at| at.0 > 0)
    }

    /// The catalogue's number up to which everything is taken up here, tenants' rows too.
    #[must_use]
    pub fn applied(&self) -> i64 {
        self.applied.load(Ordering::Acquire)
    }

    /// Waits until tenants' rows were taken up since this was last waited for.
    pub async fn rows_applied(&self) {
        self.rows_applied.notified().await;
    }

    /// Tenants alive here whose own row cannot be read, with since when, as [`Live::failing_since`] tells it.
    #[must_use]
    pub fn failing(&self, while_asked: Duration) -> Vec<(TenantId, Moment)> {
        let now = self.shared.clock.moment();
        let directory = lock(&self.directory);
        let failing = directory
            .live
            .iter()
            .filter_map(|(id, live)| live.failing_since(now, while_asked).map(|since| (*id, since)));
        failing.collect()
    }

    /// Makes the loop of [`Coherence::run`] poll at once.
    pub fn poll_soon(&self) {
        self.shared.poll_now.notify_one();
    }

    /// Polls for ever, at a quarter of Δ. Drop the future to stop.
    pub async fn run(&self) {
        let pace = self.shared.settings.max_staleness / 4;
        loop {
            let _logged = self.poll().await;
            let _either = tokio::time::timeout(pace, self.shared.poll_now.notified()).await;
        }
    }

    /// Polls once and takes up what it tells.
    ///
    /// # Errors
    /// If the catalogue does not answer, or its tenants' rows could not be taken up. The next poll then reads
    /// everything.
    pub async fn poll(&self) -> Result<(), SourceError> {
        self.poll_as(&mut *self.polling.lock().await).await
    }

    /// Whether the directory is of a poll sent at or after `need`.
    #[must_use]
    pub fn is_polled(&self, need: Moment) -> bool {
        self.directory_confirmed().is_some_and(|at| at >= need)
    }

    /// Makes sure that the directory is of a poll sent at or after `need`. Costs nothing if it is, else waits
    /// for the next poll, together with all who want one. While the catalogue does not answer, nobody waits.
    ///
    /// # Errors
    /// As [`Coherence::poll`], for the first who finds out.
    pub async fn ensure_polled(&self, need: Moment) -> Result<(), SourceError> {
        let enough = || self.failing.load(Ordering::Relaxed) || self.is_polled(need);
        if enough() {
            return Ok(());
        }
        let mut polling = self.polling.lock().await;
        if enough() { Ok(()) } else { self.poll_as(&mut polling).await }
    }

    async fn poll_as(&self, polling: &mut Polling) -> Result<(), SourceError> {
        let told = self.poll_with(&mut polling.cursor).await;
        match &told {
            Ok(sent) => {
                if self.failing.swap(false, Ordering::Relaxed) {
                    tracing::info!("the catalogue answers again");
                    self.shared.set_verify_from(*sent);
                }
            }
            Err(cause) => {
                polling.cursor.lost();
                self.shared.count.polls_failed.increment(1);
                if !self.failing.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%cause, "the catalogue does not answer");
                }
            }
        }
        told.map(|_| ())
    }

    async fn poll_with(&self, cursor: &mut PollCursor) -> Result<Moment, SourceError> {
        let shared = &self.shared;
        shared.count.polls.increment(1);
        loop {
            let since = cursor.since();
            // Before sending: what this poll confirms is as old as the question.
            let sent = shared.clock.moment();
            let mut answer = shared.in_time(shared.source.poll(since)).await?;
            if cursor.answered(answer.catalogue) == PollProgress::WentBack {
                tracing::warn!("the catalogue went back; reading it again in full");
                shared.count.went_back.increment(1);
                continue;
            }
            let full = since == Since::Everything;
            let rows = std::mem::take(&mut answer.tenants);
            self.take_up(&answer, full, sent);
            self.look_after_unsettled();
            let told = full || !rows.is_empty();
            if told {
                shared.in_time(shared.source.tenants_changed(full, rows)).await?;
            }
            self.applied.store(answer.catalogue, Ordering::Release);
            self.tenants_told.store(sent.0, Ordering::Release);
            if told {
                self.rows_applied.notify_one();
            }
            return Ok(sent);
        }
    }

    /// Puts the pulses in and only then moves the moment that confirms everyone else. The directory stays
    /// locked, so that nobody comes alive in between with an older pulse.
    fn take_up(&self, answer: &PollAnswer, full: bool, sent: Moment) {
        let mut directory = lock(&self.directory);
        let told = answer.pulses.iter().map(|pulse| (pulse.tenant, *pulse));
        if full {
            let named: Ours<_, _> = told.collect();
            for (_, live) in directory.live.iter().filter(|(tenant, _)| !named.contains_key(tenant)) {
                live.drive(|state, _| (state.no_pulse(), Vec::new()));
            }
            directory.pulses = named;
        } else {
            directory.pulses.extend(told);
        }
        for pulse in &answer.pulses {
            if let Some(live) = directory.live.get(&pulse.tenant) {
                live.drive(|state, now| ((), state.pulse(sent, *pulse, now)));
            }
        }
        self.shared.set_polled(sent);
    }

    fn look_after_unsettled(&self) {
        for tenant in self.shared.unsettled() {
            match self.live(tenant) {
                Some(live) => live.drive(|state, now| ((), state.look_after(now))),
                None => self.shared.note_settled(tenant, true),
            }
        }
    }
}

impl fmt::Debug for Coherence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coherence").field("polled", &self.polled()).finish_non_exhaustive()
    }
}
