//! The program `wrk` as a visitor of many connections, on a processor of its own where there are two.

use std::{net::SocketAddr, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};

/// What is asked for, and by how many at once.
#[derive(Clone, Debug)]
pub struct Visit {
    pub path: String,
    pub headers: Vec<String>,
    /// What draws the requests, if they are not all alike.
    pub script: Option<String>,
    pub connections: usize,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Answers a second.
    pub each_second: f64,
    /// The wait that 99 of 100 stayed below, in milliseconds.
    pub p99: f64,
}

/// Asks for `lasts`; every answer must be a good one.
pub fn visit(address: SocketAddr, visit: &Visit, lasts: Duration) -> Result<Rate> {
    let mut command = Command::new("taskset");
    command.args(["-c", "1", "wrk", "-t1", "--latency", "--timeout", "10s"]);
    command.arg(format!("-c{}", visit.connections)).arg(format!("-d{}s", lasts.as_secs().max(1)));
    visit.script.iter().for_each(|script| _ = command.args(["-s", script]));
    visit.headers.iter().for_each(|header| _ = command.args(["-H", header]));
    let output =
        command.arg(format!("http://{address}{}", visit.path)).output().context("wrk cannot be run")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk: {}", String::from_utf8_lossy(&output.stderr));
    ensure!(!text.contains("Non-2xx") && !text.contains("Socket errors"), "{}: {text}", visit.path);
    let word = |begin: &str| {
        let line = text.lines().map(str::trim).find_map(|line| line.strip_prefix(begin));
        line.map(str::trim).with_context(|| format!("wrk says no {begin:?}: {text}"))
    };
    Ok(Rate { each_second: word("Requests/sec:")?.parse()?, p99: milliseconds(word("99%")?)? })
}

fn milliseconds(text: &str) -> Result<f64> {
    let digits = text.find(|c: char| c.is_ascii_alphabetic()).context("a unit")?;
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse()?;
    Ok(match unit {
        "us" => number / 1_000.0,
        "ms" => number,
        "s" => number * 1_000.0,
        other => anyhow::bail!("{other} is no unit"),
    })
}
