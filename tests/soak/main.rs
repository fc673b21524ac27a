//! Coherence under faults: a cluster of real processes, writers and readers over all its nodes, things that
//! break, and a judge. See `--help`, and `model`, `history` and `judge` for what is judged.

mod browser;
mod cluster;
mod dice;
mod engine;
mod faults;
mod history;
mod judge;
mod model;
mod mutants;
mod options;
mod peer;
mod program;
mod readers;
mod report;
mod resp;
mod run;
mod site;
mod truth;
mod wire;
mod writers;

use std::process::ExitCode;

use clap::Parser;
use options::Options;
use rowhouse_tests::services::is_skipped;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    if is_skipped("postgres") || (options.redis && is_skipped("redis")) {
        return ExitCode::SUCCESS;
    }
    match soak(&options).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn soak(options: &Options) -> anyhow::Result<bool> {
    if options.mutants {
        return mutants::all(options).await;
    }
    let report = run::run(options).await?;
    println!("{}", report.text());
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(report.is_good())
}
