//! The judge judged: each rule of the protocol is broken in all processes, and a scene is played in which that
//! must show. The same scene with nothing broken must find nothing, so that it is the rule that is noticed.

mod scenes;

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::task::JoinSet;

use crate::{
    browser::Browser,
    dice::Dice,
    engine::Engine,
    history::{Moment, Reader},
    model::{Register, Value},
    options::Options,
    readers::{self, Eyes},
    run::Run,
    writers,
};

/// How often a scene is played before the rule counts as not noticed.
const TRIES: usize = 3;

/// How long who is in a hurry waits for an answer.
const SOON: Duration = Duration::from_millis(200);

/// A cluster to play on.
pub struct Stage {
    pub run: Arc<Run>,
    pub engine: Arc<Engine>,
    pub dice: Dice,
}

type Scene = for<'a> fn(&'a mut Stage) -> BoxFuture<'a, anyhow::Result<()>>;

/// A rule and the scene in which it shows.
#[derive(Clone, Copy)]
pub struct Mutant {
    pub rule: &'static str,
    /// Whether nodes must have a Redis between them for it to matter.
    pub redis: bool,
    pub scene: Scene,
}

/// What came of the scenes of one rule.
struct Outcome {
    rule: &'static str,
    noticed: Option<String>,
    as_designed: usize,
}

/// Plays all scenes; answers whether each broken rule was noticed, and nothing else.
///
/// # Errors
/// If a cluster does not start.
pub async fn all(options: &Options) -> anyhow::Result<bool> {
    let (mut good, mut table) = (true, String::new());
    for mutant in scenes::ALL {
        let wanted =
            options.only.is_empty() || options.only.iter().any(|word| mutant.rule.contains(word.as_str()));
        if !wanted || (mutant.redis && !options.redis) {
            continue;
        }
        let outcome = play_both(options, mutant).await?;
        good &= outcome.noticed.is_some() && outcome.as_designed == 0;
        let told = outcome.noticed.as_deref().unwrap_or("NOT NOTICED");
        let line = format!("{:<26} as designed: {}  broken: {told}\n", outcome.rule, outcome.as_designed);
        eprint!("{line}");
        table += &line;
    }
    println!("{table}");
    Ok(good)
}

async fn play_both(options: &Options, mutant: &Mutant) -> anyhow::Result<Outcome> {
    let (as_designed, _) = play(options, mutant, None).await?;
    let (_, noticed) = play(options, mutant, Some(mutant.rule)).await?;
    Ok(Outcome { rule: mutant.rule, noticed, as_designed })
}

/// Plays a scene until the judge finds something; answers how much, and the first of it.
async fn play(
    options: &Options,
    mutant: &Mutant,
    broken: Option<&str>,
) -> anyhow::Result<(usize, Option<String>)> {
    let options = Options {
        broken: broken.map(str::to_owned),
        redis: options.redis && mutant.redis,
        tenants: 1,
        nodes: 2,
        reads: 100,
        ..options.clone()
    };
    let mut dice = Dice::new(options.seed);
    let (run, engine) = Run::prepare(&options, &mut dice).await?;
    let mut stage = Stage { run: run.clone(), engine: Arc::new(engine), dice };
    let mut found = (0, None);
    for _ in 0..TRIES {
        (mutant.scene)(&mut stage).await?;
        let verdict = run.judged().await?;
        if let Some(first) = verdict.violations.first() {
            let told = format!("{:?} {}", first.promise, first.told);
            found = (verdict.violations.len(), Some(told));
            break;
        }
        if broken.is_none() {
            break;
        }
    }
    run.end();
    Ok(found)
}

impl Stage {
    /// Has every page read on every node, so that all are in memory.
    pub async fn read_all(&self) {
        let mut eyes = self.visitor();
        for node in 0..self.run.cluster.nodes.len() {
            for page in 0..self.run.pages.len() {
                eyes.read(&self.run, node, u32::try_from(page).expect("few pages"), false).await;
            }
        }
    }

    pub fn visitor(&self) -> Eyes {
        Eyes::of(Browser::new(Duration::from_secs(8)), Reader::Visitor)
    }

    /// Has the page of a register read on a node.
    pub async fn look(&self, node: usize, register: Register) {
        if let Some(page) = writers::own_page(&self.run, 0, register) {
            self.visitor().read(&self.run, node, page, false).await;
        }
    }

    /// Has the page of a register read on a node again and again. Who gets no answer soon does not wait for it.
    pub async fn look_for(&self, node: usize, register: Register, time: Duration) {
        let until = tokio::time::Instant::now() + time;
        while tokio::time::Instant::now() < until {
            let _either = tokio::time::timeout(SOON, self.look(node, register)).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Has every page read once on a node. Who gets no answer soon does not wait for it.
    pub async fn look_around(&self, node: usize) {
        let mut eyes = self.visitor();
        for page in 0..self.run.pages.len() {
            let page = u32::try_from(page).expect("few pages");
            let _either = tokio::time::timeout(SOON, eyes.read(&self.run, node, page, false)).await;
        }
    }

    /// Writes a new value.
    pub async fn write(&self, register: Register) -> anyhow::Result<(Value, Moment)> {
        writers::by_engine(&self.run, &self.engine, 0, register).await
    }

    /// Waits for a little more than Δ.
    pub async fn delta(&self) {
        tokio::time::sleep(self.run.options.delta + Duration::from_millis(100)).await;
    }

    /// Has every page read again and again for some time.
    pub async fn readers(&mut self, time: Duration) -> anyhow::Result<()> {
        let mut all = JoinSet::new();
        readers::visitors(&self.run, &mut self.dice, &mut all);
        tokio::time::sleep(time).await;
        all.abort_all();
        Ok(())
    }
}
