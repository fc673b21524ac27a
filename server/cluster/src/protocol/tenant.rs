//! The state machine: window, confirmation, the last pulse and the renders held aside of one tenant on one
//! node. Inputs are methods that take moments; what is to be done comes back as [`Effect`]s.

use std::{sync::Arc, time::Duration};

use rowhouse_domain::{
    Moment,
    coherence::{Change, Pulse, TagSet, Token, Version},
};

use super::{AsDesigned, Judgement, Rules, Window};

/// The most renders held aside for one tenant.
const MOST_ASIDE: usize = 64;

/// An answer to a question to the tenant's own row. Row and log are of one snapshot.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The tenant's version.
    pub version: Version,
    /// The changes behind the number that was asked from, oldest first.
    pub log: Vec<Change>,
    /// Whether this database was put out of use: another one serves the tenant now.
    pub fenced: bool,
}

/// What the node should do. `P` is a render on its way into memory.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect<P> {
    /// Ask the tenant's own row, in the background.
    Ask,
    /// Bring the pulse in line with the tenant's row, under that row's lock, if its intent is still this.
    Repair {
        /// The intent seen.
        seen: Token,
    },
    /// Keep the render: it may be shown.
    Keep(P),
    /// Forget the render.
    Drop(P),
    /// Forget all renders of the tenant: they belong to another line of versions.
    Empty,
}

/// What an answer was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The head is confirmed as of the sending of the question.
    Confirmed,
    /// The question was older than what is known by now: ask again.
    Nothing,
}

/// What an answer was worth and what follows from it.
#[derive(Debug)]
pub struct Outcome<P> {
    /// Its worth.
    pub told: Told,
    /// What to do.
    pub effects: Vec<Effect<P>>,
}

/// How long things may last.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A render newer than the head waits this long for the head (Δ).
    pub aside: Duration,
    /// A pulse that disagrees with the tenant's row is repaired after this time; until then its writer is
    /// taken to be at work.
    pub repair: Duration,
}

struct Aside<P> {
    since: Moment,
    version: Version,
    tags: TagSet,
    render: P,
}

/// What one node knows of one tenant.
pub struct TenantState<P, R = AsDesigned> {
    rules: R,
    patience: Patience,
    window: Option<Arc<Window>>,
    confirmed: Option<Moment>,
    learned: Moment,
    pulse: Option<Pulse>,
    unsettled: Option<Moment>,
    aside: Vec<Aside<P>>,
}

impl<P, R: Rules> TenantState<P, R> {
    /// Knows nothing yet but the last pulse, if the catalogue's poll has told one. An intent that was
    /// outstanding before the tenant came alive here is thus outstanding here too.
    pub fn new(rules: R, patience: Patience, pulse: Option<Pulse>) -> Self {
        Self {
            rules,
            patience,
            window: None,
            confirmed: None,
            learned: Moment::default(),
            pulse,
            unsettled: None,
            aside: Vec::new(),
        }
    }

    /// The known run of versions; none before the first answer.
    #[must_use]
    pub fn window(&self) -> Option<&Arc<Window>> {
        self.window.as_ref()
    }

    /// The newest known version.
    #[must_use]
    pub fn head(&self) -> Option<Version> {
        self.window.as_ref().map(|window| window.head())
    }

    /// When the last confirming question was sent.
    #[must_use]
    pub fn confirmed(&self) -> Option<Moment> {
        self.confirmed
    }

    /// The last pulse told.
    #[must_use]
    pub fn pulse_seen(&self) -> Option<Pulse> {
        self.pulse
    }

    /// Whether the head was confirmed by a question sent no earlier than `max_age` before `now`. With a
    /// `max_age` of zero only a question sent now would do.
    #[must_use]
    pub fn confirmed_within(&self, now: Moment, max_age: Duration) -> bool {
        self.confirmed_since(now.minus(max_age))
    }

    /// Whether the head was confirmed by a question sent at or after `need`.
    #[must_use]
    pub fn confirmed_since(&self, need: Moment) -> bool {
        self.confirmed.is_some_and(|at| at >= need)
    }

    /// Whether a render may be shown here, provided the head is confirmed.
    #[must_use]
    pub fn judge(&self, version: &Version, tags: &TagSet) -> Judgement {
        self.window.as_ref().map_or(Judgement::Ahead, |window| window.judge(version, tags))
    }

    /// Whether [`TenantState::judge`] finds the render valid.
    #[must_use]
    pub fn valid(&self, version: &Version, tags: &TagSet) -> bool {
        self.judge(version, tags) == Judgement::Valid
    }

    /// Whether a render from the shared store may be shown: judged like any other.
    #[must_use]
    pub fn valid_shared(&self, version: &Version, tags: &TagSet) -> bool {
        self.rules.trust_shared() || self.valid(version, tags)
    }

    /// Whether the last pulse agrees with the head and no intent is outstanding, so that a poll's silence
    /// confirms the head.
    #[must_use]
    pub fn quiet(&self) -> bool {
        let (Some(pulse), Some(head)) = (self.pulse, self.head()) else { return false };
        pulse.settled() && self.agrees(pulse.version(), head)
    }

    fn agrees(&self, told: Version, head: Version) -> bool {
        if self.rules.number_without_token() { told.n <= head.n } else { told.token == head.token }
    }

    fn confirm(&mut self, sent: Moment, now: Moment) {
        let at = if self.rules.confirm_at_answer() { now } else { sent };
        self.confirmed = self.confirmed.max(Some(at));
    }

    /// A poll sent at `sent` named the tenant. Silence of earlier polls must have been put in before.
    pub fn pulse(&mut self, sent: Moment, pulse: Pulse, now: Moment) -> Vec<Effect<P>> {
        let before = self.pulse.replace(pulse);
        if before.is_none_or(|before| before.intent != pulse.intent) {
            self.unsettled = None; // another writer, with a patience of its own
        }
        self.silence(sent, now);
        self.look_after(now)
    }

    /// The catalogue was read in full and has no pulse of the tenant.
    pub fn no_pulse(&mut self) {
        self.pulse = None;
        self.unsettled = None;
    }

    /// A poll sent at `sent` did not name the tenant: its pulse is unchanged.
    pub fn silence(&mut self, sent: Moment, now: Moment) {
        if self.quiet() {
            self.confirm(sent, now);
        }
    }

    /// What a disagreement between pulse and head calls for. Called again at the pace of the poll as long
    /// as the tenant is not [`TenantState::quiet`].
    pub fn look_after(&mut self, now: Moment) -> Vec<Effect<P>> {
        let mut effects = self.expire_aside(now);
        self.note_quiet(now);
        let (Some(since), Some(pulse)) = (self.unsettled, self.pulse) else { return effects };
        effects.push(Effect::Ask);
        if now.since(since) >= self.patience.repair {
            self.unsettled = Some(now);
            effects.push(Effect::Repair { seen: pulse.intent });
        }
        effects
    }

    fn note_quiet(&mut self, now: Moment) {
        if self.quiet() || self.window.is_none() || self.pulse.is_none() {
            self.unsettled = None;
        } else {
            self.unsettled.get_or_insert(now);
        }
    }

    /// The tenant's row answered a question sent at `sent`.
    pub fn answer(&mut self, sent: Moment, now: Moment, answer: &Answer) -> Outcome<P> {
        let mut effects = Vec::new();
        match self.head() {
            None => self.restart(sent, now, answer.version),
            Some(head) if self.agrees(answer.version, head) => {}
            Some(head) => {
                let news: Vec<&Change> = answer.log.iter().filter(|change| change.n > head.n).collect();
                if self.joins(head, &news, answer.version) {
                    news.into_iter().for_each(|change| self.advance(change, now));
                } else if sent >= self.learned || self.rules.late_answer() {
                    self.restart(sent, now, answer.version);
                    effects.push(Effect::Empty);
                } else {
                    return Outcome { told: Told::Nothing, effects };
                }
            }
        }
        self.confirm(sent, now);
        self.note_quiet(now);
        effects.extend(self.review_aside(now));
        Outcome { told: Told::Confirmed, effects }
    }

    /// Whether the changes lead from the head to the version without a gap.
    fn joins(&self, head: Version, news: &[&Change], to: Version) -> bool {
        if self.rules.trust_after_gap() || self.rules.number_without_token() {
            return !news.is_empty();
        }
        let mut reached = head;
        for change in news {
            if !follows(reached, change) {
                return false;
            }
            reached = change.version();
        }
        reached == to
    }

    /// Starts over on another line of versions. Earlier confirmations were of the old line, so they go.
    fn restart(&mut self, sent: Moment, now: Moment, head: Version) {
        let serial = self.window.as_ref().map_or(0, |window| window.serial() + 1);
        self.window = Some(Arc::new(Window::starting_at(head, serial)));
        self.learned = now;
        self.confirmed = if self.rules.late_answer() { self.confirmed.max(Some(sent)) } else { Some(sent) };
    }

    fn advance(&mut self, change: &Change, now: Moment) {
        if let Some(window) = &mut self.window {
            Arc::make_mut(window).advance(change);
            self.learned = now;
        }
    }

    /// A message told of a change. It is applied if it follows the head and is else a reason to ask; it
    /// confirms nothing, because a newer one may be lost.
    pub fn hint(&mut self, change: &Change, now: Moment) -> Vec<Effect<P>> {
        let Some(head) = self.head() else { return Vec::new() };
        if !follows(head, change) {
            return if self.knows(head, change) { Vec::new() } else { vec![Effect::Ask] };
        }
        self.advance(change, now);
        if self.rules.hint_confirms() {
            self.confirm(now, now);
        }
        self.note_quiet(now);
        self.review_aside(now)
    }

    /// Whether a change that does not follow the head is old news: in the window, or from before it.
    fn knows(&self, head: Version, change: &Change) -> bool {
        let Some(window) = &self.window else { return false };
        change.n <= head.n && (change.n < window.floor().n || window.contains(&change.version()))
    }

    /// A finished render came from another node or from a fill here.
    pub fn pushed(&mut self, version: Version, tags: TagSet, render: P, now: Moment) -> Vec<Effect<P>> {
        match self.judge(&version, &tags) {
            Judgement::Valid => vec![Effect::Keep(render)],
            Judgement::Stale(_) => vec![Effect::Drop(render)],
            Judgement::Ahead => {
                let mut effects = self.expire_aside(now);
                if self.aside.len() >= MOST_ASIDE {
                    effects.push(Effect::Drop(self.aside.remove(0).render));
                }
                self.aside.push(Aside { since: now, version, tags, render });
                effects.push(Effect::Ask);
                effects
            }
        }
    }

    /// How many renders wait for the head.
    #[must_use]
    pub fn held_aside(&self) -> usize {
        self.aside.len()
    }

    fn expire_aside(&mut self, now: Moment) -> Vec<Effect<P>> {
        let limit = self.patience.aside;
        let old = self.aside.extract_if(.., |held| now.since(held.since) > limit);
        old.map(|held| Effect::Drop(held.render)).collect()
    }

    fn review_aside(&mut self, now: Moment) -> Vec<Effect<P>> {
        if self.aside.is_empty() {
            return Vec::new();
        }
        let mut effects = self.expire_aside(now);
        for held in std::mem::take(&mut self.aside) {
            match self.judge(&held.version, &held.tags) {
                Judgement::Valid => effects.push(Effect::Keep(held.render)),
                Judgement::Stale(_) => effects.push(Effect::Drop(held.render)),
                Judgement::Ahead => self.aside.push(held),
            }
        }
        effects
    }
}

fn follows(head: Version, change: &Change) -> bool {
    change.prev == head.token && change.n == head.n + 1
}
