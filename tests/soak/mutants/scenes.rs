//! The scenes. Each arranges by hand what the faults of a long run bring about by chance.

use std::time::Duration;

use tokio::time::sleep;

use super::{Mutant, Stage};
use crate::{
    engine::Engine,
    faults::writer::killed_at,
    history::Write,
    model::{CHILD, PARENT, Register},
    wire::Messages,
    writers,
};

macro_rules! mutant {
    ($function:ident, $redis:literal) => {
        Mutant { rule: stringify!($function), redis: $redis, scene: |stage| Box::pin($function(stage)) }
    };
}

pub const ALL: &[Mutant] = &[
    mutant!(no_intent, false),
    mutant!(intent_cleared_by_anyone, false),
    mutant!(repair_without_lock, false),
    mutant!(poll_by_time, false),
    mutant!(version_after_content, false),
    mutant!(tags_before_lock, false),
    mutant!(number_without_token, false),
    mutant!(confirm_at_answer, false),
    mutant!(trust_after_gap, false),
    mutant!(trust_shared, true),
    mutant!(hint_confirms, true),
    mutant!(late_answer, true),
];

/// The register that the scenes are about.
const POST: Register = 2;
/// The node that hears late.
const FAR: usize = 1;

/// A writer dies after its commit, and nobody was told that there would be one.
async fn no_intent(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    killed_at(&stage.run, &mut stage.dice, "write.committed", true).await?;
    stage.delta().await;
    stage.read_all().await;
    Ok(())
}

/// A writer that has committed settles while the next one stands between its announcement and its commit,
/// which is the last thing that it does.
async fn intent_cleared_by_anyone(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    let (first, last) = (stage.run.cluster.start_writer().await?, stage.run.cluster.start_writer().await?);
    // less than Δ: then nodes take a writer for dead, and what they do would hide the slip
    first.steer("delay write.committed 850")?;
    let database = &stage.run.sites[0].database;
    let before = crate::truth::last(database).await?;
    let settling = writers::by_engine(&stage.run, &first, 0, PARENT);
    let dying = async {
        while crate::truth::last(database).await? == before {
            sleep(Duration::from_millis(10)).await;
        }
        dies_committed(stage, &last, 2_000).await
    };
    let (settled, died) = tokio::join!(settling, dying);
    settled?;
    died?;
    stage.delta().await;
    stage.read_all().await;
    Ok(())
}

/// A writer stands long between its announcement and its commit, which is the last thing that it does.
async fn repair_without_lock(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    let writer = stage.run.cluster.start_writer().await?;
    dies_committed(stage, &writer, 3_000).await?;
    stage.delta().await;
    stage.read_all().await;
    Ok(())
}

/// A writer that stands so long after its announcement, commits, and is killed.
async fn dies_committed(stage: &Stage, writer: &Engine, stands: u64) -> anyhow::Result<()> {
    writer.steer(&format!("delay write.announced {stands}"))?;
    writer.steer("halt write.committed")?;
    let value = stage.run.values.next();
    let write = stage.run.recorder.begin(Write::publish(0, POST, value, None));
    let order = stage.run.sites[0].writes(POST, value);
    tokio::select! {
        done = writer.does(order) => drop(done?),
        halted = writer.halted() => halted?,
    }
    stage.run.recorder.acked(write);
    writer.kill();
    Ok(())
}

/// A number is taken long before it is used, and everybody has read on.
async fn poll_by_time(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    let slow = stage.run.cluster.start_writer().await?;
    slow.steer("delay slip.numbered 600")?;
    writers::by_engine(&stage.run, &slow, 0, POST).await?;
    stage.delta().await;
    stage.read_all().await;
    Ok(())
}

/// A page is read, then a change is committed, then the version of the page is asked for.
async fn version_after_content(stage: &mut Stage) -> anyhow::Result<()> {
    stage.write(POST).await?;
    stage.delta().await;
    if let Some(program) = stage.run.cluster.nodes[FAR].program() {
        program.order("delay slip.unstamped 700")?;
    }
    let looking = stage.look(FAR, POST);
    let writing = async {
        sleep(Duration::from_millis(250)).await;
        stage.write(POST).await
    };
    let (_, written) = tokio::join!(looking, writing);
    written?;
    stage.delta().await;
    stage.look(FAR, POST).await;
    Ok(())
}

/// Two changes of different pages, one after the other.
async fn tags_before_lock(stage: &mut Stage) -> anyhow::Result<()> {
    stage.write(CHILD).await?;
    stage.read_all().await;
    stage.write(POST).await?;
    stage.delta().await;
    stage.read_all().await;
    Ok(())
}

/// A database loses its last change, and another takes its number.
async fn number_without_token(stage: &mut Stage) -> anyhow::Result<()> {
    let saved = crate::truth::save(&stage.run.sites[0].database).await?;
    stage.write(POST).await?;
    stage.delta().await;
    stage.read_all().await;
    saved.restore(stage.run.recorder.now()).await?;
    stage.write(CHILD).await?;
    stage.delta().await;
    stage.read_all().await;
    Ok(())
}

/// The answers of a site's database reach a node late.
async fn confirm_at_answer(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    let run = stage.run.clone();
    run.cluster.sites.change(FAR, |weather| weather.answering.delay = Duration::from_millis(650));
    let writing = {
        let (run, engine) = (run.clone(), stage.engine.clone());
        tokio::spawn(async move {
            for _ in 0..12 {
                sleep(Duration::from_millis(700)).await;
                let _unknown = writers::by_engine(&run, &engine, 0, POST).await;
            }
        })
    };
    stage.readers(Duration::from_secs(9)).await?;
    writing.await?;
    run.cluster.sites.change(FAR, |weather| weather.answering.delay = Duration::ZERO);
    Ok(())
}

/// A node hears nothing while more changes are made than are kept: the log no longer reaches back to it.
async fn trust_after_gap(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    let wires = [&stage.run.cluster.catalogue, &stage.run.cluster.sites];
    wires.iter().for_each(|wire| wire.change(FAR, |weather| weather.cut = true));
    stage.write(POST).await?;
    stage.write(PARENT).await?;
    // as if a thousand more had been made meanwhile
    crate::truth::forget(&stage.run.sites[0].database).await?;
    stage.write(CHILD).await?;
    wires.iter().for_each(|wire| wire.change(FAR, |weather| weather.cut = false));
    sleep(Duration::from_secs(3)).await;
    stage.delta().await;
    stage.read_all().await;
    Ok(())
}

/// A page changed that only the shared store holds.
async fn trust_shared(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    stage.write(POST).await?;
    stage.delta().await;
    stage.read_all().await;
    Ok(())
}

/// A node that cannot ask a site's database gets an old message late, and never the newer one.
async fn hint_confirms(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    let cluster = stage.run.cluster.clone();
    let Some(redis) = &cluster.redis else { return Ok(()) };
    redis.wire.change(FAR, |weather| weather.messages.held = true);
    cluster.sites.change(FAR, |weather| weather.answering.held = true);
    stage.write(CHILD).await?;
    sleep(Duration::from_millis(300)).await;
    redis.wire.change(FAR, |weather| weather.messages.lost = 100);
    stage.write(POST).await?;
    stage.delta().await;
    redis.wire.change(FAR, |weather| weather.messages = Messages::default());
    stage.look_for(FAR, POST, Duration::from_secs(1)).await;
    cluster.sites.change(FAR, |weather| weather.answering.held = false);
    stage.delta().await;
    Ok(())
}

/// A site's own row answers a node late: after a message told of the change that the answer does not know.
async fn late_answer(stage: &mut Stage) -> anyhow::Result<()> {
    stage.read_all().await;
    let writer = stage.run.cluster.start_writer().await?;
    // three answers make one, and nobody waits longer than three seconds for it
    writer.steer("delay write.announced 1200")?;
    let sites = &stage.run.cluster.sites;
    sites.change(FAR, |weather| weather.answering.delay = Duration::from_millis(800));
    writers::by_engine(&stage.run, &writer, 0, POST).await?;
    // not before: a page that somebody is making is waited for, and not looked for on the shelf
    sleep(Duration::from_millis(1_150)).await;
    for _ in 0..3 {
        stage.look_around(FAR).await;
    }
    sites.change(FAR, |weather| weather.answering.delay = Duration::ZERO);
    stage.delta().await;
    Ok(())
}
