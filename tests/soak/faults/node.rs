//! Nodes that stand still, die, or take long, also in the midst of a change.

use std::{sync::Arc, time::Duration};

use anyhow::Context;

use super::{Fault, a_while, fault, some_node};
use crate::{browser::Browser, dice::Dice, run::Run, site::steady, writers};

pub const FAULTS: &[Fault] = &[
    fault!("node stopped and continued", stopped),
    fault!("node killed and started", killed),
    fault!("slow renders", slow_renders),
    fault!("node killed while it publishes", publishing),
    fault!("nodes slow between two steps", still),
];

/// `kill -STOP`, and `kill -CONT` when others have gone on for long.
async fn stopped(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let node = &run.cluster.nodes[some_node(run, dice)];
    let program = node.program().context("the node runs")?;
    program.signal("STOP")?;
    run.pause(Duration::from_secs(run.options.stop)).await;
    program.signal("CONT")
}

/// `kill -9`, and a new start.
async fn killed(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let node = some_node(run, dice);
    run.cluster.nodes[node].kill();
    run.pause(a_while(dice, 200, 1_500)).await;
    run.cluster.start_node(node).await
}

/// Pages are read, and rendered much later.
async fn slow_renders(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let time = dice.between(200, 1_800);
    let all: Vec<_> = run.cluster.nodes.iter().filter_map(|node| node.program()).collect();
    for program in &all {
        program.order(&format!("delay render.read {time}"))?;
    }
    run.pause(a_while(dice, 2_000, 4_000)).await;
    for program in &all {
        program.order("go")?;
    }
    Ok(())
}

/// A node dies at a step of a change. Its client never has an answer; the other nodes go on.
async fn publishing(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let node = some_node(run, dice);
    let step = dice.pick(&["write.locked", "write.announced", "write.committed", "write.settled"]);
    let program = run.cluster.nodes[node].program().context("the node runs")?;
    program.order(&format!("halt {step}"))?;
    program.says("steered").await?;
    let browser = Browser::new(Duration::from_secs(10));
    let tenant = usize::try_from(dice.between(0, run.sites.len() as u64 - 1))?;
    let publishing = async {
        browser.sign_in(run.address(node), &format!("/{}", run.sites[tenant].name)).await?;
        writers::by_form(run, tenant, &browser, 999, node, dice.pick(&steady())).await
    };
    tokio::select! {
        // the database may be away just now
        _unknown = publishing => {}
        halted = program.says("halted") => drop(halted?),
    }
    run.pause(a_while(dice, 0, 600)).await;
    run.cluster.nodes[node].kill();
    run.cluster.start_node(node).await
}

/// All nodes are slow between two steps of their changes.
async fn still(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let step = dice.pick(&["write.locked", "write.announced", "write.committed", "write.settled"]);
    let time = dice.between(200, 1_500);
    let all: Vec<_> = run.cluster.nodes.iter().filter_map(|node| node.program()).collect();
    for program in &all {
        program.order(&format!("delay {step} {time}"))?;
    }
    run.pause(a_while(dice, 1_500, 3_000)).await;
    for program in &all {
        program.order("go")?;
    }
    Ok(())
}
