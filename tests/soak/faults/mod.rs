//! What breaks, and when. Three lanes break things side by side: what is between the nodes, the nodes, and
//! databases with those who write to them. Each goes through all its faults in an order by chance, again and
//! again; every injection is taken down with its begin and its end. With `--alone` there is one lane, and each
//! fault has its aftermath to itself.

mod between;
mod database;
mod node;
pub mod writer;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::task::JoinSet;

use crate::{
    dice::Dice,
    history::Moment,
    run::{AFTERMATH, Run},
};

/// A fault that was injected.
#[derive(Clone, Copy, Debug)]
pub struct Injected {
    pub name: &'static str,
    pub begun: Moment,
    pub ended: Moment,
}

/// What was injected.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Injected>>);

impl Faults {
    pub fn all(&self) -> Vec<Injected> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often the fault was injected that was injected least.
    pub fn fewest(&self, run: &Run) -> usize {
        let all = self.all();
        let times = |fault: &Fault| all.iter().filter(|one| one.name == fault.name).count();
        lanes(run).iter().flatten().map(times).min().unwrap_or_default()
    }

    pub fn note(&self, injected: Injected) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(injected);
    }
}

/// Something that breaks and is mended before it returns.
pub type Inject = for<'a> fn(&'a Arc<Run>, &'a mut Dice) -> BoxFuture<'a, anyhow::Result<()>>;

/// A kind of fault.
#[derive(Clone, Copy)]
pub struct Fault {
    pub name: &'static str,
    pub inject: Inject,
}

/// A fault out of a function.
macro_rules! fault {
    ($name:literal, $function:path) => {
        $crate::faults::Fault { name: $name, inject: |run, dice| Box::pin($function(run, dice)) }
    };
}
pub(crate) use fault;

/// The kinds of the lanes for this run.
fn lanes(run: &Run) -> Vec<Vec<Fault>> {
    let between = if run.options.redis { between::FAULTS.to_vec() } else { Vec::new() };
    let others = [writer::FAULTS, database::FAULTS].concat();
    let only = &run.options.only;
    let wanted =
        |fault: &Fault| only.is_empty() || only.iter().any(|word| fault.name.contains(word.as_str()));
    let mut lanes = vec![between, node::FAULTS.to_vec(), others];
    lanes.iter_mut().for_each(|lane| lane.retain(wanted));
    if run.options.alone { vec![lanes.concat()] } else { lanes }
}

/// Lets them loose.
pub fn spawn(run: &Arc<Run>, dice: &mut Dice, all: &mut JoinSet<()>) {
    for lane in lanes(run) {
        if !lane.is_empty() {
            all.spawn(break_things(run.clone(), lane, dice.fork()));
        }
    }
}

async fn break_things(run: Arc<Run>, mut lane: Vec<Fault>, mut dice: Dice) {
    run.pause(Duration::from_secs(2)).await;
    while !run.ended() {
        dice.shuffle(&mut lane);
        for fault in &lane {
            if run.ended() {
                return;
            }
            inject(&run, *fault, &mut dice).await;
            let aftermath = if run.options.alone { run.options.delta * AFTERMATH } else { Duration::ZERO };
            run.pause(aftermath + a_while(&mut dice, 300, 1_500)).await;
        }
    }
}

/// Injects one fault and takes it down.
pub async fn inject(run: &Arc<Run>, fault: Fault, dice: &mut Dice) {
    let begun = run.recorder.now();
    if let Err(error) = (fault.inject)(run, dice).await {
        run.spoiled(&error.context(fault.name));
    }
    run.faults.note(Injected { name: fault.name, begun, ended: run.recorder.now() });
}

/// A while of some seconds, by chance.
pub fn a_while(dice: &mut Dice, least: u64, most: u64) -> Duration {
    Duration::from_millis(dice.between(least, most))
}

/// A node by chance.
pub fn some_node(run: &Run, dice: &mut Dice) -> usize {
    let last = run.cluster.nodes.len() as u64 - 1;
    usize::try_from(dice.between(0, last)).expect("an index")
}
