//! What happened in a run, as its writers and readers saw it: all moments are of one clock, that of this
//! process, in nanoseconds since it began.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

use crate::model::{Register, Value, View};

/// Nanoseconds since the beginning.
pub type Moment = u64;

/// A change that somebody asked for.
#[derive(Clone, Debug)]
pub struct Write {
    pub tenant: usize,
    pub register: Register,
    /// What was to be published; nothing if it was to be taken back.
    pub value: Option<Value>,
    /// What was taken back.
    pub before: Option<Value>,
    /// When it was asked for: before anything was sent.
    pub begun: Moment,
    /// When the answer was there, if it was a good one.
    pub acked: Option<Moment>,
    /// Whose browser asked for it.
    pub session: Option<u16>,
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Anybody.
    Visitor,
    /// Signed in; the number is the browser's.
    Member(u16),
    /// Not signed in any more, but the browser that changed something.
    Owner(u16),
}

/// A page that somebody got.
#[derive(Clone, Copy, Debug)]
pub struct Read {
    pub page: u32,
    pub node: u8,
    pub reader: Reader,
    /// Before anything was sent.
    pub begun: Moment,
    /// When the answer was there.
    pub ended: Moment,
    pub what: Seen,
}

/// What came of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A page, by the number of its view.
    View(u32),
    /// A page that says of itself that it may be stale.
    Stale(u32),
    /// An answer that there is none now.
    Refused,
    /// No answer.
    Broken,
}

/// Everything that happened.
#[derive(Debug, Default)]
pub struct History {
    pub writes: Vec<Write>,
    pub reads: Vec<Read>,
    pub views: Views,
    /// How often visitors' pages were come by in which way, as the nodes say.
    pub how: BTreeMap<String, usize>,
}

/// Views by number.
#[derive(Debug, Default)]
pub struct Views {
    numbers: HashMap<View, u32>,
    all: Vec<View>,
}

impl Views {
    pub fn number(&mut self, view: View) -> u32 {
        let next = u32::try_from(self.all.len()).expect("fewer views than that");
        *self.numbers.entry(view).or_insert_with_key(|view| {
            self.all.push(view.clone());
            next
        })
    }

    pub fn get(&self, number: u32) -> &View {
        &self.all[number as usize]
    }
}

/// Takes down what happens.
#[derive(Debug)]
pub struct Recorder {
    start: Instant,
    history: Mutex<History>,
}

impl Recorder {
    pub fn new() -> Self {
        Self { start: Instant::now(), history: Mutex::default() }
    }

    pub fn now(&self) -> Moment {
        u64::try_from(self.start.elapsed().as_nanos()).expect("fewer than 500 years")
    }

    pub fn lock(&self) -> MutexGuard<'_, History> {
        self.history.lock().expect("nobody panics while writing history")
    }

    /// A write begins now; answers its number.
    pub fn begin(&self, mut write: Write) -> usize {
        write.begun = self.now();
        let mut history = self.lock();
        history.writes.push(write);
        history.writes.len() - 1
    }

    /// A write is acknowledged now.
    pub fn acked(&self, write: usize) -> Moment {
        let now = self.now();
        self.lock().writes[write].acked = Some(now);
        now
    }
}

/// A moment as a span.
pub const fn span(moment: Moment) -> Duration {
    Duration::from_nanos(moment)
}
