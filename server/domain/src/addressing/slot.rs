//! The tenants of one host (or pattern): the one that has it for itself, and those under prefixes.

use std::{collections::BTreeMap, sync::Arc};

use super::{Entry, path::Asked};
use crate::{
    id::{Ours, TenantId},
    name::Prefix,
};

#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    pub root: Option<Arc<Entry>>,
    pub prefixes: Ours<Prefix, Arc<Entry>>,
    /// Several tenants may have had the same prefix one after the other; the youngest one is meant.
    old: Ours<Prefix, BTreeMap<TenantId, Arc<Entry>>>,
}

/// A tenant found, how many segments of the path led to it, and whether they were an old prefix.
pub(super) struct Found<'a> {
    pub entry: &'a Arc<Entry>,
    pub taken: usize,
    pub old: bool,
}

impl Slot {
    pub fn holder(&self, prefix: Option<&Prefix>) -> Option<&Arc<Entry>> {
        match prefix {
            Some(prefix) => self.prefixes.get(prefix),
            None => self.root.as_ref(),
        }
    }

    pub fn add(&mut self, entry: &Arc<Entry>) {
        match &entry.prefix {
            Some(prefix) => drop(self.prefixes.insert(prefix.clone(), Arc::clone(entry))),
            None => self.root = Some(Arc::clone(entry)),
        }
    }

    pub fn add_old(&mut self, entry: &Arc<Entry>) {
        for prefix in &entry.old_prefixes {
            self.old.entry(prefix.clone()).or_default().insert(entry.tenant, Arc::clone(entry));
        }
    }

    /// Takes everything of a tenant out; whether the slot is empty now.
    pub fn remove(&mut self, entry: &Entry) -> bool {
        let own = |held: &Arc<Entry>| held.tenant == entry.tenant;
        self.root.take_if(|held| own(held));
        if let Some(prefix) = entry.prefix.as_ref().filter(|p| self.prefixes.get(*p).is_some_and(own)) {
            self.prefixes.remove(prefix);
        }
        for prefix in &entry.old_prefixes {
            if let Some(holders) = self.old.get_mut(prefix) {
                holders.remove(&entry.tenant);
                if holders.is_empty() {
                    self.old.remove(prefix);
                }
            }
        }
        self.root.is_none() && self.prefixes.is_empty() && self.old.is_empty()
    }

    /// The longest prefix of whole segments that leads to a tenant; failing that, the host's own tenant.
    pub fn find(&self, path: &Asked<'_>) -> Option<Found<'_>> {
        let root = self.root.as_ref().map(|entry| Found { entry, taken: 0, old: false });
        if self.prefixes.is_empty() && self.old.is_empty() {
            return root;
        }
        let mut best = root;
        let mut key = String::new();
        for (depth, segment) in path.segments.iter().enumerate() {
            key.push('/');
            key.push_str(&segment.folded());
            if key.len() > Prefix::MAX {
                break;
            }
            let old = || self.old.get(key.as_str()).and_then(|holders| holders.values().next_back());
            if let Some(entry) = self.prefixes.get(key.as_str()) {
                best = Some(Found { entry, taken: depth + 1, old: false });
            } else if let Some(entry) = old() {
                best = Some(Found { entry, taken: depth + 1, old: true });
            }
        }
        best
    }
}
