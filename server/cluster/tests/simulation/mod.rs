//! A cluster under faults by seeded simulation: writers that die at every step, a catalogue, three nodes
//! that pause, hints lost, late and repeated, a shared store that is emptied and rolled back, pushed renders,
//! and databases that fall back behind what they acknowledged. Time is in milliseconds.
//!
//! As designed nothing may be found; each broken rule must be, within the number of seeds given. Then the
//! judge is known to see.

mod node;
mod world;

use rowhouse_cluster::protocol::Rules;
use world::World;

/// A way to break the protocol, in the state machine or in what surrounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    NoIntent,
    HintConfirms,
    RepairWithoutLock,
    VersionAfterContent,
    PollByTime,
    TagsBeforeLock,
    NumberWithoutToken,
    ConfirmAtAnswer,
    IntentClearedByAnyone,
    TrustAfterGap,
    TrustShared,
    LateAnswer,
    ClockStops,
}

/// What is broken in a run, if anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleSet(pub Option<Broken>);

impl RuleSet {
    pub fn breaks(self, rule: Broken) -> bool {
        self.0 == Some(rule)
    }
}

impl Rules for RuleSet {
    fn hint_confirms(&self) -> bool {
        self.breaks(Broken::HintConfirms)
    }
    fn number_without_token(&self) -> bool {
        self.breaks(Broken::NumberWithoutToken)
    }
    fn confirm_at_answer(&self) -> bool {
        self.breaks(Broken::ConfirmAtAnswer)
    }
    fn trust_after_gap(&self) -> bool {
        self.breaks(Broken::TrustAfterGap)
    }
    fn trust_shared(&self) -> bool {
        self.breaks(Broken::TrustShared)
    }
    fn late_answer(&self) -> bool {
        self.breaks(Broken::LateAnswer)
    }
}

const MINUTE: u64 = 60_000;

/// Runs seeds until one finds a violation; gives that seed and what it found.
fn first_violation(rules: RuleSet, seeds: std::ops::Range<u64>) -> Option<(u64, String)> {
    let found = |seed| World::new(seed, rules).run(MINUTE).map(|bad| (seed, bad));
    seeds.into_iter().find_map(found)
}

#[test]
fn as_designed_nothing_is_found() {
    let halves = [0..110, 110..220]
        .map(|seeds| std::thread::spawn(move || first_violation(RuleSet::default(), seeds)));
    for half in halves {
        assert_eq!(half.join().unwrap(), None);
    }
}

macro_rules! caught {
    ($($name:ident: $rule:ident within $seeds:literal;)*) => {$(
        #[test]
        fn $name() {
            let found = first_violation(RuleSet(Some(Broken::$rule)), 0..$seeds);
            assert!(found.is_some(), "{} seeds noticed nothing", $seeds);
        }
    )*};
}

caught! {
    a_change_without_an_intent_is_noticed: NoIntent within 30;
    a_hint_that_confirms_is_noticed: HintConfirms within 30;
    a_repair_without_the_lock_is_noticed: RepairWithoutLock within 30;
    a_version_read_after_the_content_is_noticed: VersionAfterContent within 30;
    a_poll_by_time_is_noticed: PollByTime within 30;
    tags_taken_before_the_lock_are_noticed: TagsBeforeLock within 30;
    a_number_without_its_token_is_noticed: NumberWithoutToken within 30;
    a_confirmation_dated_from_the_answer_is_noticed: ConfirmAtAnswer within 30;
    an_intent_cleared_by_anyone_is_noticed: IntentClearedByAnyone within 60;
    trust_over_a_gap_is_noticed: TrustAfterGap within 30;
    trust_in_the_shared_store_is_noticed: TrustShared within 30;
    an_answer_that_undoes_what_came_later_is_noticed: LateAnswer within 300;
    a_clock_that_stops_in_suspend_is_noticed: ClockStops within 30;
}

#[test]
fn a_run_reads_and_writes_enough_to_mean_something() {
    let mut world = World::new(1, RuleSet::default());
    assert_eq!(world.run(MINUTE), None);
    assert!(world.reads > 10_000, "{} reads", world.reads);
    assert!(world.hits * 2 > world.reads, "{} hits of {} reads", world.hits, world.reads);
    assert!(world.commits > 60, "{} commits", world.commits);
}
