//! The machine's corners that random histories reach seldom: bounds, repairs, renders held aside.

use std::time::Duration;

use rowhouse_domain::{
    Moment, TenantId,
    coherence::{Change, Pulse, Tag, TagSet, Token, VOCABULARY, Version},
};

use super::*;

const SECOND: u64 = 1_000_000_000;

type State = TenantState<&'static str>;

fn state(pulse: Option<Pulse>) -> State {
    let second = Duration::from_secs(1);
    TenantState::new(AsDesigned, Patience { aside: second, repair: second }, pulse)
}

fn first() -> Version {
    Version { n: 1, token: Token::fresh() }
}

fn change(prev: Version, tags: impl IntoIterator<Item = Tag>) -> Change {
    let tags = tags.into_iter().collect();
    Change { n: prev.n + 1, token: Token::fresh(), prev: prev.token, tags, vocabulary: VOCABULARY }
}

fn answer(version: Version, log: &[Change]) -> Answer {
    Answer { version, log: log.to_vec(), fenced: false }
}

/// A state that knows one version, asked at the first second.
fn started(head: Version) -> State {
    let mut state = state(None);
    state.answer(Moment(SECOND), Moment(SECOND), &answer(head, &[]));
    state
}

#[test]
fn the_window_forgets_versions_and_tags_beyond_its_bounds() {
    let head = first();
    let mut state = started(head);
    let mut last = head;
    for n in 0..MOST_VERSIONS as i64 + 200 {
        let change = change(last, (0..40).map(|at| Tag::list(&format!("{n}/{at}"))));
        assert_eq!(state.hint(&change, Moment(2 * SECOND)), []);
        last = change.version();
    }
    let window = state.window().unwrap();
    assert_eq!(window.head(), last);
    assert!(window.span() <= MOST_VERSIONS && window.span() > 200, "{} versions", window.span());
    assert!(window.touched() <= MOST_TOUCHED, "{} tags", window.touched());
    assert_eq!(window.judge(&head, &TagSet::new()), Judgement::Stale(Stale::BelowFloor));
    assert_eq!(window.judge(&window.floor(), &TagSet::new()), Judgement::Valid);
    let floor = window.floor();
    let touched = [Tag::list(&format!("{}/0", floor.n))].into_iter().collect();
    assert!(matches!(window.judge(&floor, &touched), Judgement::Stale(Stale::Touched(_))));
}

#[test]
fn everything_and_a_foreign_vocabulary_make_all_older_renders_stale() {
    let head = first();
    for foreign in [false, true] {
        let mut state = started(head);
        let mut change = change(head, [if foreign { Tag::Settings } else { Tag::Everything }]);
        change.vocabulary += i32::from(foreign);
        state.hint(&change, Moment(2 * SECOND));
        assert!(!state.valid(&head, &TagSet::new()));
        assert!(state.valid(&change.version(), &TagSet::everything()));
    }
    let mut state = started(head);
    state.hint(&change(head, []), Moment(2 * SECOND));
    assert!(state.valid(&head, &[Tag::Theme].into_iter().collect()));
    assert!(!state.valid(&head, &TagSet::everything()));
}

#[test]
fn a_gap_in_the_answer_starts_a_new_window_dated_by_its_question() {
    let head = first();
    let (lost, mut state) = (change(head, [Tag::Theme]), started(head));
    let next = change(lost.version(), [Tag::Settings]);
    let log = answer(next.version(), std::slice::from_ref(&next));
    let outcome = state.answer(Moment(3 * SECOND), Moment(4 * SECOND), &log);
    assert_eq!((outcome.told, outcome.effects), (Told::Confirmed, vec![Effect::Empty]));
    assert_eq!(state.window().unwrap().floor(), next.version());
    assert_eq!(state.confirmed(), Some(Moment(3 * SECOND)));
    assert!(!state.valid(&head, &TagSet::new()));
}

#[test]
fn an_answer_older_than_a_hint_says_nothing() {
    let head = first();
    let mut state = started(head);
    let change = change(head, [Tag::Theme]);
    state.hint(&change, Moment(5 * SECOND));
    let outcome = state.answer(Moment(4 * SECOND), Moment(6 * SECOND), &answer(head, &[]));
    assert_eq!(outcome.told, Told::Nothing);
    assert_eq!((state.head(), state.confirmed()), (Some(change.version()), Some(Moment(SECOND))));
    let outcome = state.answer(Moment(5 * SECOND), Moment(6 * SECOND), &answer(head, &[]));
    assert_eq!((outcome.told, state.head()), (Told::Confirmed, Some(head)), "a fail-over is believed");
}

#[test]
fn a_dead_writers_intent_is_asked_about_at_once_and_repaired_with_patience() {
    let (head, tenant) = (first(), TenantId::fresh());
    let mut state = started(head);
    let intent = Token::fresh();
    let pulse = Pulse { tenant, seq: 2, n: head.n, token: head.token, intent };
    let sent = Moment(2 * SECOND);
    assert_eq!(state.pulse(sent, pulse, sent), [Effect::Ask]);
    state.silence(sent, sent);
    assert_eq!(state.confirmed(), Some(Moment(SECOND)));
    assert_eq!(state.look_after(Moment(3 * SECOND - 1)), [Effect::Ask]);
    let both = [Effect::Ask, Effect::Repair { seen: intent }];
    assert_eq!(state.look_after(Moment(3 * SECOND)), both);
    assert_eq!(state.look_after(Moment(3 * SECOND + 1)), [Effect::Ask], "not again at once");
    let settled = Pulse { seq: 3, intent: head.token, ..pulse };
    assert_eq!(state.pulse(Moment(4 * SECOND), settled, Moment(4 * SECOND)), []);
    assert_eq!(state.confirmed(), Some(Moment(4 * SECOND)));
}

#[test]
fn a_render_ahead_is_kept_when_the_head_reaches_it_and_dropped_when_it_waits_too_long() {
    let head = first();
    let next = change(head, [Tag::Theme]);
    let tags: TagSet = [Tag::Theme].into_iter().collect();
    let mut state = started(head);
    let pushed = state.pushed(next.version(), tags.clone(), "new", Moment(2 * SECOND));
    assert_eq!((pushed, state.held_aside()), (vec![Effect::Ask], 1));
    assert_eq!(state.hint(&next, Moment(2 * SECOND)), [Effect::Keep("new")]);
    let far = Version { n: 9, token: Token::fresh() };
    state.pushed(far, tags.clone(), "far", Moment(2 * SECOND));
    assert_eq!(state.look_after(Moment(3 * SECOND)), []);
    assert_eq!(state.look_after(Moment(3 * SECOND + 1)), [Effect::Drop("far")]);
    assert_eq!(state.pushed(head, tags, "old", Moment(4 * SECOND)), [Effect::Drop("old")]);
}

#[test]
fn the_renders_held_aside_are_bounded() {
    let mut state = started(first());
    let far = Version { n: 9, token: Token::fresh() };
    let dropped = (0..200)
        .flat_map(|_| state.pushed(far, TagSet::new(), "far", Moment(2 * SECOND)))
        .filter(|effect| matches!(effect, Effect::Drop(_)));
    assert_eq!(dropped.count(), 136);
    assert_eq!(state.held_aside(), 64);
}
