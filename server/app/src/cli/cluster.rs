//! `rowhouse cluster`: the nodes that share a catalogue.

use anyhow::bail;
use clap::{Args, Subcommand};
use rowhouse_engine::cluster::{self, ClusterStatus, NodeStatus, Problem, TroubleKind, ago};

use super::{Common, Out, Session, out};

/// Verbs on the nodes of an installation.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show all nodes, how far each has read the catalogue, and what differs between them
    Status(Status),
}

/// Show all nodes, how far each has read the catalogue, and what differs between them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rowhouse cluster status
  rowhouse cluster status --check
  rowhouse cluster status --json | jq -r '.nodes[] | select(.state == \"silent\") | .name'")]
pub struct Status {
    /// Fail unless all nodes are ready and equal; those that left do not count
    #[arg(long)]
    check: bool,
}

impl Verb {
    /// # Errors
    /// If the catalogue does not answer, or with `--check` something is not as it should be.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let session = Session::open(common).await?;
        match self {
            Verb::Status(verb) => verb.run(&session, out).await,
        }
    }
}

impl Status {
    async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let status = cluster::status(session.node.core(), &session.actor).await?;
        out.result(&status, || text(&status));
        match status.problems.as_slice() {
            [first, ..] if self.check => bail!("{}{}", line(first), more(status.problems.len() - 1)),
            _ => Ok(()),
        }
    }
}

fn more(others: usize) -> String {
    if others > 0 { format!(", and {others} more") } else { String::new() }
}

fn line(problem: &Problem) -> String {
    format!("{} {}", problem.node, problem.what).trim_start().to_owned()
}

fn text(status: &ClusterStatus) -> String {
    if status.nodes.is_empty() {
        return "no node runs or ran lately; `rowhouse serve` starts one".into();
    }
    let heads = [
        "NODE", "STATE", "HEARD OF", "BUILD", "CONFIG", "KEYS", "THEMES", "BEHIND", "LAG", "CLOCK",
        "SITES AT",
    ];
    let table = out::table(heads, &status.nodes.iter().map(row).collect::<Vec<_>>());
    let problems = status.problems.iter().map(|problem| format!("! {}", line(problem)));
    let tenants = status.nodes.iter().flat_map(tenants);
    std::iter::once(table).chain(problems).chain(tenants).collect::<Vec<_>>().join("\n")
}

fn row(node: &NodeStatus) -> [String; 11] {
    [
        node.name.clone(),
        node.state.to_string(),
        ago(node.seen_ms),
        node.build.clone(),
        short(&node.config_hash),
        short(&node.key_fingerprint),
        short(&node.themes),
        node.behind.to_string(),
        format!("{} ms", node.lag_ms),
        format!("{:+} ms", node.clock_ms),
        node.address.clone(),
    ]
}

/// As much of a hash as tells two apart at sight; `--json` has all of it.
fn short(hash: &str) -> String {
    hash.chars().take(8).collect()
}

/// A tenant's database that does not answer is no problem of the cluster, but worth a line.
fn tenants(node: &NodeStatus) -> Vec<String> {
    let down = node.troubles.listed.iter().filter(|trouble| trouble.kind == TroubleKind::Database);
    let mut lines: Vec<String> = down
        .map(|t| format!("! {}: the database of {} does not answer since {}", node.name, t.name, t.detail))
        .collect();
    let left = node.troubles.total.saturating_sub(node.troubles.listed.len());
    if left > 0 {
        lines.push(format!("! {}: {left} more tenants are not as they should be", node.name));
    }
    lines
}
