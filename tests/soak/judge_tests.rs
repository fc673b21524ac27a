//! The judge sees every kind of violation, and none where there is none.

use super::*;
use crate::{
    history::Write,
    model::{FLEETING_PAGE, PARENT, Shows, TERM, Value, View},
};

const BOUNDS: Bounds = Bounds { delta: 1_000, stale: 60_000, verify: 30_000 };
const NODE: u8 = 0;

/// A site whose revisions are made by hand, and its readers.
struct World {
    pages: Vec<Page>,
    states: Vec<State>,
    history: History,
}

impl World {
    fn new(shows: Shows) -> Self {
        let first = State { marks: Marks::new(), begun: 0, acked: Some(0), session: None };
        let pages = vec![Page { tenant: 0, path: "/a".into(), shows, menu: false }];
        Self { pages, states: vec![first], history: History::default() }
    }

    /// A revision in which `register` has this value, or none.
    fn commit(
        &mut self,
        register: u16,
        value: Option<Value>,
        begun: Moment,
        acked: Option<Moment>,
    ) -> &mut State {
        let mut marks = self.states.last().unwrap().marks.clone();
        marks.retain(|(r, _)| *r != register);
        marks.extend(value.map(|value| (register, value)));
        self.states.push(State { marks, begun, acked, session: None });
        self.states.last_mut().unwrap()
    }

    fn read(&mut self, reader: Reader, begun: Moment, status: u16, marks: &[(u16, Value)]) {
        let view = self.history.views.number(View { status, marks: marks.to_vec() });
        let what = Seen::View(view);
        self.history.reads.push(Read { page: 0, node: NODE, reader, begun, ended: begun + 5, what });
    }

    fn verdict(&mut self) -> Verdict {
        judge(&mut self.history, &self.pages, std::slice::from_ref(&self.states), BOUNDS)
    }

    fn found(&mut self) -> Vec<Promise> {
        self.verdict().violations.iter().map(|violation| violation.promise).collect()
    }
}

/// Value 1 acknowledged at 100, value 2 asked for at 200 and acknowledged at 300.
fn counter() -> World {
    let mut world = World::new(Shows::Fleeting);
    world.commit(FLEETING_PAGE, Some(1), 50, Some(100));
    world.commit(FLEETING_PAGE, Some(2), 200, Some(300));
    world
}

const ONE: &[(u16, Value)] = &[(FLEETING_PAGE, 1)];
const TWO: &[(u16, Value)] = &[(FLEETING_PAGE, 2)];

#[test]
fn the_older_page_is_allowed_for_delta_and_no_longer() {
    let mut world = counter();
    world.read(Reader::Visitor, 150, 200, ONE);
    world.read(Reader::Visitor, 1_299, 200, ONE);
    let verdict = world.verdict();
    assert!(verdict.violations.is_empty(), "{:?}", verdict.violations);
    assert_eq!(verdict.ages, [0, 999]);
    world.read(Reader::Visitor, 1_300, 200, ONE);
    assert_eq!(world.found(), [Promise::P1]);
}

#[test]
fn what_is_being_written_may_be_seen_and_what_is_not_asked_for_may_not() {
    let mut world = counter();
    world.read(Reader::Visitor, 196, 200, TWO);
    assert!(world.found().is_empty(), "it was begun when the answer was there");
    world.read(Reader::Visitor, 150, 200, TWO);
    assert_eq!(world.found(), [Promise::P4], "it was not begun yet");
}

#[test]
fn nobody_is_told_a_commit_that_nobody_acknowledged() {
    let mut world = counter();
    world.commit(FLEETING_PAGE, Some(3), 400, None);
    world.read(Reader::Visitor, 9_000, 200, TWO);
    world.read(Reader::Visitor, 9_000, 200, &[(FLEETING_PAGE, 3)]);
    assert!(world.found().is_empty());
    world.commit(TERM, Some(4), 500, Some(600));
    assert_eq!(world.found(), [Promise::P1], "a later acknowledged one comes after it");
}

#[test]
fn members_wait_for_nothing() {
    let mut world = counter();
    world.read(Reader::Member(7), 250, 200, ONE);
    assert!(world.found().is_empty());
    world.read(Reader::Member(7), 300, 200, ONE);
    assert_eq!(world.found(), [Promise::P2]);
}

#[test]
fn previews_wait_for_nothing() {
    let mut world = counter();
    world.pages[0].shows = Shows::Preview(FLEETING_PAGE);
    world.read(Reader::Visitor, 250, 200, ONE);
    assert!(world.found().is_empty());
    world.read(Reader::Visitor, 300, 200, ONE);
    assert_eq!(world.found(), [Promise::P2]);
}

#[test]
fn who_wrote_sees_it() {
    let mut world = counter();
    world.states.last_mut().unwrap().session = Some(7);
    world.read(Reader::Owner(8), 300, 200, ONE);
    assert!(world.found().is_empty(), "another browser's");
    world.read(Reader::Owner(7), 300, 200, ONE);
    world.read(Reader::Member(7), 300, 200, ONE);
    assert_eq!(world.found(), [Promise::P3, Promise::P3]);
}

#[test]
fn a_page_that_went_and_came_is_judged_by_its_time() {
    let mut world = counter();
    world.commit(FLEETING_PAGE, None, 2_000, Some(2_100));
    world.commit(FLEETING_PAGE, Some(3), 5_000, Some(5_100));
    world.read(Reader::Visitor, 3_099, 200, TWO);
    world.read(Reader::Visitor, 3_500, 404, &[]);
    world.read(Reader::Visitor, 6_000, 404, &[]);
    assert!(world.found().is_empty());
    world.read(Reader::Visitor, 3_100, 200, TWO);
    world.read(Reader::Visitor, 6_100, 404, &[]);
    assert_eq!(world.found(), [Promise::P1, Promise::P1]);
}

#[test]
fn half_a_change_and_what_was_never_written_are_seen() {
    let mut world = counter();
    world.read(Reader::Visitor, 250, 200, &[(FLEETING_PAGE, 1), (FLEETING_PAGE, 2)]);
    world.read(Reader::Visitor, 250, 200, &[(FLEETING_PAGE, 99)]);
    world.read(Reader::Visitor, 250, 500, &[]);
    assert_eq!(world.found(), [Promise::P4; 3]);
}

#[test]
fn a_pair_that_never_stood_together_is_seen() {
    let mut world = World::new(Shows::Parent);
    let child = crate::model::CHILD;
    world.commit(PARENT, Some(1), 0, Some(0));
    world.commit(child, Some(2), 0, Some(0));
    world.commit(PARENT, Some(3), 100, Some(200));
    world.commit(child, Some(4), 300, Some(400));
    world.read(Reader::Visitor, 500, 200, &[(PARENT, 3), (child, 2)]);
    world.read(Reader::Visitor, 500, 200, &[(PARENT, 3), (child, 4)]);
    assert!(world.found().is_empty());
    world.read(Reader::Visitor, 500, 200, &[(PARENT, 1), (child, 4)]);
    assert_eq!(world.found(), [Promise::P4]);
}

#[test]
fn a_page_that_says_it_is_stale_may_be_so_for_a_while() {
    let mut world = counter();
    for begun in [50_000, 61_299, 61_300] {
        world.read(Reader::Visitor, begun, 200, ONE);
    }
    for read in &mut world.history.reads {
        let Seen::View(view) = read.what else { unreachable!() };
        read.what = Seen::Stale(view);
    }
    assert_eq!(world.found(), [Promise::P1]);
}

#[test]
fn acknowledged_and_gone_is_seen() {
    let write = |acked| Write {
        tenant: 0,
        register: 1,
        value: Some(5),
        before: None,
        begun: 10,
        acked,
        session: None,
    };
    let history =
        History { writes: vec![write(Some(20)), write(Some(30)), write(None)], ..History::default() };
    let found = lost(&history, |number| number == 0);
    assert_eq!(found.len(), 1);
    assert_eq!(counted(&found), [(Promise::Durable, 1)].into());
}

/// The judge against a slow one that looks at every revision, over histories by chance.
#[test]
fn a_slow_judge_says_the_same() {
    let mut dice = crate::dice::Dice::new(11);
    let mut bad = 0;
    for _ in 0..200 {
        let mut world = World::new(Shows::Parent);
        let mut t = 0;
        for value in 1..=12 {
            let register = dice.pick(&[PARENT, crate::model::CHILD, TERM]);
            t += dice.between(1, 600);
            let acked = dice.chance(80).then(|| t + dice.between(0, 300));
            world.commit(register, Some(value), t, acked);
        }
        for _ in 0..30 {
            let at = dice.between(0, t + 2_000);
            let revision = dice.between(0, world.states.len() as u64 - 1) as usize;
            let view = world.pages[0].view(&world.states[revision].marks);
            world.read(dice.pick(&[Reader::Visitor, Reader::Member(1)]), at, view.status, &view.marks);
        }
        let expected = slow(&world);
        let verdict = world.verdict();
        let found: Vec<usize> = verdict.violations.iter().filter_map(|v| v.read).collect();
        assert_eq!(found, expected);
        bad += found.len();
    }
    assert!(bad > 500, "{bad}: most histories are full of violations");
}

fn slow(world: &World) -> Vec<usize> {
    let fine = |read: &Read| {
        let Seen::View(view) = read.what else { return true };
        let allowed = if read.reader == Reader::Visitor { BOUNDS.delta } else { 0 };
        let acked = |s: &State| s.acked.is_some_and(|at| at + allowed <= read.begun);
        let first = world.states.iter().rposition(acked).unwrap_or(0);
        let newest = world.states.iter().rposition(|s| s.begun <= read.ended).unwrap_or(0);
        let shows = |s: &State| world.pages[0].view(&s.marks) == *world.history.views.get(view);
        first <= newest && world.states[first..=newest].iter().any(shows)
    };
    let reads = world.history.reads.iter().enumerate();
    reads.filter(|(_, read)| !fine(read)).map(|(number, _)| number).collect()
}
