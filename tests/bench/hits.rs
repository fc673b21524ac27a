//! Cached pages: the contenders one after the other, again and again, `wrk` on the second processor.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result};

use crate::{
    contenders::{Contender, Contenders},
    median,
    scenes::Scene,
    table::{Measured, Table},
    wrk::{Rate, Visit, visit},
};

/// What all others are compared with.
const LIMIT: &str = "bare actix";

/// Measures in turns and tells the medians.
pub async fn run(rounds: usize, lasts: Duration, only: &str) -> Result<Table> {
    let contenders = Contenders::start().await?;
    let mut table = Table::default();
    for scene in &contenders.scenes {
        for &connections in scene.connections {
            let name = format!("{}, {connections} connections", scene.name);
            if !name.contains(only) {
                continue;
            }
            let rates = in_turns(&contenders.all, scene, connections, rounds, lasts)?;
            let limit = rates.get(LIMIT).context("the bare handler has all scenes")?;
            rates.iter().for_each(|(who, rates)| table.add(compared(&name, who, rates, limit)));
        }
    }
    Ok(table)
}

pub fn in_turns<'c>(
    contenders: &'c [Contender],
    scene: &Scene,
    connections: usize,
    rounds: usize,
    lasts: Duration,
) -> Result<BTreeMap<&'c str, Vec<Rate>>> {
    let mut rates: BTreeMap<&str, Vec<Rate>> = BTreeMap::new();
    for round in 0..rounds {
        // whoever comes after another feels what that one still has to do, so nobody always does
        let mut order: Vec<&Contender> = contenders.iter().collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for contender in order {
            let Some(path) = contender.paths.get(&scene.name).cloned() else { continue };
            let what =
                Visit { path, headers: scene.headers.clone(), script: scene.script.clone(), connections };
            rates.entry(contender.name).or_default().push(visit(contender.address, &what, lasts)?);
        }
    }
    Ok(rates)
}

pub fn compared(scene: &str, who: &str, rates: &[Rate], limit: &[Rate]) -> Measured {
    let of = |what: fn(&Rate) -> f64| median(&rates.iter().map(what).collect::<Vec<_>>());
    let pairs = |what: fn(&Rate) -> f64| -> Vec<f64> {
        rates.iter().zip(limit).map(|(own, limit)| what(own) / what(limit)).collect()
    };
    let ratios = pairs(|rate| rate.each_second);
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    Measured {
        scene: scene.to_owned(),
        who: who.to_owned(),
        each_second: of(|rate| rate.each_second),
        ratio: median(&ratios),
        spread: (least, ratios.iter().copied().fold(0.0, f64::max)),
        p99: of(|rate| rate.p99),
        p99_ratio: median(&pairs(|rate| rate.p99)),
    }
}
