//! One tenant alive on this node: look-ups and fills. How it is confirmed is in `question`.

use std::{
    collections::HashMap,
    error::Error,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU8, AtomicU64},
    },
    time::Duration,
};

use arc_swap::{ArcSwap, ArcSwapOption};
use http::header::HeaderValue;
use jiff::Timestamp;
use rowhouse_domain::{
    Moment, TenantId,
    coherence::{Change, KeySpace, PreHashed, Pulse, RenderKey, TagSet, Version},
};

use tokio::sync::oneshot;

use super::{
    gather::Found,
    question::{Failure, Verification},
    shared::{Shared, lock},
};
use crate::{
    cache::SiteCache,
    flight::{FlightError, Flights},
    protocol::{Effect, Judgement, Patience, Rules, TenantState, Window},
    render::{Origin, Render},
};

/// Why a page could not be made, in the words of whoever makes it. Shared by all who waited.
pub type FillFault = Arc<dyn Error + Send + Sync>;

/// Why there is no page.
pub type FillError = FlightError<FillFault>;

/// A page on its way into memory.
#[derive(Debug)]
pub(super) struct Page {
    key: RenderKey,
    render: Arc<Render>,
    origin: Origin,
}

type Coming = HashMap<RenderKey, oneshot::Sender<()>, PreHashed>;
pub(super) type State = TenantState<Page, Arc<dyn Rules>>;
pub(super) type Effects = Vec<Effect<Page>>;

/// What a look-up found.
#[derive(Clone, Debug)]
pub enum Lookup {
    /// A page that may be shown, and whether another node pushed it and this is its first use here.
    Hit(Arc<Render>, bool),
    /// None: make it.
    Miss,
    /// Nothing may be shown before the tenant is confirmed: see [`Live::ensure_confirmed`].
    Unconfirmed,
}

/// What is published for readers.
struct Known {
    window: Option<Arc<Window>>,
    confirmed: Option<Moment>,
    quiet: bool,
}

impl Known {
    fn confirmed(&self, polled: Option<Moment>) -> Option<Moment> {
        if self.quiet { self.confirmed.max(polled) } else { self.confirmed }
    }
}

/// One tenant on this node.
pub struct Live {
    pub(super) tenant: TenantId,
    pub(super) shared: Arc<Shared>,
    cache: Arc<SiteCache>,
    known: ArcSwap<Known>,
    state: Mutex<State>,
    pub(super) flights: Flights<Found, FillFault>,
    pub(super) coming: Mutex<Coming>,
    pushed_space: ArcSwapOption<KeySpace>,
    pub(super) question: tokio::sync::Mutex<Option<Failure>>,
    pub(super) background: AtomicBool,
    pub(super) asked: AtomicU64,
    pub(super) tried: AtomicU64,
    pub(super) failing: AtomicU64,
    pub(super) standing: AtomicU8,
}

impl Live {
    pub(super) fn new(tenant: TenantId, shared: Arc<Shared>, pulse: Option<Pulse>) -> Self {
        let delta = shared.settings.max_staleness;
        let patience = Patience { aside: delta, repair: delta };
        Self {
            tenant,
            cache: shared.cache.open(tenant),
            known: ArcSwap::from_pointee(Known { window: None, confirmed: None, quiet: false }),
            state: Mutex::new(TenantState::new(shared.rules.clone(), patience, pulse)),
            flights: Flights::new(shared.runtime.clone(), shared.clock.clone()),
            coming: Mutex::default(),
            pushed_space: ArcSwapOption::empty(),
            question: tokio::sync::Mutex::new(None),
            background: AtomicBool::new(false),
            asked: AtomicU64::new(0),
            tried: AtomicU64::new(0),
            failing: AtomicU64::new(0),
            standing: AtomicU8::new(0),
            shared,
        }
    }

    /// Whose state this is.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The newest version known here.
    #[must_use]
    pub fn head(&self) -> Option<Version> {
        self.known.load().window.as_ref().map(|window| window.head())
    }

    /// Whether this version is among those known here.
    #[must_use]
    pub fn knows(&self, version: &Version) -> bool {
        self.known.load().window.as_ref().is_some_and(|window| window.contains(version))
    }

    /// When the question was sent that last confirmed the head.
    #[must_use]
    pub fn confirmed(&self) -> Option<Moment> {
        // In this order, see `Shared::polled`.
        let polled = self.shared.polled();
        self.known.load().confirmed(polled)
    }

    /// Whether the head was confirmed by a question sent at or after `need`.
    #[must_use]
    pub fn confirmed_since(&self, need: Moment) -> bool {
        self.confirmed().is_some_and(|at| at >= need)
    }

    /// What an ordinary request that arrived at `arrival` needs: a confirmation no more than Δ older. A
    /// signed-in user's or a preview's needs its arrival itself.
    #[must_use]
    pub fn need(&self, arrival: Moment) -> Moment {
        arrival.minus(self.shared.settings.max_staleness)
    }

    /// The page of this key, if it may be shown to a request with this need. A page in constant use must not
    /// keep the tenant's own row from being read at its pace, so that is looked after here too.
    #[must_use]
    pub fn lookup(self: &Arc<Self>, key: &RenderKey, need: Moment, now: Moment) -> Lookup {
        let found = self.look(key, need, now);
        if matches!(found, Lookup::Miss) {
            self.shared.count.misses.increment(1);
        }
        found
    }

    /// As [`Live::lookup`], for who asks that next unless there is a hit: nothing else is counted.
    #[must_use]
    pub fn hit(self: &Arc<Self>, key: &RenderKey, need: Moment, now: Moment) -> Option<(Arc<Render>, bool)> {
        match self.look(key, need, now) {
            Lookup::Hit(render, pushed) => Some((render, pushed)),
            Lookup::Miss | Lookup::Unconfirmed => None,
        }
    }

    fn look(self: &Arc<Self>, key: &RenderKey, need: Moment, now: Moment) -> Lookup {
        let polled = self.shared.polled();
        let known = self.known.load();
        let Some(window) = known.window.as_ref() else { return Lookup::Unconfirmed };
        if known.confirmed(polled).is_none_or(|at| at < need) || self.standing().is_err() {
            return Lookup::Unconfirmed;
        }
        match self.verification(now) {
            Verification::Recent => {}
            Verification::Due => self.ask_in_background(),
            Verification::Overdue => return Lookup::Unconfirmed,
        }
        match self.cache.get(key, now).filter(|held| held.valid(window)) {
            Some(held) => {
                self.shared.count.hits.increment(1);
                Lookup::Hit(held.render().clone(), held.is_first_use())
            }
            None => Lookup::Miss,
        }
    }

    /// The page as it was at the last confirmation, if that is within the time allowed for errors. Only for
    /// a request whose confirmation failed; the response must be marked stale.
    #[must_use]
    pub fn lookup_stale(&self, key: &RenderKey, now: Moment) -> Option<Arc<Render>> {
        if self.standing().is_err() || !self.confirmed_since(now.minus(self.shared.settings.stale_if_error)) {
            return None;
        }
        let known = self.known.load();
        let held = self.cache.get(key, now)?;
        let held = held.valid(known.window.as_ref()?).then_some(held)?;
        self.shared.count.stale.increment(1);
        Some(held.render().clone())
    }

    /// Takes a finished page from another node: kept if it may be shown, held aside if it is newer than what is
    /// known here, else dropped.
    pub fn pushed(self: &Arc<Self>, key: RenderKey, render: &Arc<Render>) {
        let key = self.in_known_space(key);
        self.shared.count.pushed.increment(1);
        self.take_in(&key, render, Origin::Pushed);
        self.stop_waiting(&key);
    }

    pub(super) fn take_in(self: &Arc<Self>, key: &RenderKey, render: &Arc<Render>, origin: Origin) {
        let page = Page { key: key.clone(), render: render.clone(), origin };
        let (version, tags) = (render.version, render.tags.clone());
        self.drive(|state, now| ((), state.pushed(version, tags, page, now)));
    }

    /// Keys that come as text bring a space of their own each: one is kept for all of them.
    fn in_known_space(&self, key: RenderKey) -> RenderKey {
        let known = self.pushed_space.load();
        let key = match known.as_ref() {
            Some(space) => key.within(space),
            None => key,
        };
        if !known.as_ref().is_some_and(|space| Arc::ptr_eq(space, key.space())) {
            self.pushed_space.store(Some(key.space().clone()));
        }
        key
    }

    pub(super) fn judge_now(&self, render: &Render) -> Option<Judgement> {
        let known = self.known.load();
        known.window.as_ref().map(|window| window.judge(&render.version, &render.tags))
    }

    pub(super) fn held(&self, key: &RenderKey) -> Option<Arc<Render>> {
        Some(self.cache.peek(key)?.render().clone())
    }

    /// Takes word of a committed change.
    pub fn hint(self: &Arc<Self>, change: &Change) {
        let known = self.knows(&change.version());
        self.drive(|state, now| ((), state.hint(change, now)));
        if !known && self.knows(&change.version()) {
            self.shared.count.hints.increment(1);
        }
    }

    /// Counts what makes that pages which are being made are not kept.
    pub(super) fn purges(&self) -> u64 {
        self.cache.purges()
    }

    /// Forgets all pages, also on the shelf; gives how many there were.
    pub fn purge(&self) -> usize {
        if let Some(shelf) = &self.shared.shelf {
            shelf.forget(self.cache.keys());
        }
        self.cache.purge()
    }

    /// Forgets one page, also on the shelf. Says whether it was there.
    pub fn purge_page(&self, key: &RenderKey) -> bool {
        if let Some(shelf) = &self.shared.shelf {
            shelf.forget(vec![key.clone()]);
        }
        self.cache.remove(key)
    }

    /// What is known of a page and why it would or would not be shown.
    #[must_use]
    pub fn explain(&self, key: &RenderKey, now: Moment) -> Explained {
        let confirmed = self.confirmed().map(|at| now.since(at));
        let state = lock(&self.state);
        let page = self.cache.peek(key).map(|held| {
            let render = held.render();
            ExplainedPage {
                version: render.version,
                tags: render.tags.clone(),
                judgement: state.judge(&render.version, &render.tags),
                weight: held.weight(),
                etag: render.identity.etag.clone(),
                made_at: render.made_at,
            }
        });
        Explained {
            head: state.head(),
            floor: state.window().map(|window| window.floor()),
            confirmed,
            quiet: state.quiet(),
            pulse: state.pulse_seen(),
            held_aside: state.held_aside(),
            bytes: self.cache.bytes(),
            entries: self.cache.entries(),
            page,
        }
    }

    /// Puts an input into the state machine, publishes what readers need, and does what follows.
    pub(super) fn drive<T>(self: &Arc<Self>, input: impl FnOnce(&mut State, Moment) -> (T, Effects)) -> T {
        let now = self.shared.clock.moment();
        let (told, effects, window) = {
            let mut state = lock(&self.state);
            // Silence is put in late: nothing it depends on has changed since.
            if let Some(polled) = self.shared.polled() {
                state.silence(polled, now);
            }
            let (told, effects) = input(&mut state, now);
            self.publish(&state);
            (told, effects, state.window().cloned())
        };
        for effect in effects {
            self.obey(effect, window.as_deref(), now);
        }
        told
    }

    fn publish(&self, state: &State) {
        let quiet = state.quiet();
        let to_settle = !quiet && state.window().is_some() && state.pulse_seen().is_some();
        self.shared.note_settled(self.tenant, !to_settle);
        let known = Known { window: state.window().cloned(), confirmed: state.confirmed(), quiet };
        self.known.store(Arc::new(known));
    }

    fn obey(self: &Arc<Self>, effect: Effect<Page>, window: Option<&Window>, now: Moment) {
        match effect {
            Effect::Ask => self.ask_in_background(),
            Effect::Repair { seen } => self.repair_in_background(seen),
            Effect::Keep(Page { key, render, origin }) => {
                if window.is_some_and(|window| self.cache.insert(&key, render, origin, window, now)) {
                    self.shared.cache.make_room(now);
                }
            }
            Effect::Drop(_) => self.shared.count.dropped.increment(1),
            Effect::Empty => {
                self.shared.count.restarts.increment(1);
                self.cache.purge();
            }
        }
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("tenant", &self.tenant)
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

/// What a node knows of a tenant and of one page.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The newest known version.
    pub head: Option<Version>,
    /// The oldest known version.
    pub floor: Option<Version>,
    /// The age of the last confirmation.
    pub confirmed: Option<Duration>,
    /// Whether the poll's silence confirms the head.
    pub quiet: bool,
    /// The last pulse seen.
    pub pulse: Option<Pulse>,
    /// How many pages wait for the head.
    pub held_aside: usize,
    /// The memory of the tenant's pages.
    pub bytes: usize,
    /// Their number.
    pub entries: usize,
    /// The page, if it is in memory.
    pub page: Option<ExplainedPage>,
}

/// A page in memory.
#[derive(Clone, Debug)]
pub struct ExplainedPage {
    /// What it was made from.
    pub version: Version,
    /// What it depends on.
    pub tags: TagSet,
    /// Whether it may be shown, and if not, why.
    pub judgement: Judgement,
    /// Its memory.
    pub weight: usize,
    /// Its entity tag, unencoded.
    pub etag: HeaderValue,
    /// When it was made.
    pub made_at: Timestamp,
}
