//! What surrounds the nodes: the clock and its queue of events, the tenant's database with its writers, the
//! catalogue, the shared store, the readers, and the judge.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use rowhouse_cluster::protocol::{Answer, Since};
use rowhouse_domain::{
    TenantId,
    coherence::{Change, Pulse, Tag, TagSet, Token, VOCABULARY, Version},
};
use uuid::Uuid;

use super::{Broken, RuleSet, node::Node};

pub const DELTA: u64 = 1000;
pub const POLL: u64 = 250;
pub const TAGS: usize = 9;
pub const NODES: usize = 3;

pub type Then = Box<dyn FnOnce(&mut World)>;

/// A page: the numbers of the tags it depends on.
pub type Page = Vec<usize>;

/// A finished render.
#[derive(Debug)]
pub struct Shown {
    pub page: Page,
    pub tags: TagSet,
    pub version: Version,
    pub value: [u64; TAGS],
}

/// A small generator, so that a seed means the same run for ever.
pub struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[(self.next() % from.len() as u64) as usize]
    }

    fn one_or_two_tags(&mut self) -> Page {
        let first = self.between(0, TAGS as u64 - 1) as usize;
        let second = self.between(0, TAGS as u64 - 1) as usize;
        if first == second || self.chance(50) {
            vec![first]
        } else {
            vec![first.min(second), first.max(second)]
        }
    }
}

/// A change on its way.
#[derive(Clone)]
struct Write {
    id: u64,
    touches: Page,
    told: Page,
    version: Version,
    prev: Token,
    commit: u64,
}

pub struct World {
    pub dice: Dice,
    pub rules: RuleSet,
    pub t: u64,
    queue: BTreeMap<(u64, u64), Then>,
    ids: u64,
    row: Version,
    log: Vec<Change>,
    lock: Option<u64>,
    catalogue: i64,
    pulse: Pulse,
    at: HashMap<Token, [u64; TAGS]>,
    pub commits: u64,
    lost: HashSet<u64>,
    acks: [Vec<(u64, u64)>; TAGS],
    pub l2: HashMap<Page, Arc<Shown>>,
    pub nodes: Vec<Node>,
    pub reads: u64,
    pub hits: u64,
    bad: Option<String>,
}

pub fn tags_of(page: &[usize]) -> TagSet {
    page.iter().map(|tag| Tag::list(&tag.to_string())).collect()
}

fn token(n: u64) -> Token {
    Token(Uuid::from_u128(u128::from(n)))
}

impl World {
    pub fn new(seed: u64, rules: RuleSet) -> Self {
        let first = Version { n: 0, token: token(0) };
        let tenant = TenantId(Uuid::nil());
        let mut world = Self {
            dice: Dice(seed.wrapping_mul(0x5851_f42d_4c95_7f2d) ^ 0x1405_7b7e_f767_814f),
            rules,
            t: 0,
            queue: BTreeMap::new(),
            ids: 0,
            row: first,
            log: Vec::new(),
            lock: None,
            catalogue: 1,
            pulse: Pulse { tenant, seq: 1, n: 0, token: first.token, intent: first.token },
            at: HashMap::from([(first.token, [0; TAGS])]),
            commits: 0,
            lost: HashSet::new(),
            acks: Default::default(),
            l2: HashMap::new(),
            nodes: (0..NODES)
                .map(|_| Node::new(rules, if seed.is_multiple_of(2) { 0 } else { DELTA }))
                .collect(),
            reads: 0,
            hits: 0,
            bad: None,
        };
        let d = world.dice.between(8_000, 30_000);
        world.after(d, World::restore);
        world.after(5_000, World::empty_or_roll_back_shared);
        for k in 0..NODES {
            let (poll, pause) = (world.dice.between(1, POLL), world.dice.between(1_000, 9_000));
            world.after(poll, move |w| w.poll(k));
            world.after(pause, move |w| w.pause(k));
        }
        for _ in 0..3 {
            let d = world.dice.between(1, 500);
            world.after(d, World::write);
        }
        for _ in 0..10 {
            let d = world.dice.between(1, 500);
            world.after(d, World::reader);
        }
        world
    }

    /// Runs to the first violation or the end.
    pub fn run(&mut self, until: u64) -> Option<String> {
        while let Some(((t, _), event)) = self.queue.pop_first() {
            if t >= until || self.bad.is_some() {
                break;
            }
            self.t = t;
            event(self);
        }
        self.bad.take()
    }

    pub fn after(&mut self, d: u64, event: impl FnOnce(&mut World) + 'static) {
        self.ids += 1;
        self.queue.insert((self.t + d.max(1), self.ids), Box::new(event));
    }

    /// Half a round trip: mostly short, sometimes very long.
    pub fn lat(&mut self) -> u64 {
        if self.dice.chance(97) {
            self.dice.pick(&[1, 1, 2, 3, 5, 20])
        } else {
            self.dice.between(100, 2_500)
        }
    }

    // The writer: lock, change, intent, COMMIT, acknowledge, pulse, hint; it may die at each step.

    fn dies(&mut self) -> bool {
        self.dice.chance(4)
    }

    fn write(&mut self) {
        self.ids += 1;
        let touches = self.dice.one_or_two_tags();
        let told = match self.rules.breaks(Broken::TagsBeforeLock) {
            true => vec![self.dice.between(0, TAGS as u64 - 1) as usize],
            false => touches.clone(),
        };
        let id = self.ids;
        self.lock_row(Write { id, touches, told, version: self.row, prev: self.row.token, commit: 0 });
    }

    fn write_again(&mut self) {
        let d = self.dice.between(50, 1_500);
        self.after(d, World::write);
    }

    fn lock_row(&mut self, mut write: Write) {
        if self.lock.is_some() {
            return self.after(5, move |w| w.lock_row(write));
        }
        self.lock = Some(write.id);
        write.version = Version { n: self.row.n + 1, token: token(write.id) };
        write.prev = self.row.token;
        let d = self.lat();
        self.after(d, move |w| w.announce(write));
    }

    /// A writer that lost its lock was given up by the database; one that dies holds it a while.
    fn writer_stops(&mut self, id: u64) -> bool {
        if self.lock != Some(id) {
            self.write_again();
            return true;
        }
        if !self.dies() {
            return false;
        }
        let d = self.dice.between(1, 3_000);
        self.after(d, move |w| w.lock = w.lock.filter(|holder| *holder != id));
        self.write_again();
        true
    }

    fn announce(&mut self, write: Write) {
        if self.writer_stops(write.id) {
            return;
        }
        if !self.rules.breaks(Broken::NoIntent) {
            let intent = write.version.token;
            self.bump(move |p| p.intent = intent);
        }
        let d = self.lat();
        self.after(d, move |w| w.commit(write));
    }

    fn commit(&mut self, mut write: Write) {
        if self.writer_stops(write.id) {
            return;
        }
        self.commits += 1;
        write.commit = self.commits;
        let mut content = self.at[&self.row.token];
        write.touches.iter().for_each(|tag| content[*tag] = write.commit);
        self.row = write.version;
        self.at.insert(self.row.token, content);
        self.log.push(change(&write));
        let old = self.log.len().saturating_sub(5);
        self.log.drain(..old);
        self.lock = None;
        let (d, acked) = (self.lat(), write.clone());
        self.after(d, move |w| w.acknowledge(&acked));
        if self.dies() {
            return self.write_again(); // after COMMIT: no pulse and no hint, though the client may have its answer
        }
        let d = self.lat();
        self.after(d, move |w| w.settle(write));
    }

    fn acknowledge(&mut self, write: &Write) {
        if !self.lost.contains(&write.commit) {
            write.touches.iter().for_each(|tag| self.acks[*tag].push((self.t, write.commit)));
        }
    }

    fn settle(&mut self, write: Write) {
        let mine = self.pulse.intent == write.version.token;
        if mine || self.rules.breaks(Broken::NoIntent) || self.rules.breaks(Broken::IntentClearedByAnyone) {
            let Version { n, token } = write.version;
            self.bump(move |p| *p = Pulse { n, token, intent: token, ..*p });
        }
        if !self.dies() {
            for k in 0..NODES {
                for _ in 0..self.dice.pick(&[0, 1, 1, 2]) {
                    let (d, change) = (self.lat(), change(&write));
                    self.after(d, move |w| w.later(k, Box::new(move |w| w.hint(k, &change))));
                }
            }
        }
        self.write_again();
    }

    /// A changed pulse takes its number under the catalogue's lock, unless that is what is broken: then the
    /// number is taken now and the row is seen later.
    fn bump(&mut self, set: impl FnOnce(&mut Pulse) + 'static) {
        self.catalogue += 1;
        let seq = self.catalogue;
        let apply = move |w: &mut World| {
            set(&mut w.pulse);
            w.pulse.seq = seq;
        };
        if self.rules.breaks(Broken::PollByTime) {
            let d = self.lat();
            self.after(d, apply);
        } else {
            apply(self);
        }
    }

    /// Brings the pulse in line with the row, under the row's lock and only if the intent is the one seen.
    pub fn repair(&mut self, seen: Token) {
        if self.rules.breaks(Broken::RepairWithoutLock) {
            self.bump(|p| p.intent = p.token);
        } else if self.lock.is_none() && self.pulse.intent == seen {
            let Version { n, token } = self.row;
            self.bump(move |p| *p = Pulse { n, token, intent: token, ..*p });
        }
    }

    /// A fail-over or a restored backup loses the newest commits: the number goes back.
    fn restore(&mut self) {
        let d = self.dice.between(8_000, 30_000);
        self.after(d, World::restore);
        let back = self.dice.between(1, 3) as usize;
        if self.lock.is_some() || self.log.len() <= back {
            return;
        }
        let gone = self.log.split_off(self.log.len() - back);
        self.row = self.log[self.log.len() - 1].version();
        let newest = |change: &Change| self.at[&change.token].into_iter().max();
        let first = gone.iter().filter_map(newest).min().unwrap();
        self.lost.extend(first..=self.commits);
        let lost = &self.lost;
        self.acks.iter_mut().for_each(|acks| acks.retain(|(_, commit)| !lost.contains(commit)));
    }

    fn empty_or_roll_back_shared(&mut self) {
        let old = self.l2.clone();
        let d = self.dice.between(2_000, 9_000);
        self.after(d, World::empty_or_roll_back_shared);
        if self.dice.chance(50) {
            self.l2.clear();
        } else {
            let d = self.dice.between(500, 4_000);
            self.after(d, move |w| w.l2.extend(old));
        }
    }

    // What nodes ask.

    pub fn read_catalogue(&self, since: Since) -> (i64, Option<Pulse>) {
        let news = match since {
            Since::Everything => Some(self.pulse),
            Since::After(last) => Some(self.pulse).filter(|pulse| pulse.seq > last),
        };
        (self.catalogue, news)
    }

    pub fn read_row(&self) -> Answer {
        Answer { version: self.row, log: self.log.clone(), fenced: false }
    }

    pub fn snapshot(&self, page: &[usize]) -> Shown {
        let value = self.at[&self.row.token];
        Shown { page: page.to_vec(), tags: tags_of(page), version: self.row, value }
    }

    // The readers and the judge.

    fn reader(&mut self) {
        let k = self.dice.between(0, NODES as u64 - 1) as usize;
        let (page, began, strict) = (self.dice.one_or_two_tags(), self.t, self.dice.chance(5));
        self.later(k, Box::new(move |w| w.arrive(k, began, strict, page)));
        let d = self.dice.between(1, 40);
        self.after(d, World::reader);
    }

    /// A request that began `allowed` or more after an acknowledgement must show at least that commit, and
    /// what it shows must equal the content at the version it names.
    pub fn served(&mut self, began: u64, allowed: u64, shown: &Shown) {
        self.reads += 1;
        let content = self.at[&shown.version.token];
        for tag in &shown.page {
            let acked = self.acks[*tag].iter().filter(|(t, _)| t + allowed <= began);
            let must = acked.map(|(_, commit)| *commit).max().unwrap_or(0);
            let value = shown.value[*tag];
            if value < must {
                self.bad = Some(format!("{}: tag {tag} shows {value}, {must} was due", self.t));
            } else if value != content[*tag] {
                self.bad = Some(format!("{}: tag {tag} is not that of version {}", self.t, shown.version.n));
            }
        }
    }
}

fn change(write: &Write) -> Change {
    let Version { n, token } = write.version;
    Change { n, token, prev: write.prev, tags: tags_of(&write.told), vocabulary: VOCABULARY }
}
