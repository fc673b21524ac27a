//! The pages of one tenant: shards that are replaced as a whole, so that readers never wait for a writer.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};

use arc_swap::ArcSwap;
use rowhouse_domain::{
    Moment, TenantId,
    coherence::{PreHashed, RenderKey},
};

use super::Tally;
use crate::{
    protocol::{Judgement, Window},
    render::{Origin, Render},
};

/// An insertion copies one shard, so there are enough to keep the copies small.
const SHARDS: usize = 64;

/// The memory of a slot beside key and page.
const OVERHEAD: usize = 96;

/// A use is noted at most this often, in nanoseconds, so that a page read by all cores is not written by all.
const USE_STEP: u64 = 250_000_000;

type Shard = HashMap<RenderKey, Arc<Held>, PreHashed>;

/// A page in memory.
pub struct Held {
    render: Arc<Render>,
    weight: usize,
    used: AtomicU64,
    judged: AtomicU64,
    unused_push: AtomicBool,
}

impl Held {
    fn new(render: Arc<Render>, origin: Origin, key: &RenderKey, now: Moment) -> Self {
        let weight = render.weight() + key.weight() + OVERHEAD;
        let unused_push = AtomicBool::new(origin == Origin::Pushed);
        Self { render, weight, used: AtomicU64::new(now.0), judged: AtomicU64::new(0), unused_push }
    }

    /// Whether this is the first use of a page that another node pushed. Read before it is written, so that
    /// a page in use is shared by all cores undisturbed.
    #[must_use]
    pub fn is_first_use(&self) -> bool {
        self.unused_push.load(Ordering::Relaxed) && self.unused_push.swap(false, Ordering::Relaxed)
    }

    /// The page.
    #[must_use]
    pub fn render(&self) -> &Arc<Render> {
        &self.render
    }

    /// Roughly the memory it takes, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// When it was last looked up, within a quarter of a second.
    #[must_use]
    pub fn last_used(&self) -> Moment {
        Moment(self.used.load(Ordering::Relaxed))
    }

    /// Whether the page may be shown by this window. Found valid once, it is not judged again until the
    /// window changes. The window must be the one of the tenant's state machine that this map was opened for.
    #[must_use]
    pub fn valid(&self, window: &Window) -> bool {
        let mark = window.serial().wrapping_add(1);
        if self.judged.load(Ordering::Relaxed) == mark {
            return true;
        }
        let valid = window.judge(&self.render.version, &self.render.tags) == Judgement::Valid;
        if valid {
            self.judged.store(mark, Ordering::Relaxed);
        }
        valid
    }
}

/// The pages of one tenant.
pub struct SiteCache {
    tenant: TenantId,
    tally: Arc<Tally>,
    shards: Box<[ArcSwap<Shard>]>,
    writing: Mutex<()>,
    bytes: AtomicUsize,
    used: AtomicU64,
    purges: AtomicU64,
}

impl SiteCache {
    pub(super) fn new(tenant: TenantId, tally: Arc<Tally>) -> Self {
        let empty = Arc::new(Shard::default());
        Self {
            tenant,
            tally,
            shards: (0..SHARDS).map(|_| ArcSwap::new(empty.clone())).collect(),
            writing: Mutex::new(()),
            bytes: AtomicUsize::new(0),
            used: AtomicU64::new(0),
            purges: AtomicU64::new(0),
        }
    }

    /// How often pages were forgotten because somebody wanted that. What was begun before is not to be kept after.
    #[must_use]
    pub fn purges(&self) -> u64 {
        self.purges.load(Ordering::Acquire)
    }

    /// Whose pages these are.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Roughly the memory held, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// How many pages are held.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.shards.iter().map(|shard| shard.load().len()).sum()
    }

    pub(super) fn last_used(&self) -> Moment {
        Moment(self.used.load(Ordering::Relaxed))
    }

    fn shard(&self, key: &RenderKey) -> Option<&ArcSwap<Shard>> {
        // The map inside a shard uses the low and the highest bits.
        let place = usize::try_from(key.hash_value() >> 32).unwrap_or(0) % SHARDS;
        self.shards.get(place)
    }

    /// The page of this key, unjudged.
    #[must_use]
    pub fn get(&self, key: &RenderKey, now: Moment) -> Option<Arc<Held>> {
        let held = self.peek(key)?;
        note_use(&held.used, now);
        note_use(&self.used, now);
        Some(held)
    }

    /// As [`SiteCache::get`], without counting as a use.
    #[must_use]
    pub fn peek(&self, key: &RenderKey) -> Option<Arc<Held>> {
        self.shard(key)?.load().get(key).cloned()
    }

    /// Keeps a page, unless a newer one that is still valid is there. Says whether it was kept.
    pub fn insert(
        &self,
        key: &RenderKey,
        render: Arc<Render>,
        origin: Origin,
        window: &Window,
        now: Moment,
    ) -> bool {
        let held = Held::new(render, origin, key, now);
        let share = self.tally.limits.of_one_tenant();
        if held.weight > share {
            self.tally.refused.increment(1);
            return false;
        }
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(shard) = self.shard(key) else { return false };
        let mut next = Shard::clone(&shard.load());
        let newer = |old: &Arc<Held>| old.render.version.n > held.render.version.n && old.valid(window);
        if next.get(key).is_some_and(newer) {
            return false;
        }
        let weight = held.weight;
        let old = next.insert(key.clone(), Arc::new(held));
        shard.store(Arc::new(next));
        self.count_in(weight);
        old.iter().for_each(|old| self.count_out(old.weight, 1));
        note_use(&self.used, now);
        if self.bytes() > share {
            self.drop_least_used(share / 8 * 7);
        }
        true
    }

    /// The keys of all pages.
    #[must_use]
    pub fn keys(&self) -> Vec<RenderKey> {
        self.shards.iter().flat_map(|shard| shard.load().keys().cloned().collect::<Vec<_>>()).collect()
    }

    /// Forgets one page. Says whether it was there.
    pub fn remove(&self, key: &RenderKey) -> bool {
        self.purges.fetch_add(1, Ordering::AcqRel);
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(shard) = self.shard(key) else { return false };
        let mut next = Shard::clone(&shard.load());
        let Some(old) = next.remove(key) else { return false };
        shard.store(Arc::new(next));
        self.count_out(old.weight, 1);
        true
    }

    /// Forgets all pages; gives how many there were.
    pub fn purge(&self) -> usize {
        self.purges.fetch_add(1, Ordering::AcqRel);
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut gone = 0;
        for shard in &self.shards {
            let old = shard.swap(Arc::new(Shard::default()));
            self.count_out(old.values().map(|held| held.weight).sum(), old.len());
            gone += old.len();
        }
        gone
    }

    /// Forgets the least recently used pages until no more than `target` bytes are held.
    pub fn shrink_to(&self, target: usize) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.drop_least_used(target);
    }

    /// The caller holds the lock for writing.
    fn drop_least_used(&self, target: usize) {
        let mut spare = self.bytes().saturating_sub(target);
        let mut by_use: Vec<(u64, RenderKey, usize)> = Vec::new();
        for shard in &self.shards {
            let entry =
                |(key, held): (&RenderKey, &Arc<Held>)| (held.last_used().0, key.clone(), held.weight);
            by_use.extend(shard.load().iter().map(entry));
        }
        by_use.sort_unstable_by_key(|(used, ..)| *used);
        let mut victims: HashSet<RenderKey, PreHashed> = HashSet::default();
        for (_, key, weight) in by_use {
            if spare == 0 {
                break;
            }
            spare = spare.saturating_sub(weight);
            victims.insert(key);
        }
        self.shards.iter().for_each(|shard| self.drop_from(shard, &victims));
    }

    fn drop_from(&self, shard: &ArcSwap<Shard>, victims: &HashSet<RenderKey, PreHashed>) {
        let current = shard.load_full();
        let gone: Vec<_> = current.iter().filter(|(key, _)| victims.contains(key)).collect();
        if gone.is_empty() {
            return;
        }
        let kept = current.iter().filter(|(key, _)| !victims.contains(key));
        shard.store(Arc::new(kept.map(|(key, held)| (key.clone(), held.clone())).collect()));
        self.count_out(gone.iter().map(|(_, held)| held.weight).sum(), gone.len());
        self.tally.evicted.increment(gone.len() as u64);
    }

    fn count_in(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.tally.add(bytes);
    }

    fn count_out(&self, bytes: usize, entries: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.tally.remove(bytes, entries);
    }
}

impl Drop for SiteCache {
    /// A page inserted after the map was closed still counted.
    fn drop(&mut self) {
        self.purge();
    }
}

impl fmt::Debug for SiteCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteCache").field("tenant", &self.tenant).field("bytes", &self.bytes()).finish()
    }
}

fn note_use(place: &AtomicU64, now: Moment) {
    if now.0.saturating_sub(place.load(Ordering::Relaxed)) >= USE_STEP {
        place.store(now.0, Ordering::Relaxed);
    }
}
