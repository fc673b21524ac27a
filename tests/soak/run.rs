//! One run: the cluster, its sites, what is taken down, and when to end.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, ensure};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    browser::Browser,
    cluster::Cluster,
    dice::Dice,
    engine::Engine,
    faults::{self, Faults},
    history::{Moment, Recorder},
    judge::{self, Bounds, State, Verdict},
    model::{Page, Register, Value},
    options::Options,
    readers,
    report::Report,
    site::{self, Site, Values},
    truth::{self, Revision},
    writers,
};

/// How long after its end a fault may still show.
pub const AFTERMATH: u32 = 2;

/// What everybody in a run shares.
pub struct Run {
    pub options: Options,
    pub cluster: Arc<Cluster>,
    pub sites: Vec<Site>,
    pub pages: Vec<Page>,
    pub values: Values,
    pub recorder: Recorder,
    pub faults: Faults,
    pub watched: writers::Watched,
    ended: watch::Sender<bool>,
    pub failed: AtomicBool,
}

impl Run {
    /// Starts a cluster and makes its sites.
    ///
    /// # Errors
    /// If anything does not start, or pages do not show what they should before anything is broken.
    pub async fn prepare(options: &Options, dice: &mut Dice) -> anyhow::Result<(Arc<Self>, Engine)> {
        let cluster = Cluster::start(options, dice).await?;
        let engine = cluster.start_writer().await?;
        let values = Values::default();
        let (sites, pages) = site::make_all(&cluster, &engine, &values, options.tenants).await?;
        let run = Arc::new(Self {
            options: options.clone(),
            cluster,
            sites,
            pages,
            values,
            recorder: Recorder::new(),
            faults: Faults::default(),
            watched: writers::Watched::default(),
            ended: watch::Sender::new(false),
            failed: AtomicBool::new(false),
        });
        run.check().await?;
        Ok((run, engine))
    }

    /// Each page on each node must be what the model says, or the judge would judge by a wrong law.
    async fn check(&self) -> anyhow::Result<()> {
        let mut first = Vec::new();
        for site in &self.sites {
            first.push(truth::told(&site.database).await?.pop().context("a first revision")?);
        }
        let visitor = Browser::new(Duration::from_secs(30));
        for node in self.addresses() {
            for page in &self.pages {
                let got = visitor.get(node, &page.path, None).await?;
                let (seen, wanted) =
                    (page.seen(got.status.as_u16(), &got.body), page.view(&first[page.tenant].marks));
                ensure!(seen == wanted, "{} shows {seen:?}, the model says {wanted:?}", page.path);
            }
        }
        Ok(())
    }

    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> + '_ {
        self.cluster.nodes.iter().map(|node| node.address)
    }

    pub fn address(&self, node: usize) -> SocketAddr {
        self.cluster.nodes[node].address
    }

    /// Whether it is time to stop.
    pub fn ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Waits, or until the end of the run.
    pub async fn pause(&self, time: Duration) {
        let mut ended = self.ended.subscribe();
        let _either = tokio::time::timeout(time, ended.wait_for(|ended| *ended)).await;
    }

    pub fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Waits until there were as many faults and reads as wanted.
    async fn wait_for_enough(self: &Arc<Self>, at_most: Duration) {
        let until = tokio::time::Instant::now() + at_most;
        while !self.has_enough() && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Whether each fault was injected, and pages were read, as often as wanted.
    pub fn has_enough(&self) -> bool {
        let reads = self.recorder.lock().reads.len();
        self.faults.fewest(self) >= self.options.each && reads >= self.options.enough
    }

    /// Tells once a minute how far it is.
    async fn tell(self: Arc<Self>) {
        loop {
            self.pause(Duration::from_secs(60)).await;
            if self.ended() {
                return;
            }
            let (reads, commits) = {
                let history = self.recorder.lock();
                let acked = history.writes.iter().filter(|write| write.acked.is_some()).count();
                (history.reads.len(), acked)
            };
            let (minutes, fewest) = (self.recorder.now() / 60_000_000_000, self.faults.fewest(&self));
            eprintln!("soak: {minutes} min, {reads} reads, {commits} commits, each fault {fewest} times");
        }
    }

    /// Something went wrong that is no violation, but makes the run worthless.
    pub fn spoiled(&self, told: &anyhow::Error) {
        eprintln!("soak: {told:#}");
        self.failed.store(true, Ordering::Relaxed);
    }

    pub fn bounds(&self) -> Bounds {
        let nanos = |time: Duration| Moment::try_from(time.as_nanos()).expect("a short time");
        Bounds {
            delta: nanos(self.options.delta),
            stale: nanos(self.options.stale),
            verify: nanos(self.options.verify),
        }
    }

    /// Compares what was read with what was committed.
    ///
    /// # Errors
    /// If the databases do not tell the truth.
    pub async fn judged(&self) -> anyhow::Result<Verdict> {
        let mut told = Vec::new();
        for site in &self.sites {
            told.push(truth::told(&site.database).await?);
        }
        let mut history = self.recorder.lock();
        let mut committed = vec![false; history.writes.len()];
        let all: Vec<Vec<State>> = told
            .iter()
            .enumerate()
            .map(|(tenant, told)| states(tenant, told, &history.writes, &mut committed, self.bounds()))
            .collect();
        let lost = judge::lost(&history, |write| committed[write]);
        let mut verdict = judge::judge(&mut history, &self.pages, &all, self.bounds());
        verdict.violations.extend(lost);
        verdict.violations.sort_by_key(|violation| violation.at);
        Ok(verdict)
    }
}

/// Brings the revisions of the database together with what their writers know of them.
fn states(
    tenant: usize,
    revisions: &[Revision],
    writes: &[crate::history::Write],
    committed: &mut [bool],
    bounds: Bounds,
) -> Vec<State> {
    let mut by_value = std::collections::HashMap::new();
    for (number, write) in writes.iter().enumerate().filter(|(_, write)| write.tenant == tenant) {
        by_value.insert((write.register, write.value.or(write.before), write.value.is_none()), number);
    }
    let mut states: Vec<State> = Vec::with_capacity(revisions.len());
    for revision in revisions {
        let mut state = State { marks: revision.marks.clone(), begun: 0, acked: None, session: None };
        match states.last() {
            None => state.acked = Some(0),
            Some(before) => {
                let came = state.marks.difference(&before.marks).map(|(r, v)| (*r, Some(*v), false));
                // what was replaced went too, but nobody took it back
                let back = |register: Register| {
                    state.marks.range((register, 0)..=(register, Value::MAX)).next().is_none()
                };
                let gone = before.marks.difference(&state.marks).filter(|(register, _)| back(*register));
                let gone = gone.map(|(r, v)| (*r, Some(*v), true));
                for key in came.chain(gone) {
                    let Some(number) = by_value.get(&key) else { continue };
                    let write = &writes[*number];
                    committed[*number] = true;
                    (state.begun, state.session) = (write.begun, write.session);
                    state.acked = write.acked;
                }
            }
        }
        if let Some(told) = revision.rolled_back {
            state.begun = told;
            state.acked = Some(told + bounds.verify);
        }
        states.push(state);
    }
    states
}

/// A whole run: prepare, let everybody loose, end, judge.
///
/// # Errors
/// If it could not be done; violations are in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let mut dice = Dice::new(options.seed);
    let (run, engine) = Run::prepare(options, &mut dice).await?;
    eprintln!(
        "soak: {} nodes, {} sites, {} pages, {:?}, seed {}{}",
        options.nodes,
        options.tenants,
        run.pages.len(),
        options.lasts(),
        options.seed,
        if options.redis { ", with Redis" } else { "" }
    );
    let mut all = JoinSet::new();
    readers::spawn(&run, &mut dice, &mut all).await?;
    writers::spawn(&run, engine, &mut dice, &mut all).await?;
    faults::spawn(&run, &mut dice, &mut all);
    all.spawn(run.clone().tell());
    tokio::time::sleep(options.lasts()).await;
    run.wait_for_enough(options.lasts() * 2).await;
    run.end();
    while let Some(done) = all.join_next().await {
        done.context("somebody panicked")?;
    }
    let verdict = run.judged().await?;
    Ok(Report::of(&run, verdict))
}
