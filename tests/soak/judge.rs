//! Judges a history against what the database says was committed, in O(n log n).
//!
//! A site's revisions are numbered in the order of their commits. What a read showed must be what the page
//! shows at one of the revisions between two bounds: not before the last one that had been acknowledged Δ or
//! more before the read began (for members and on previews: before it began; for owners also their own), and
//! not after the last one that had been begun when the answer was there. No such revision at all is half a
//! change, or a value that nobody committed (P4); only earlier ones is staleness (P1, P2, P3).

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use crate::{
    history::{History, Moment, Read, Reader, Seen, Views, span},
    model::{Marks, Page},
};

/// A revision of a site.
#[derive(Clone, Debug)]
pub struct State {
    pub marks: Marks,
    /// When it was asked for.
    pub begun: Moment,
    /// When whoever asked for it was told that it stands; it may be nobody was.
    pub acked: Option<Moment>,
    /// Whose browser asked for it.
    pub session: Option<u16>,
}

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    P1,
    P2,
    P3,
    P4,
    /// What was acknowledged was committed.
    Durable,
}

/// A promise that was not kept.
#[derive(Clone, Debug)]
pub struct Violation {
    pub promise: Promise,
    /// The read, unless it is about a write.
    pub read: Option<usize>,
    pub at: Moment,
    pub told: String,
}

/// The bounds that a judgement stands on.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Δ.
    pub delta: Moment,
    /// How long pages may be shown that say they are stale.
    pub stale: Moment,
    /// How long it may take to notice that a database lost what it had acknowledged.
    pub verify: Moment,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Verdict {
    pub violations: Vec<Violation>,
    /// For each read, how long ago it was, when it began, that something newer was acknowledged.
    pub ages: Vec<Moment>,
}

/// One site's revisions in time.
struct Line<'a> {
    states: &'a [State],
    acked: Steps,
    begun: Steps,
    own: HashMap<u16, Steps>,
    /// For each revision, the earliest moment at which it or a later one was acknowledged.
    next_ack: Vec<Moment>,
}

/// The greatest revision up to each moment.
#[derive(Default)]
struct Steps(Vec<(Moment, usize)>);

impl Steps {
    fn of(mut all: Vec<(Moment, usize)>) -> Self {
        all.sort_unstable();
        let mut greatest = 0;
        for (_, revision) in &mut all {
            greatest = greatest.max(*revision);
            *revision = greatest;
        }
        Self(all)
    }

    fn until(&self, moment: Moment) -> usize {
        let after = self.0.partition_point(|(at, _)| *at <= moment);
        after.checked_sub(1).map_or(0, |last| self.0[last].1)
    }
}

impl<'a> Line<'a> {
    fn of(states: &'a [State]) -> Self {
        let mut own: HashMap<u16, Vec<(Moment, usize)>> = HashMap::new();
        let (mut acked, mut next_ack) = (Vec::new(), vec![Moment::MAX; states.len() + 1]);
        for (revision, state) in states.iter().enumerate() {
            let Some(at) = state.acked else { continue };
            acked.push((at, revision));
            next_ack[revision] = at;
            if let Some(session) = state.session {
                own.entry(session).or_default().push((at, revision));
            }
        }
        for revision in (0..states.len()).rev() {
            next_ack[revision] = next_ack[revision].min(next_ack[revision + 1]);
        }
        Self {
            states,
            acked: Steps::of(acked),
            begun: Steps::of(states.iter().enumerate().map(|(n, state)| (state.begun, n)).collect()),
            own: own.into_iter().map(|(session, all)| (session, Steps::of(all))).collect(),
            next_ack,
        }
    }

    fn own(&self, session: u16, moment: Moment) -> usize {
        self.own.get(&session).map_or(0, |own| own.until(moment))
    }

    /// The first revision that may be shown.
    fn first(&self, read: &Read, page: &Page, bounds: Bounds) -> usize {
        let before = |span: Moment| read.begun.checked_sub(span).map_or(0, |at| self.acked.until(at));
        match (read.what, read.reader) {
            (Seen::Stale(_), _) => before(bounds.delta + bounds.stale),
            (_, Reader::Visitor) if page.is_preview() => before(0),
            (_, Reader::Visitor) => before(bounds.delta),
            (_, Reader::Member(_)) => before(0),
            (_, Reader::Owner(session)) => before(bounds.delta).max(self.own(session, read.begun)),
        }
    }
}

/// What a page shows, as runs of revisions with the same view.
struct Shown(HashMap<u32, Vec<(usize, usize)>>);

impl Shown {
    fn of(page: &Page, states: &[State], views: &mut Views) -> Self {
        let mut runs: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
        let mut last = None;
        for (revision, state) in states.iter().enumerate() {
            let view = views.number(page.view(&state.marks));
            match runs.get_mut(&view).and_then(|runs| runs.last_mut()) {
                Some(run) if last == Some(view) => run.1 = revision,
                _ => runs.entry(view).or_default().push((revision, revision)),
            }
            last = Some(view);
        }
        Self(runs)
    }
}

/// Judges every read. `states` are the revisions of each site.
pub fn judge(history: &mut History, pages: &[Page], states: &[Vec<State>], bounds: Bounds) -> Verdict {
    let lines: Vec<Line<'_>> = states.iter().map(|states| Line::of(states)).collect();
    let shown: Vec<Shown> =
        pages.iter().map(|page| Shown::of(page, &states[page.tenant], &mut history.views)).collect();
    let mut verdict = Verdict { violations: Vec::new(), ages: vec![0; history.reads.len()] };
    for (number, read) in history.reads.iter().enumerate() {
        let (Seen::View(view) | Seen::Stale(view)) = read.what else { continue };
        let page = &pages[read.page as usize];
        let (line, shown) = (&lines[page.tenant], &shown[read.page as usize]);
        match one(read, page, view, line, shown, bounds) {
            Ok(age) => verdict.ages[number] = age,
            Err((promise, why)) => verdict.violations.push(Violation {
                promise,
                read: Some(number),
                at: read.begun,
                told: format!("{} {}: {why}", Told(read, page), Shorter(&history.views, view)),
            }),
        }
    }
    verdict
}

fn one(
    read: &Read,
    page: &Page,
    view: u32,
    line: &Line<'_>,
    shown: &Shown,
    bounds: Bounds,
) -> Result<Moment, (Promise, String)> {
    let none = |why: String| (Promise::P4, why);
    let runs = shown.0.get(&view).ok_or_else(|| none("no revision shows that".into()))?;
    let newest = line.begun.until(read.ended);
    let first = line.first(read, page, bounds);
    let begun = runs.partition_point(|(begin, _)| *begin <= newest);
    let run = begun.checked_sub(1).map(|last| runs[last]);
    let (_, last) = run.ok_or_else(|| none(format!("only later revisions than {newest} show that")))?;
    let age = read.begun.saturating_sub(line.next_ack[last + 1]);
    if last >= first {
        return Ok(age);
    }
    let promise = match read.reader {
        Reader::Visitor if page.is_preview() => Promise::P2,
        Reader::Visitor => Promise::P1,
        Reader::Member(session) | Reader::Owner(session) if line.own(session, read.begun) > last => {
            Promise::P3
        }
        Reader::Member(_) => Promise::P2,
        Reader::Owner(_) => Promise::P1,
    };
    let due = line.states[first].acked.map_or(0, |at| read.begun.saturating_sub(at));
    Err((
        promise,
        format!("revision {last}, {:?} old; {first} was acknowledged {:?} before", span(age), span(due)),
    ))
}

/// What was acknowledged must have been committed: `committed` tells whether a write was.
pub fn lost(history: &History, committed: impl Fn(usize) -> bool) -> Vec<Violation> {
    let all = history.writes.iter().enumerate();
    let gone = all.filter(|(number, write)| write.acked.is_some() && !committed(*number));
    gone.map(|(_, write)| Violation {
        promise: Promise::Durable,
        read: None,
        at: write.begun,
        told: format!("{write:?} was acknowledged and is nowhere"),
    })
    .collect()
}

/// How many of each.
pub fn counted(violations: &[Violation]) -> BTreeMap<Promise, usize> {
    let mut counts = BTreeMap::new();
    for violation in violations {
        *counts.entry(violation.promise).or_default() += 1;
    }
    counts
}

struct Told<'a>(&'a Read, &'a Page);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(read, page) = self;
        write!(f, "{:?} of {} on node {} by {:?}", span(read.begun), page.path, read.node, read.reader)
    }
}

struct Shorter<'a>(&'a Views, u32);

impl fmt::Display for Shorter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let view = self.0.get(self.1);
        write!(f, "shows {} {:?}", view.status, view.marks)
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
