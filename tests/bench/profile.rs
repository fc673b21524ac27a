//! Where the time of cached hits goes, as a flame graph.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Cursor},
    path::Path,
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use inferno::{
    collapse::{Collapse, perf::Folder},
    flamegraph::{self, Options},
};

use crate::{
    contenders,
    wrk::{Visit, visit},
};

/// How long the profiler watches.
const WATCH: Duration = Duration::from_secs(5);

/// Visits a page that is in memory, watches the node, and draws.
pub async fn run(file: &Path) -> Result<()> {
    let (node, _home) = contenders::rowhouse().await?;
    let (address, process) = (node.address, node.process.id());
    let what = Visit { path: node.paths["8 kB"].clone(), headers: Vec::new(), script: None, connections: 32 };
    // so that the page is there, and everything warm
    visit(address, &what, Duration::from_secs(1))?;
    let visits = std::thread::spawn(move || visit(address, &what, WATCH + Duration::from_secs(2)));
    let samples = tokio::task::spawn_blocking(move || watch(process)).await??;
    let rate = visits.join().ok().context("wrk")??;
    draw(&samples, file)?;
    println!("{:.0} answers/s while watched; {}", rate.each_second, file.display());
    Ok(())
}

/// What `perf` saw.
fn watch(process: u32) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("perf.data");
    let (data, process, seconds) =
        (data.display().to_string(), process.to_string(), WATCH.as_secs().to_string());
    // frames are found by the tables that unwinding needs; a clock, because not every machine counts cycles
    let words =
        ["record", "-q", "-e", "cpu-clock", "-F", "499", "--call-graph", "dwarf,16384", "-p", &process];
    let done = Command::new("perf").args(words).args(["-o", &data, "--", "sleep", &seconds]).output();
    let done = done.context("perf cannot be run (Debian: linux-perf)")?;
    ensure!(done.status.success(), "perf record: {}", String::from_utf8_lossy(&done.stderr));
    let told = Command::new("perf").args(["script", "--no-inline", "-i", &data]).output()?;
    ensure!(told.status.success(), "perf script: {}", String::from_utf8_lossy(&told.stderr));
    Ok(told.stdout)
}

fn draw(samples: &[u8], file: &Path) -> Result<()> {
    let mut folded = Vec::new();
    Folder::default().collapse(BufReader::new(samples), &mut folded)?;
    let mut options = Options::default();
    options.title = "A cached hit".into();
    flamegraph::from_reader(&mut options, Cursor::new(folded), BufWriter::new(File::create(file)?))?;
    Ok(())
}
