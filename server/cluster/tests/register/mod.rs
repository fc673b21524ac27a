//! Random histories of one node against a single variable: the tenant's one page shows a number, and every
//! step of a write, a poll, a question, a hint, a fill or a fail-over may come in any order, late or never.
//!
//! Whatever the history, a read that the node would serve without asking shows no less than was acknowledged
//! Δ before, and exactly what was committed under the version it names.

use std::{collections::HashMap, time::Duration};

use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rowhouse_cluster::protocol::{
    Answer, Effect, Patience, PollCursor, PollProgress, Rules, Since, TenantState,
};
use rowhouse_domain::{
    Moment, TenantId,
    coherence::{Change, Pulse, Tag, TagSet, Token, VOCABULARY, Version},
};
use uuid::Uuid;

use crate::simulation::{Broken, RuleSet};

const DELTA: u64 = 1_000;

/// One step. Messages on their way are picked by number, modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    Pass(u64),
    Announce,
    Commit,
    Acknowledge(usize),
    Settle,
    WriterDies,
    FailOver,
    SendPoll,
    AnswerPoll,
    TakePoll,
    LosePoll,
    SendQuestion,
    AnswerQuestion(usize),
    TakeAnswer(usize),
    Hint(usize),
    SnapshotFill,
    TakeFill(usize),
    Repair,
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    use Step::*;
    prop_oneof![
        4 => prop_oneof![1u64..100, 1u64..600].prop_map(Pass),
        4 => Just(Announce),
        4 => Just(Commit),
        4 => any::<usize>().prop_map(Acknowledge),
        3 => Just(Settle),
        1 => Just(WriterDies),
        1 => Just(FailOver),
        4 => Just(SendPoll),
        4 => Just(AnswerPoll),
        4 => Just(TakePoll),
        1 => Just(LosePoll),
        4 => Just(SendQuestion),
        4 => any::<usize>().prop_map(AnswerQuestion),
        4 => any::<usize>().prop_map(TakeAnswer),
        3 => any::<usize>().prop_map(Hint),
        3 => Just(SnapshotFill),
        3 => any::<usize>().prop_map(TakeFill),
        2 => Just(Repair),
        8 => Just(Read),
    ]
}

#[derive(Clone, Debug, PartialEq)]
struct Shown {
    version: Version,
    value: u64,
}

struct Write {
    token: Token,
    committed: Option<Version>,
}

struct Question {
    sent: Moment,
    answer: Option<Answer>,
}

struct Poll {
    sent: Moment,
    since: Since,
    answer: Option<(i64, Option<Pulse>)>,
}

/// The database, the catalogue, what is on its way, and the node.
struct History {
    rules: RuleSet,
    t: u64,
    tokens: u128,
    row: Version,
    log: Vec<Change>,
    value_at: HashMap<Token, u64>,
    writer: Option<Write>,
    unacknowledged: Vec<(Token, u64)>,
    acknowledged: Vec<(u64, Token, u64)>,
    catalogue: i64,
    pulse: Pulse,
    hints: Vec<Change>,
    poll: Option<Poll>,
    questions: Vec<Question>,
    fills: Vec<Shown>,
    node: TenantState<Shown, RuleSet>,
    cursor: PollCursor,
    page: Option<Shown>,
    seen_intent: Option<Token>,
    reads: usize,
}

fn tags() -> TagSet {
    [Tag::Settings].into_iter().collect()
}

impl History {
    fn new(rules: RuleSet) -> Self {
        let row = Version { n: 0, token: Token(Uuid::nil()) };
        let second = Duration::from_millis(DELTA);
        Self {
            rules,
            t: 10 * DELTA,
            tokens: 0,
            row,
            log: Vec::new(),
            value_at: HashMap::from([(row.token, 0)]),
            writer: None,
            unacknowledged: Vec::new(),
            acknowledged: Vec::new(),
            catalogue: 1,
            pulse: Pulse { tenant: TenantId(Uuid::nil()), seq: 1, n: 0, token: row.token, intent: row.token },
            hints: Vec::new(),
            poll: None,
            questions: Vec::new(),
            fills: Vec::new(),
            node: TenantState::new(rules, Patience { aside: second, repair: second }, None),
            cursor: PollCursor::default(),
            page: None,
            seen_intent: None,
            reads: 0,
        }
    }

    fn now(&self) -> Moment {
        Moment(self.t * 1_000_000)
    }

    fn bump(&mut self, set: impl FnOnce(&mut Pulse)) {
        self.catalogue += 1;
        set(&mut self.pulse);
        self.pulse.seq = self.catalogue;
    }

    /// Nothing happens in no time, so each step takes a millisecond at least.
    fn take(&mut self, step: Step) -> Result<(), String> {
        self.t += 1;
        match step {
            Step::Pass(ms) => self.t += ms,
            Step::Announce => self.announce(),
            Step::Commit => self.commit(),
            Step::Acknowledge(at) => {
                if let Some((token, value)) = picked(&mut self.unacknowledged, at) {
                    self.acknowledged.push((self.t, token, value));
                }
            }
            Step::Settle => self.settle(),
            Step::WriterDies => self.writer = None,
            Step::FailOver => self.fail_over(),
            Step::SendPoll | Step::AnswerPoll | Step::TakePoll | Step::LosePoll => self.step_poll(&step),
            Step::SendQuestion => self.questions.push(Question { sent: self.now(), answer: None }),
            Step::AnswerQuestion(at) => self.answer_question(at),
            Step::TakeAnswer(at) => self.take_answer(at),
            Step::Hint(at) => {
                // Not taken out: a hint may come more than once.
                if let Some(change) = self.hints.get(at % self.hints.len().max(1)).cloned() {
                    let effects = self.node.hint(&change, self.now());
                    self.obey(effects);
                }
            }
            Step::SnapshotFill => {
                let (version, value) = (self.row, self.value_at[&self.row.token]);
                self.fills.push(Shown { version, value });
            }
            Step::TakeFill(at) => {
                if let Some(shown) = picked(&mut self.fills, at) {
                    let effects = self.node.pushed(shown.version, tags(), shown, self.now());
                    self.obey(effects);
                }
            }
            Step::Repair => self.repair(),
            Step::Read => return self.read(),
        }
        Ok(())
    }

    /// The writer holds the row's lock from here to the commit.
    fn announce(&mut self) {
        if self.writer.is_none() {
            self.tokens += 1;
            let token = Token(Uuid::from_u128(self.tokens));
            if !self.rules.breaks(Broken::NoIntent) {
                self.bump(|pulse| pulse.intent = token);
            }
            self.writer = Some(Write { token, committed: None });
        }
    }

    fn commit(&mut self) {
        let Some(write) = self.writer.as_mut().filter(|write| write.committed.is_none()) else { return };
        let (n, token, prev) = (self.row.n + 1, write.token, self.row.token);
        self.row = Version { n, token };
        write.committed = Some(self.row);
        let value = u64::try_from(self.tokens).unwrap();
        self.value_at.insert(token, value);
        self.log.push(Change { n, token, prev, tags: tags(), vocabulary: VOCABULARY });
        self.unacknowledged.push((token, value));
    }

    fn settle(&mut self) {
        let Some(version) = self.writer.as_ref().and_then(|write| write.committed) else { return };
        self.writer = None;
        if self.pulse.intent == version.token || self.rules.breaks(Broken::NoIntent) {
            let Version { n, token } = version;
            self.bump(|pulse| (pulse.n, pulse.token, pulse.intent) = (n, token, token));
        }
        self.hints.extend(self.log.iter().find(|change| change.token == version.token).cloned());
    }

    /// Loses the last commit, and with it its acknowledgement.
    fn fail_over(&mut self) {
        if self.writer.is_none() && self.log.len() > 1 {
            let gone = self.log.pop().unwrap();
            self.row = self.log.last().unwrap().version();
            self.acknowledged.retain(|(_, token, _)| *token != gone.token);
            self.unacknowledged.retain(|(token, _)| *token != gone.token);
        }
    }

    fn step_poll(&mut self, step: &Step) {
        let now = self.now();
        match (step, &mut self.poll) {
            (Step::SendPoll, None) => {
                self.poll = Some(Poll { sent: now, since: self.cursor.since(), answer: None });
            }
            (Step::AnswerPoll, Some(poll)) => {
                let named = match poll.since {
                    Since::Everything => true,
                    Since::After(last) => self.pulse.seq > last,
                };
                poll.answer.get_or_insert((self.catalogue, named.then_some(self.pulse)));
            }
            (Step::LosePoll, Some(_)) => {
                self.poll = None;
                self.cursor.lost();
            }
            (Step::TakePoll, Some(Poll { sent, answer: Some((catalogue, news)), .. })) => {
                let (sent, catalogue, news) = (*sent, *catalogue, *news);
                self.poll = None;
                if self.cursor.answered(catalogue) == PollProgress::Advanced {
                    self.take_pulse(sent, news);
                }
            }
            _ => {}
        }
    }

    fn take_pulse(&mut self, sent: Moment, news: Option<Pulse>) {
        let now = self.now();
        let effects = match news {
            Some(pulse) => self.node.pulse(sent, pulse, now),
            None => {
                self.node.silence(sent, now);
                self.node.look_after(now)
            }
        };
        self.obey(effects);
    }

    fn answer_question(&mut self, at: usize) {
        let answer = Answer { version: self.row, log: self.log.clone(), fenced: false };
        let count = self.questions.len().max(1);
        if let Some(question) = self.questions.get_mut(at % count) {
            question.answer.get_or_insert(answer);
        }
    }

    fn take_answer(&mut self, at: usize) {
        let Some(Question { sent, answer }) = picked(&mut self.questions, at) else { return };
        if let Some(answer) = answer {
            let outcome = self.node.answer(sent, self.now(), &answer);
            self.obey(outcome.effects);
        }
    }

    fn repair(&mut self) {
        let held = self.writer.as_ref().is_some_and(|write| write.committed.is_none());
        let blind = self.rules.breaks(Broken::RepairWithoutLock);
        let Some(seen) = self.seen_intent.take_if(|_| blind || !held) else { return };
        if blind {
            self.bump(|pulse| pulse.intent = pulse.token);
        } else if self.pulse.intent == seen {
            let Version { n, token } = self.row;
            self.bump(|pulse| (pulse.n, pulse.token, pulse.intent) = (n, token, token));
        }
    }

    fn obey(&mut self, effects: Vec<Effect<Shown>>) {
        for effect in effects {
            match effect {
                Effect::Ask => self.questions.push(Question { sent: self.now(), answer: None }),
                Effect::Repair { seen } => self.seen_intent = Some(seen),
                Effect::Keep(shown) => self.page = Some(shown),
                Effect::Drop(_) => {}
                Effect::Empty => self.page = None,
            }
        }
    }

    /// A request that arrives now and is served from memory, if it would be.
    fn read(&mut self) -> Result<(), String> {
        let delta = Duration::from_millis(DELTA);
        let Some(shown) = &self.page else { return Ok(()) };
        if !self.node.confirmed_within(self.now(), delta) || !self.node.valid(&shown.version, &tags()) {
            return Ok(());
        }
        self.reads += 1;
        if self.value_at[&shown.version.token] != shown.value {
            return Err(format!("{shown:?} is not what was committed"));
        }
        let due = self.acknowledged.iter().filter(|(at, ..)| at + DELTA <= self.t);
        let due = due.map(|(.., value)| *value).max().unwrap_or(0);
        if shown.value < due { Err(format!("{shown:?} at {}, {due} was due", self.t)) } else { Ok(()) }
    }
}

fn picked<T>(from: &mut Vec<T>, at: usize) -> Option<T> {
    if from.is_empty() { None } else { Some(from.swap_remove(at % from.len())) }
}

/// The first violation in any of `cases` histories.
fn violation(rules: RuleSet, cases: u32) -> Option<String> {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&vec(step(), 50..600), |steps| {
        let mut history = History::new(rules);
        for step in steps {
            history.take(step).map_err(TestCaseError::fail)?;
        }
        Ok(())
    });
    outcome.err().map(|found| found.to_string())
}

#[test]
fn no_history_of_one_variable_shows_less_than_was_due() {
    assert_eq!(violation(RuleSet::default(), 3_000), None);
}

#[test]
fn histories_read_from_memory_often_enough_to_mean_something() {
    let mut runner = TestRunner::deterministic();
    let mut reads = 0;
    for _ in 0..100 {
        let steps = vec(step(), 600).new_tree(&mut runner).unwrap().current();
        let mut history = History::new(RuleSet::default());
        steps.into_iter().for_each(|step| history.take(step).unwrap());
        reads += history.reads;
    }
    assert!(reads > 500, "{reads} reads");
}

#[test]
fn broken_rules_have_histories_that_show_it() {
    use Broken::*;
    for rule in [NoIntent, HintConfirms, RepairWithoutLock, NumberWithoutToken, ConfirmAtAnswer, LateAnswer] {
        assert!(violation(RuleSet(Some(rule)), 3_000).is_some(), "{rule:?}");
    }
    assert!(RuleSet(Some(LateAnswer)).late_answer() && !RuleSet::default().late_answer());
}
