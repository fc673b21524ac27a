//! One node: the shipped state machine and poll cursor, a memory of renders, and the few lines of a driver
//! that bring them inputs and do what they say.

use std::{collections::HashMap, sync::Arc, time::Duration};

use rowhouse_cluster::protocol::{
    Answer, Effect, Judgement, Patience, PollCursor, PollProgress, TenantState, Told,
};
use rowhouse_domain::{
    Moment,
    coherence::{Change, Pulse},
};

use super::{
    Broken, RuleSet,
    world::{DELTA, NODES, POLL, Page, Shown, Then, World},
};

pub struct Node {
    state: TenantState<Arc<Shown>, RuleSet>,
    cursor: PollCursor,
    poll: u64,
    polling: Option<u64>,
    l1: HashMap<Page, Arc<Shown>>,
    asking: bool,
    waiting: Vec<(Moment, Then)>,
    paused: Option<u64>,
    backlog: Vec<Then>,
    stood_still: u64,
}

/// A request on its way through a node.
#[derive(Clone)]
struct Request {
    began: u64,
    strict: Option<Moment>,
    page: Page,
}

impl Request {
    fn allowed(&self) -> u64 {
        if self.strict.is_some() { 0 } else { DELTA }
    }
}

impl Node {
    pub fn new(rules: RuleSet, repair_after: u64) -> Self {
        let patience =
            Patience { aside: Duration::from_millis(DELTA), repair: Duration::from_millis(repair_after) };
        Self {
            state: TenantState::new(rules, patience, None),
            cursor: PollCursor::default(),
            poll: 0,
            polling: None,
            l1: HashMap::new(),
            asking: false,
            waiting: Vec::new(),
            paused: None,
            backlog: Vec::new(),
            stood_still: 0,
        }
    }

    fn keep(&mut self, shown: Arc<Shown>) {
        let newer =
            |old: &Arc<Shown>| old.version.n > shown.version.n && self.state.valid(&old.version, &old.tags);
        if !self.l1.get(&shown.page).is_some_and(newer) {
            self.l1.insert(shown.page.clone(), shown);
        }
    }
}

impl World {
    /// The node's own clock, which should go on while the node stands still.
    fn moment(&self, k: usize) -> Moment {
        let node = &self.nodes[k];
        let paused = node.paused.map_or(0, |since| self.t - since);
        let behind = if self.rules.breaks(Broken::ClockStops) { node.stood_still + paused } else { 0 };
        Moment((self.t - behind) * 1_000_000)
    }

    pub fn pause(&mut self, k: usize) {
        self.nodes[k].paused = Some(self.t);
        let d = self.dice.between(500, 6_000);
        self.after(d, move |w| w.resume(k));
    }

    fn resume(&mut self, k: usize) {
        let since = self.nodes[k].paused.take().unwrap();
        self.nodes[k].stood_still += self.t - since;
        for then in std::mem::take(&mut self.nodes[k].backlog) {
            let d = self.dice.between(1, 20);
            self.after(d, move |w| w.later(k, then));
        }
        let d = self.dice.between(3_000, 20_000);
        self.after(d, move |w| w.pause(k));
    }

    /// A paused node handles nothing until it goes on.
    pub fn later(&mut self, k: usize, then: Then) {
        if self.nodes[k].paused.is_some() {
            self.nodes[k].backlog.push(then);
        } else {
            then(self);
        }
    }

    fn obey(&mut self, k: usize, effects: Vec<Effect<Arc<Shown>>>) {
        for effect in effects {
            match effect {
                Effect::Ask => self.ask(k, None),
                Effect::Repair { seen } => {
                    let d = self.lat();
                    self.after(d, move |w| w.repair(seen));
                }
                Effect::Keep(shown) => self.nodes[k].keep(shown),
                Effect::Drop(_) => {}
                Effect::Empty => self.nodes[k].l1.clear(),
            }
        }
    }

    // The poll: one at a time, given up after a while as over a lost connection.

    pub fn poll(&mut self, k: usize) {
        self.after(POLL, move |w| w.poll(k));
        self.later(k, Box::new(move |w| w.send_poll(k)));
    }

    fn send_poll(&mut self, k: usize) {
        if self.nodes[k].polling.is_some_and(|sent| self.t < sent + DELTA) {
            return;
        }
        if self.nodes[k].polling.is_some() {
            self.nodes[k].cursor.lost();
        }
        self.nodes[k].polling = Some(self.t);
        self.nodes[k].poll += 1;
        let (poll, sent, since) = (self.nodes[k].poll, self.moment(k), self.nodes[k].cursor.since());
        if self.dice.chance(2) {
            return;
        }
        let d = self.lat();
        self.after(d, move |w| {
            let (catalogue, news) = w.read_catalogue(since);
            let d = w.lat();
            w.after(d, move |w| w.later(k, Box::new(move |w| w.polled(k, poll, sent, catalogue, news))));
        });
    }

    fn polled(&mut self, k: usize, poll: u64, sent: Moment, catalogue: i64, news: Option<Pulse>) {
        let now = self.moment(k);
        let node = &mut self.nodes[k];
        if node.poll != poll {
            return;
        }
        node.polling = None;
        if node.cursor.answered(catalogue) == PollProgress::WentBack {
            return;
        }
        let effects = match news {
            Some(pulse) => node.state.pulse(sent, pulse, now),
            None => {
                node.state.silence(sent, now);
                node.state.look_after(now)
            }
        };
        self.obey(k, effects);
    }

    // Questions to the tenant's row: one at a time, later ones wait for the next.

    fn ask(&mut self, k: usize, then: Option<Then>) {
        let sent = self.moment(k);
        let node = &mut self.nodes[k];
        node.waiting.extend(then.map(|then| (sent, then)));
        if node.asking {
            return;
        }
        node.asking = true;
        let d = self.lat();
        self.after(d, move |w| {
            let answer = w.read_row();
            let d = w.lat();
            w.after(d, move |w| w.later(k, Box::new(move |w| w.asked(k, sent, &answer))));
        });
    }

    fn asked(&mut self, k: usize, sent: Moment, answer: &Answer) {
        let now = self.moment(k);
        let node = &mut self.nodes[k];
        node.asking = false;
        let outcome = node.state.answer(sent, now, answer);
        self.obey(k, outcome.effects);
        if outcome.told == Told::Nothing {
            return self.ask(k, None);
        }
        let waiting = std::mem::take(&mut self.nodes[k].waiting);
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(asked, _)| *asked <= sent);
        self.nodes[k].waiting.extend(rest);
        ready.into_iter().for_each(|(_, then)| then(self));
        if !self.nodes[k].waiting.is_empty() {
            self.ask(k, None);
        }
    }

    pub fn hint(&mut self, k: usize, change: &Change) {
        let now = self.moment(k);
        let effects = self.nodes[k].state.hint(change, now);
        self.obey(k, effects);
    }

    // Serving: confirmed, then memory, then the shared store, then a fill.

    pub fn arrive(&mut self, k: usize, began: u64, strict: bool, page: Page) {
        let strict = strict.then(|| self.moment(k));
        self.read(k, Request { began, strict, page });
    }

    fn read(&mut self, k: usize, request: Request) {
        let now = self.moment(k);
        let need = request.strict.unwrap_or(now.minus(Duration::from_millis(DELTA)));
        let node = &mut self.nodes[k];
        if !node.state.confirmed_since(need) {
            return self.ask(k, Some(Box::new(move |w| w.read(k, request))));
        }
        let held = node.l1.get(&request.page).filter(|held| node.state.valid(&held.version, &held.tags));
        if let Some(held) = held.cloned() {
            self.hits += 1;
            return self.served(request.began, request.allowed(), &held);
        }
        let shared = self.l2.get(&request.page).cloned();
        if let Some(shared) = shared.filter(|s| node.state.valid_shared(&s.version, &s.tags)) {
            node.l1.insert(request.page.clone(), shared.clone());
            return self.served(request.began, request.allowed(), &shared);
        }
        let d = self.lat();
        self.after(d, move |w| w.fill(k, request));
    }

    /// A snapshot reads the version first and the content at the same instant.
    fn fill(&mut self, k: usize, request: Request) {
        let mut shown = self.snapshot(&request.page);
        let d = self.lat();
        if self.rules.breaks(Broken::VersionAfterContent) {
            self.after(d, move |w| {
                shown.version = w.snapshot(&request.page).version;
                w.later(k, Box::new(move |w| w.filled(k, &request, shown)));
            });
        } else {
            self.after(d, move |w| w.later(k, Box::new(move |w| w.filled(k, &request, shown))));
        }
    }

    fn filled(&mut self, k: usize, request: &Request, shown: Shown) {
        let shown = Arc::new(shown);
        if !matches!(self.nodes[k].state.judge(&shown.version, &shown.tags), Judgement::Stale(_)) {
            self.push(k, &shown);
            self.l2.insert(shown.page.clone(), shown.clone());
            for other in (0..NODES).filter(|other| *other != k) {
                if self.dice.chance(80) {
                    let (d, shown) = (self.lat(), shown.clone());
                    self.after(d, move |w| w.later(other, Box::new(move |w| w.push(other, &shown))));
                }
            }
        }
        self.served(request.began, request.allowed(), &shown); // its version was asked after the arrival
    }

    fn push(&mut self, k: usize, shown: &Arc<Shown>) {
        let now = self.moment(k);
        let effects = self.nodes[k].state.pushed(shown.version, shown.tags.clone(), shown.clone(), now);
        self.obey(k, effects);
    }
}
