//! Finished pages in memory, bounded in bytes, with a largest share for one tenant.
//!
//! Every live tenant has a map of its own ([`SiteCache`]), so a hit takes no lock, shares nothing with other
//! tenants and costs the same however many there are. Only inserting takes the tenant's lock, and only
//! overflowing the whole looks at all tenants. Whether a page may be shown is judged by the window, not here.

mod site;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use metrics::{Counter, Gauge, counter, gauge};
use rowhouse_domain::{Moment, TenantId};

pub use site::{Held, SiteCache};

/// How much may be kept.
#[derive(Clone, Copy, Debug)]
pub struct CacheLimits {
    /// All tenants together, in bytes.
    pub bytes: usize,
    /// The largest part of it for one tenant, above 0 and at most 1.
    pub tenant_share: f64,
}

impl Default for CacheLimits {
    fn default() -> Self {
        Self { bytes: 256 << 20, tenant_share: 0.25 }
    }
}

impl CacheLimits {
    /// The most bytes of one tenant.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a byte count, clamped to it"
    )]
    pub fn of_one_tenant(&self) -> usize {
        ((self.bytes as f64 * self.tenant_share.clamp(0.0, 1.0)) as usize).min(self.bytes)
    }
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Bytes, roughly.
    pub bytes: usize,
    /// Pages.
    pub entries: usize,
    /// Tenants with a map.
    pub sites: usize,
}

/// What all sites of a node count together.
#[derive(Debug)]
struct Tally {
    limits: CacheLimits,
    bytes: AtomicUsize,
    entries: AtomicUsize,
    bytes_gauge: Gauge,
    entries_gauge: Gauge,
    evicted: Counter,
    refused: Counter,
}

impl Tally {
    fn add(&self, bytes: usize) {
        self.bytes_gauge.set(as_float(self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes));
        self.entries_gauge.set(as_float(self.entries.fetch_add(1, Ordering::Relaxed) + 1));
    }

    fn remove(&self, bytes: usize, entries: usize) {
        let left = self.bytes.fetch_sub(bytes, Ordering::Relaxed).saturating_sub(bytes);
        self.bytes_gauge.set(as_float(left));
        let left = self.entries.fetch_sub(entries, Ordering::Relaxed).saturating_sub(entries);
        self.entries_gauge.set(as_float(left));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge")]
fn as_float(count: usize) -> f64 {
    count as f64
}

/// The memory of one node. Made after the metrics recorder is installed, because it keeps its handles.
#[derive(Debug)]
pub struct RenderCache {
    tally: Arc<Tally>,
    sites: Mutex<HashMap<TenantId, Arc<SiteCache>>>,
}

impl RenderCache {
    /// An empty cache.
    #[must_use]
    pub fn new(limits: CacheLimits) -> Self {
        let tally = Tally {
            limits,
            bytes: AtomicUsize::new(0),
            entries: AtomicUsize::new(0),
            bytes_gauge: gauge!("rowhouse_cache_bytes"),
            entries_gauge: gauge!("rowhouse_cache_entries"),
            evicted: counter!("rowhouse_cache_evicted_total"),
            refused: counter!("rowhouse_cache_refused_total"),
        };
        Self { tally: Arc::new(tally), sites: Mutex::new(HashMap::new()) }
    }

    /// A new, empty map for a tenant; one that it had before is let go.
    pub fn open(&self, tenant: TenantId) -> Arc<SiteCache> {
        let site = Arc::new(SiteCache::new(tenant, self.tally.clone()));
        self.sites().insert(tenant, site.clone());
        site
    }

    /// Lets go of a tenant's pages.
    pub fn close(&self, tenant: TenantId) {
        let gone = self.sites().remove(&tenant);
        if let Some(site) = gone {
            site.purge();
        }
    }

    /// Forgets every page.
    pub fn purge(&self) {
        let sites: Vec<_> = self.sites().values().cloned().collect();
        for site in sites {
            site.purge();
        }
    }

    /// How much is kept.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        CacheStats {
            bytes: self.tally.bytes.load(Ordering::Relaxed),
            entries: self.tally.entries.load(Ordering::Relaxed),
            sites: self.sites().len(),
        }
    }

    /// Brings the whole under its bound after an insertion. The tenant that holds most for longest unused
    /// gives a quarter, the least recently used pages first; so a busy small site is left alone.
    pub fn make_room(&self, now: Moment) {
        while self.tally.bytes.load(Ordering::Relaxed) > self.tally.limits.bytes {
            let cost = |site: &Arc<SiteCache>| {
                let idle = usize::try_from(now.since(site.last_used()).as_secs()).unwrap_or(usize::MAX);
                site.bytes().saturating_mul(idle.saturating_add(1))
            };
            let victim = self.sites().values().max_by_key(|site| cost(site)).cloned();
            let Some(victim) = victim.filter(|site| site.bytes() > 0) else { return };
            victim.shrink_to(victim.bytes() / 4 * 3);
        }
    }

    fn sites(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, Arc<SiteCache>>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
