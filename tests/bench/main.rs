//! Measurements that are ratios of one run: what is compared is measured in turns, several times, and the
//! medians are told. Nothing here passes or fails. `tests/bench/run` installs what is needed and runs all of them.

mod bare;
mod contenders;
mod edits;
mod export;
mod figures;
mod fills;
mod hits;
mod instructions;
mod load;
mod many;
mod outage;
mod profile;
mod pushes;
mod scenes;
mod table;
mod uniform;
mod works;
mod wrk;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// Measures Rowhouse against what limits it, in turns and on this machine.
#[derive(Debug, Parser)]
#[command(name = "rowhouse-bench")]
struct Options {
    #[command(subcommand)]
    what: What,
    /// Rounds, of which the medians are told
    #[arg(long, global = true, default_value_t = 7)]
    rounds: usize,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Cached pages: Rowhouse, a bare handler with the same bytes, nginx, Varnish
    Hits {
        /// How long each is visited, in seconds
        #[arg(long, default_value_t = 2)]
        seconds: u64,
        /// Only scenes whose name has this in it, as in "66 kB, 1 connections"
        #[arg(long, default_value = "", hide_default_value = true)]
        only: String,
        /// Write the table as JSON to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Pages that are not in memory, beside their queries and their templates
    Fills,
    /// From the acknowledgement of an edit to its being shown by other nodes
    Edits {
        /// How many
        #[arg(long, default_value_t = 300)]
        edits: usize,
    },
    /// A thousand pages come in from another node: what visitors feel
    Pushes,
    /// Many tenants: the start, and the memory
    Many,
    /// Many tenants visited alike, beside a bare handler that chooses among as many bodies
    Uniform {
        /// How long each is visited, in seconds
        #[arg(long, default_value_t = 2)]
        seconds: u64,
    },
    /// Making tenants, and importing
    Works,
    /// Instructions of a cached hit, against the budget in tests/bench/instructions.json
    Instructions {
        /// Make what is counted the budget
        #[arg(long)]
        write: bool,
        /// Keep valgrind's files under this name; `callgrind_annotate` reads them
        #[arg(long, value_name = "FILE")]
        keep: Option<PathBuf>,
    },
    /// A flame graph of cached hits
    Profile {
        /// Where it is drawn
        #[arg(long, value_name = "FILE", default_value = "target/flamegraph.svg")]
        file: PathBuf,
    },
    /// One tenant's database goes away: what its neighbours feel
    Outage,
    /// The bare handler; not to be called by hand
    #[command(hide = true)]
    Bare { file: String },
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let What::Bare { file } = &options.what {
        return bare::serve(file);
    }
    tokio::runtime::Runtime::new()?.block_on(measure(&options))
}

async fn measure(options: &Options) -> Result<()> {
    match &options.what {
        What::Hits { seconds, only, json } => {
            let table = hits::run(options.rounds, Duration::from_secs(*seconds), only).await?;
            if let Some(file) = json {
                std::fs::write(file, serde_json::to_string_pretty(&table)?)?;
            }
            Ok(())
        }
        What::Fills => fills::run(options.rounds).await,
        What::Edits { edits } => edits::run(*edits).await,
        What::Pushes => pushes::run(options.rounds).await,
        What::Many => many::run(options.rounds).await,
        What::Uniform { seconds } => {
            uniform::run(options.rounds, Duration::from_secs(*seconds)).await?;
            Ok(())
        }
        What::Works => works::run_all(options.rounds).await,
        What::Instructions { write, keep } => instructions::run(*write, keep.as_deref()).await,
        What::Profile { file } => profile::run(file).await,
        What::Outage => outage::run(options.rounds).await,
        What::Bare { file } => bare::serve(file),
    }
}

/// The program under measurement, which lies beside this one: `rowhouse` with the words `cli` before its own.
fn program() -> Result<String> {
    let program = std::env::current_exe()?.with_file_name("rowhouse-test-node");
    Ok(program.to_str().context("a path in UTF-8")?.to_owned())
}

/// The middle of the values.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        0 if sorted.is_empty() => f64::NAN,
        0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    }
}
