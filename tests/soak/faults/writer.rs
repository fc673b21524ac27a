//! Writers that die at a step of a change.

use std::sync::Arc;

use super::{Fault, a_while, fault};
use crate::{dice::Dice, history::Write, run::Run, site::steady};

pub const FAULTS: &[Fault] = &[
    fault!("writer killed at write.locked", locked),
    fault!("writer killed at write.announced", announced),
    fault!("writer killed at write.committed", committed),
    fault!("writer killed at write.settled", settled),
];

async fn locked(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    killed_at(run, dice, "write.locked", false).await
}

async fn announced(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    killed_at(run, dice, "write.announced", false).await
}

async fn committed(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    killed_at(run, dice, "write.committed", true).await
}

async fn settled(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    killed_at(run, dice, "write.settled", true).await
}

/// A writer of its own, killed when it has reached the step. What it had committed by then counts as
/// acknowledged: its client may have its answer.
pub async fn killed_at(run: &Arc<Run>, dice: &mut Dice, step: &str, stands: bool) -> anyhow::Result<()> {
    let engine = run.cluster.start_writer().await?;
    engine.steer(&format!("halt {step}"))?;
    let tenant = usize::try_from(dice.between(0, run.sites.len() as u64 - 1))?;
    let write = loop {
        let (register, value) = (dice.pick(&steady()), run.values.next());
        let write = run.recorder.begin(Write::publish(tenant, register, value, None));
        tokio::select! {
            // somebody else was quicker, or the database was away just now
            _refused = engine.does(run.sites[tenant].writes(register, value)) => {}
            halted = engine.halted() => {
                halted?;
                break write;
            }
        }
        run.pause(a_while(dice, 50, 200)).await;
        if run.ended() {
            return Ok(());
        }
    };
    if stands {
        run.recorder.acked(write);
    }
    run.pause(a_while(dice, 0, 600)).await;
    engine.kill();
    Ok(())
}
