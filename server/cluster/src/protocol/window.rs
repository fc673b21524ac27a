//! What a node knows of a tenant's changes: an unbroken run of versions, from the floor to the head, and for
//! each tag the last change that touched it. By this a render is judged without asking anyone.

use std::collections::{HashMap, VecDeque};

use rowhouse_domain::coherence::{Change, Tag, TagSet, Version};

/// The versions kept, as many as the tenant's own revision table keeps. Older renders count as stale.
pub const MOST_VERSIONS: usize = 1_000;

/// The tags kept; with more the oldest versions are forgotten.
pub const MOST_TOUCHED: usize = 20_000;

/// Whether a render may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It equals what a render made at the head would be.
    Valid,
    /// It is newer than what this node knows.
    Ahead,
    /// It may differ from the head.
    Stale(Stale),
}

/// Why a render may differ from the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// Older than the floor: nobody knows what changed since.
    BelowFloor,
    /// Its version is not on the line of versions this node knows: the tenant was restored, or fell back.
    OtherLine,
    /// This tag was touched after it was made.
    Touched(Tag),
}

/// The known run of versions, never empty.
#[derive(Clone, Debug)]
pub struct Window {
    serial: u64,
    head: Version,
    versions: VecDeque<Version>,
    touched: HashMap<Tag, i64>,
    everything: i64,
}

impl Window {
    /// A window that knows one version and nothing of the changes before it.
    #[must_use]
    pub fn starting_at(head: Version, serial: u64) -> Self {
        Self { serial, head, versions: VecDeque::from([head]), touched: HashMap::new(), everything: i64::MIN }
    }

    /// Grows with every change of this window; two windows of one tenant with one serial judge alike.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The newest known version.
    #[must_use]
    pub fn head(&self) -> Version {
        self.head
    }

    /// The oldest known version.
    #[must_use]
    pub fn floor(&self) -> Version {
        self.versions.front().copied().unwrap_or(self.head)
    }

    /// How many versions are known.
    #[must_use]
    pub fn span(&self) -> usize {
        self.versions.len()
    }

    /// How many tags are remembered as touched.
    #[must_use]
    pub fn touched(&self) -> usize {
        self.touched.len()
    }

    /// Whether exactly this version is in the window.
    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        self.at(version.n).is_some_and(|known| known == *version)
    }

    /// The version of number `n`.
    #[must_use]
    pub fn at(&self, n: i64) -> Option<Version> {
        let place = self.versions.binary_search_by_key(&n, |version| version.n).ok()?;
        self.versions.get(place).copied()
    }

    /// Judges a render made at `version` from what `tags` name.
    #[must_use]
    pub fn judge(&self, version: &Version, tags: &TagSet) -> Judgement {
        if *version == self.head {
            return Judgement::Valid;
        }
        if version.n > self.head.n {
            return Judgement::Ahead;
        }
        match self.at(version.n) {
            None => Judgement::Stale(Stale::BelowFloor),
            Some(known) if known != *version => Judgement::Stale(Stale::OtherLine),
            Some(_) => self.touched_since(version.n, tags),
        }
    }

    fn touched_since(&self, n: i64, tags: &TagSet) -> Judgement {
        if self.everything > n || tags.is_everything() {
            return Judgement::Stale(Stale::Touched(Tag::Everything));
        }
        let newer = |tag: &&Tag| self.touched.get(*tag).is_some_and(|last| *last > n);
        match tags.iter().find(newer) {
            Some(tag) => Judgement::Stale(Stale::Touched(tag.clone())),
            None => Judgement::Valid,
        }
    }

    /// Takes the next change. The caller has made sure that it follows the head.
    pub(super) fn advance(&mut self, change: &Change) {
        self.serial += 1;
        self.head = change.version();
        self.versions.push_back(self.head);
        if change.touches_everything() {
            self.everything = change.n;
            self.touched.clear();
        } else {
            for tag in change.tags.iter() {
                self.touched.insert(tag.clone(), change.n);
            }
        }
        while self.versions.len() > MOST_VERSIONS {
            self.versions.pop_front();
        }
        self.bound_touched();
    }

    /// A tag last touched at or below the floor can make nothing stale that is not below the floor, so it
    /// may be forgotten; if that is not enough the floor rises.
    fn bound_touched(&mut self) {
        while self.touched.len() > MOST_TOUCHED {
            let floor = self.floor().n;
            self.touched.retain(|_, last| *last > floor);
            if self.touched.len() > MOST_TOUCHED {
                let half = self.versions.len().div_ceil(2).min(self.versions.len().saturating_sub(1));
                self.versions.drain(..half);
            }
        }
    }
}
