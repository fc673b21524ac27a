//! How each node is, judged from what all of them said of themselves last.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rowhouse_domain::{
    NodeId,
    node::{NodeState, TroubleKind},
};
use rowhouse_store::{NodeRow, NodeTroubles, Roll};
use serde::Serialize;

use super::{
    differences::{self, Difference},
    operator,
};
use crate::{actor::Actor, error::Result, node::Core};

/// A node that was not heard of for so long is silent: five signs of life are missing.
pub(super) const SILENT_AFTER: Duration = Duration::from_secs(5);

rowhouse_domain::words! {
    /// How a node is, as the others see it.
    pub enum Condition {
        /// Not serving yet.
        Starting = "starting",
        /// The balancer may send requests.
        Ready = "ready",
        /// It answers on, and takes nothing new for long.
        Draining = "draining",
        /// It stopped and said so.
        Left = "left",
        /// It was not heard of any more and never said why.
        Silent = "silent",
    }
}

impl Condition {
    fn of(row: &NodeRow, silence: Duration) -> Self {
        match row.state.0 {
            NodeState::Left => Self::Left,
            _ if silence > SILENT_AFTER => Self::Silent,
            NodeState::Starting => Self::Starting,
            NodeState::Ready => Self::Ready,
            NodeState::Draining => Self::Draining,
        }
    }

    /// Whether it answers requests, or may do so soon.
    #[must_use]
    pub const fn lives(self) -> bool {
        matches!(self, Self::Starting | Self::Ready | Self::Draining)
    }
}

/// All nodes, at one moment.
#[derive(Clone, Debug, Serialize)]
pub struct ClusterStatus {
    /// The number of the catalogue's last change.
    pub head: i64,
    /// When this was read, by the clock of the database.
    pub at: Timestamp,
    /// By name.
    pub nodes: Vec<NodeStatus>,
    /// What keeps the nodes from being ready and equal; empty if they are.
    pub problems: Vec<Problem>,
}

/// Something about a node that should not be so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Its name; empty if it concerns all.
    pub node: String,
    /// What.
    pub what: String,
}

/// One node.
#[derive(Clone, Debug, Serialize)]
pub struct NodeStatus {
    /// The process.
    pub id: NodeId,
    /// What it is called.
    pub name: String,
    /// How it is.
    pub state: Condition,
    /// The program's build.
    pub build: String,
    /// Names its settings together.
    pub config_hash: String,
    /// Names its keys.
    pub key_fingerprint: String,
    /// Names the content of its themes.
    pub themes: String,
    /// Where it serves sites.
    pub address: String,
    /// Where it serves operations.
    pub ops_address: String,
    /// When it began, by its own clock.
    pub started_at: Timestamp,
    /// How long ago it was heard of, in milliseconds.
    pub seen_ms: i64,
    /// How far its clock is ahead of the database's, in milliseconds; behind if negative.
    pub clock_ms: i64,
    /// It has taken up every change up to this number.
    pub applied: i64,
    /// How many changes there are that it had not taken up when it was heard of.
    pub behind: i64,
    /// How long before it had asked for them, in milliseconds.
    pub lag_ms: i64,
    /// Whether that is longer than pages may be old.
    pub lags: bool,
    /// What differs from the other nodes; of nodes that live.
    pub differs: Vec<Difference>,
    /// Tenants that are not as they should be there.
    pub troubles: NodeTroubles,
}

/// How all nodes are.
///
/// # Errors
/// [`crate::EngineError::Denied`], or what the catalogue says.
#[crate::boxed]
pub async fn status(core: &Core, actor: &Actor) -> Result<ClusterStatus> {
    operator(actor)?;
    Ok(judge(core.catalogue.roll().await?, core.settings.cache.max_staleness))
}

/// What a roll means, where pages may be `max_staleness` old.
pub(super) fn judge(roll: Roll, max_staleness: Duration) -> ClusterStatus {
    let Roll { head, now, nodes } = roll;
    let condition = |row: &NodeRow, seen: Timestamp| {
        Condition::of(row, now.duration_since(seen).try_into().unwrap_or_default())
    };
    let judged: Vec<_> = nodes.into_iter().map(|(row, seen)| (condition(&row, seen), row, seen)).collect();
    let living: Vec<&NodeRow> = judged.iter().filter(|(c, ..)| c.lives()).map(|(_, row, _)| row).collect();
    let mut nodes: Vec<NodeStatus> = judged
        .iter()
        // a node that was started again has one row more; the older one says nothing new
        .filter(|(c, row, _)| *c != Condition::Left || !living.iter().any(|other| takes_place_of(other, row)))
        .map(|(condition, row, seen)| NodeStatus {
            seen_ms: milliseconds(now.duration_since(*seen)).max(0),
            clock_ms: milliseconds(row.clock_at.duration_since(*seen)),
            behind: head.saturating_sub(row.applied).max(0),
            ..of(row, *condition)
        })
        .collect();
    for node in nodes.iter_mut().filter(|node| node.state.lives()) {
        node.lags = Duration::from_millis(node.lag_ms.try_into().unwrap_or_default()) > max_staleness;
        if let Some(row) = living.iter().find(|row| row.id.0 == node.id) {
            node.differs = differences::of(row, node.clock_ms, &living);
        }
    }
    let problems = problems(&nodes);
    ClusterStatus { head, at: now, nodes, problems }
}

fn takes_place_of(newer: &NodeRow, older: &NodeRow) -> bool {
    newer.name == older.name && newer.address == older.address
}

fn milliseconds(span: SignedDuration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// What a node said of itself, not yet compared with anything.
fn of(row: &NodeRow, state: Condition) -> NodeStatus {
    NodeStatus {
        id: row.id.0,
        name: row.name.clone(),
        state,
        build: row.build.clone(),
        config_hash: row.config_hash.clone(),
        key_fingerprint: row.key_fingerprint.clone(),
        themes: row.themes.clone(),
        address: row.address.clone(),
        ops_address: row.ops_address.clone(),
        started_at: row.started_at.0,
        seen_ms: 0,
        clock_ms: 0,
        applied: row.applied,
        behind: 0,
        lag_ms: row.lag_ms,
        lags: false,
        differs: Vec::new(),
        troubles: row.troubles.0.clone(),
    }
}

/// Nodes that left were meant to. A tenant whose own database is down is that tenant's trouble, not the
/// cluster's; one that a node cannot read or place is.
fn problems(nodes: &[NodeStatus]) -> Vec<Problem> {
    let mut all = Vec::new();
    for node in nodes {
        all.extend(of_node(node).into_iter().map(|what| Problem { node: node.name.clone(), what }));
    }
    if !nodes.iter().any(|node| node.state == Condition::Ready) {
        all.push(Problem { node: String::new(), what: "no node is ready".into() });
    }
    all
}

fn of_node(node: &NodeStatus) -> Vec<String> {
    let mut all = Vec::new();
    match node.state {
        Condition::Ready => {}
        Condition::Starting | Condition::Draining => all.push(format!("is {}", node.state)),
        Condition::Silent => return vec![format!("is silent; heard of {}", ago(node.seen_ms))],
        Condition::Left => return all,
    }
    all.extend(node.differs.iter().map(ToString::to_string));
    if node.lags {
        let seconds = node.lag_ms / 1_000;
        all.push(format!("lags; when it was heard of, it had not read the catalogue for {seconds} s"));
    }
    let own = |kind: TroubleKind| node.troubles.listed.iter().filter(move |trouble| trouble.kind == kind);
    all.extend(own(TroubleKind::Row).map(|t| format!("cannot read the row of {}: {}", t.name, t.detail)));
    all.extend(own(TroubleKind::Address).map(|t| format!("does not serve {}: {}", t.name, t.detail)));
    all
}

/// An age in words.
#[must_use]
pub fn ago(ms: i64) -> String {
    match ms / 1_000 {
        0 => "now".into(),
        seconds @ 1..120 => format!("{seconds} s ago"),
        seconds @ 120..7_200 => format!("{} min ago", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h ago", seconds / 3_600),
        seconds => format!("{} d ago", seconds / 86_400),
    }
}

impl ClusterStatus {
    /// Whether all nodes are ready and equal.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.problems.is_empty()
    }
}
