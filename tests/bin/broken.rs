//! Nodes and writers with one rule broken, by the rule's name. What is not broken is as designed.

use std::sync::Arc;

use anyhow::bail;
use rowhouse_app::Hooks;
use rowhouse_cluster::protocol::Rules;
use rowhouse_store::{BoxFuture, SharedSteps, Slip, Steps};

/// One rule of the state machine, broken.
struct Broken(&'static str);

macro_rules! rules {
    ($($name:ident)*) => {
        impl Rules for Broken {
            $(fn $name(&self) -> bool { self.0 == stringify!($name) })*
        }
        const RULES: &[&str] = &[$(stringify!($name)),*];
    };
}

rules! { hint_confirms number_without_token confirm_at_answer trust_after_gap trust_shared late_answer }

const SLIPS: &[(&str, Slip)] = &[
    ("no_intent", Slip::NoIntent),
    ("intent_cleared_by_anyone", Slip::IntentClearedByAnyone),
    ("repair_without_lock", Slip::RepairWithoutLock),
    ("poll_by_time", Slip::PollByTime),
    ("version_after_content", Slip::VersionAfterContent),
    ("tags_before_lock", Slip::TagsBeforeLock),
];

/// The steps of somebody who slips.
struct Slipping {
    slip: Slip,
    steps: SharedSteps,
}

impl Steps for Slipping {
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()> {
        self.steps.reached(step)
    }

    fn slips(&self, slip: Slip) -> bool {
        self.slip == slip
    }
}

/// Breaks the rule of this name.
pub fn put_in(hooks: &mut Hooks, name: &str) -> anyhow::Result<()> {
    if let Some(rule) = RULES.iter().find(|rule| **rule == name) {
        hooks.rules = Arc::new(Broken(rule));
    } else if let Some((_, slip)) = SLIPS.iter().find(|(rule, _)| *rule == name) {
        hooks.steps = Arc::new(Slipping { slip: *slip, steps: hooks.steps.clone() });
    } else {
        bail!("there is no rule {name}");
    }
    Ok(())
}
