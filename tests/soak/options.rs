//! What a run is told.

use std::{path::PathBuf, time::Duration};

use clap::Parser;

/// Writers and readers over all nodes of a cluster while things break, and a judge who compares what was read
/// with what was committed. Exit code 0 if every promise was kept.
#[derive(Clone, Debug, Parser)]
#[command(name = "rowhouse-soak", args_override_self = true)]
pub struct Options {
    /// How long, in minutes
    #[arg(long, value_name = "N", conflicts_with = "seconds")]
    pub minutes: Option<u64>,
    /// How long, in seconds
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub seconds: u64,
    /// Where chance comes from
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// With a Redis between the nodes
    #[arg(long)]
    pub redis: bool,
    /// Nodes
    #[arg(long, default_value_t = 3)]
    pub nodes: usize,
    /// Sites
    #[arg(long, default_value_t = 3)]
    pub tenants: usize,
    /// Go on until each fault was injected so often, for at most three times as long
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub each: usize,
    /// Go on until so many pages were read, for at most three times as long
    #[arg(long, value_name = "READS", default_value_t = 0)]
    pub enough: usize,
    /// Reads a second that are wanted
    #[arg(long, default_value_t = 400)]
    pub reads: u64,
    /// Visitors at a time: whoever waits for a node that stands still reads nothing meanwhile
    #[arg(long, default_value_t = 24)]
    pub visitors: u64,
    /// Commits a second that are wanted
    #[arg(long, default_value_t = 6)]
    pub commits: u64,
    /// How long a node is stopped, in seconds
    #[arg(long, default_value_t = 4)]
    pub stop: u64,
    /// How long Redis is absent, in seconds; by chance some seconds otherwise
    #[arg(long, value_name = "N")]
    pub absent: Option<u64>,
    /// One fault at a time, so that each line of the table tells of one alone
    #[arg(long)]
    pub alone: bool,
    /// Only faults whose name contains one of these words
    #[arg(long, value_name = "WORD")]
    pub only: Vec<String>,
    /// Break this rule in all nodes and writers: the judge must notice
    #[arg(long, value_name = "RULE")]
    pub broken: Option<String>,
    /// Show for each rule, broken, that the judge notices
    #[arg(long)]
    pub mutants: bool,
    /// Write the report as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write what the nodes log to this file
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// The node under test, with fail-points
    #[arg(long, value_name = "FILE", default_value_os_t = beside())]
    pub node: PathBuf,
    /// How stale a page may be
    #[arg(skip = Duration::from_secs(1))]
    pub delta: Duration,
    /// How often a site's own row is read though nothing seems to have changed
    #[arg(skip = Duration::from_secs(30))]
    pub verify: Duration,
    /// How long pages are shown while no database answers
    #[arg(skip = Duration::from_secs(60))]
    pub stale: Duration,
}

impl Options {
    pub fn lasts(&self) -> Duration {
        Duration::from_secs(self.minutes.map_or(self.seconds, |minutes| minutes * 60))
    }
}

/// The test node that was built with this program.
fn beside() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.with_file_name("rowhouse-test-node")
}
