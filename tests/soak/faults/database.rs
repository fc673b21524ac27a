//! PostgreSQL that restarts, crashes, throws everybody out, is slow, or cannot be reached by one node.

use std::{sync::Arc, time::Duration};

use super::{Fault, a_while, fault, some_node};
use crate::{
    dice::Dice,
    run::Run,
    wire::{Flow, Wire},
};

pub const FAULTS: &[Fault] = &[
    fault!("postgres restarted", restarted),
    fault!("postgres crashed", crashed),
    fault!("postgres connections terminated", terminated),
    fault!("postgres slow to one node", slow),
    fault!("postgres cut off from one node", cut_off),
    fault!("postgres silent to one node", silent),
];

fn wires(run: &Run) -> [&Wire; 2] {
    [&run.cluster.catalogue, &run.cluster.sites]
}

async fn restarted(run: &Arc<Run>, _: &mut Dice) -> anyhow::Result<()> {
    run.cluster.postgres.restart("INT").await
}

/// Ends without a checkpoint and recovers.
async fn crashed(run: &Arc<Run>, _: &mut Dice) -> anyhow::Result<()> {
    run.cluster.postgres.restart("QUIT").await
}

/// Whatever they are doing.
async fn terminated(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    for _ in 0..dice.between(1, 4) {
        let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        run.cluster.admin().await?.batch_execute(all).await?;
        run.pause(a_while(dice, 50, 400)).await;
    }
    Ok(())
}

/// Answers take long, to all or to the catalogue's questions alone.
async fn slow(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let (node, delay) = (some_node(run, dice), a_while(dice, 100, 1_500));
    let wires = wires(run);
    let some: &[&Wire] = if dice.chance(50) { &wires } else { &wires[..1] };
    for wire in some {
        wire.change(node, |weather| weather.answering.delay = delay);
    }
    run.pause(a_while(dice, 2_000, 4_000)).await;
    for wire in some {
        wire.change(node, |weather| weather.answering.delay = Duration::ZERO);
    }
    Ok(())
}

async fn cut_off(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let node = some_node(run, dice);
    wires(run).iter().for_each(|wire| wire.change(node, |weather| weather.cut = true));
    run.pause(a_while(dice, 1_000, 3_000)).await;
    wires(run).iter().for_each(|wire| wire.change(node, |weather| weather.cut = false));
    Ok(())
}

/// Connections stay, and nothing comes over them.
async fn silent(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let node = some_node(run, dice);
    let held = Flow { held: true, delay: Duration::ZERO };
    wires(run).iter().for_each(|wire| wire.change(node, |weather| weather.answering = held));
    run.pause(a_while(dice, 1_000, 3_000)).await;
    wires(run).iter().for_each(|wire| wire.change(node, |weather| weather.answering = Flow::default()));
    Ok(())
}
