//! All nodes, what differs between them, and the tenants that are not everywhere as they should be.

use actix_web::{HttpRequest, web::Data};
use jiff::{SignedDuration, Timestamp};
use rowhouse_engine::cluster::{
    self, ClusterStatus, Condition, Difference, NodeStatus, NodeTrouble, TroubleKind, ago,
};

use crate::{
    admin::{
        frame,
        host::when,
        say,
        view::{Badge, Cluster, ClusterNode, ClusterTrouble, Compared, Tone, When},
    },
    error::Result,
    extract::SuperUser,
    state::Web,
};

/// The screen.
///
/// # Errors
/// What the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser) -> Result {
    let status = cluster::status(web.node().core(), &who.actor()).await?;
    let view = Cluster {
        shell: frame::host(&web, &request, &who, "Cluster", "/cluster"),
        summary: summary(&status),
        alone: status.nodes.len() == 1,
        shared: web.node().core().shares_its_catalogue(),
        nodes: status.nodes.iter().map(|node| row(&web, node, status.at)).collect(),
        tenants: status.nodes.iter().flat_map(troubles).collect(),
    };
    frame::show(&web, &request, "", &view)
}

fn summary(status: &ClusterStatus) -> Badge {
    let ready = status.nodes.iter().filter(|node| node.state == Condition::Ready).count();
    let nodes = say::count(ready, "node");
    if status.is_well() {
        let equal = if ready > 1 { " and equal" } else { "" };
        return Badge::new(Tone::Good, &format!("{nodes} ready{equal}"));
    }
    Badge::new(
        Tone::Warning,
        &format!("{nodes} ready; {} below", say::count(status.problems.len(), "problem")),
    )
}

fn badge(state: Condition) -> Badge {
    match state {
        Condition::Starting => Badge::new(Tone::Waiting, "Starting"),
        Condition::Ready => Badge::new(Tone::Good, "Ready"),
        Condition::Draining => Badge::new(Tone::Warning, "Draining"),
        Condition::Left => Badge::new(Tone::Neutral, "Left"),
        Condition::Silent => Badge::new(Tone::Danger, "Silent"),
    }
}

fn row(web: &Web, node: &NodeStatus, now: Timestamp) -> ClusterNode {
    let differs = |what: fn(&Difference) -> bool| node.differs.iter().any(what);
    let seen = now.checked_sub(SignedDuration::from_millis(node.seen_ms)).unwrap_or(now);
    ClusterNode {
        id: node.id.0.to_string(),
        name: node.name.clone(),
        here: node.id == web.node().id(),
        state: badge(node.state),
        address: node.address.clone(),
        seen: When::new(&seen.to_string(), &ago(node.seen_ms)),
        started: when(node.started_at),
        build: Compared::new(&node.build, differs(|d| matches!(d, Difference::Build { .. }))),
        themes: Compared::new(&short(&node.themes), differs(|d| matches!(d, Difference::Themes))),
        config: Compared::new(&node.config_hash, differs(|d| matches!(d, Difference::Configuration { .. }))),
        keys: Compared::new(&short(&node.key_fingerprint), differs(|d| matches!(d, Difference::Keys))),
        lag: Compared::new(&lag(node), node.lags),
        clock: Compared::new(&clock_of(node), differs(|d| matches!(d, Difference::Clock { .. }))),
        differs: node.differs.iter().map(|difference| say::sentence(&difference.to_string())).collect(),
        can_forget: !node.state.lives(),
    }
}

/// As much of a hash as tells two apart at sight.
fn short(hash: &str) -> String {
    hash.chars().take(8).collect()
}

fn lag(node: &NodeStatus) -> String {
    if !node.state.lives() {
        return "–".into();
    }
    match (node.lags, usize::try_from(node.behind).unwrap_or(usize::MAX)) {
        (true, 0) => format!("{} s", node.lag_ms / 1_000),
        (true, changes) => format!("{} s, {}", node.lag_ms / 1_000, say::count(changes, "change")),
        (false, 0) => "none".into(),
        (false, changes) => say::count(changes, "change"),
    }
}

fn clock_of(node: &NodeStatus) -> String {
    if node.state.lives() { clock(node.clock_ms) } else { "–".into() }
}

/// How far a clock is ahead; less than a tenth of a second is the way to the database.
fn clock(ahead_ms: i64) -> String {
    match ahead_ms {
        -99..=99 => "right".into(),
        _ => format!("{:+.1} s", ahead_ms as f64 / 1_000.0),
    }
}

/// Troubles of nodes that have gone are over.
fn troubles(node: &NodeStatus) -> Vec<ClusterTrouble> {
    if !node.state.lives() {
        return Vec::new();
    }
    let row = |trouble: &NodeTrouble| ClusterTrouble {
        name: trouble.name.clone(),
        node: node.name.clone(),
        what: match trouble.kind {
            TroubleKind::Row => Badge::new(Tone::Danger, "Its row cannot be read"),
            TroubleKind::Address => Badge::new(Tone::Danger, "Its address is another’s"),
            TroubleKind::Database => Badge::new(Tone::Warning, "Its database does not answer"),
        },
        detail: match (trouble.kind, trouble.detail.parse::<Timestamp>()) {
            (TroubleKind::Database, Ok(since)) => format!("Since {}.", when(since).text),
            _ => say::sentence(&trouble.detail),
        },
    };
    let mut rows: Vec<ClusterTrouble> = node.troubles.listed.iter().map(row).collect();
    let left = node.troubles.total.saturating_sub(rows.len());
    if left > 0 {
        rows.push(ClusterTrouble {
            node: node.name.clone(),
            detail: format!("And {} more.", say::count(left, "tenant")),
            ..ClusterTrouble::default()
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_right_or_told_to_the_tenth() {
        let told: Vec<String> = [0, -99, 100, -2_140, 7_200_000].map(clock).into();
        assert_eq!(told, ["right", "right", "+0.1 s", "-2.1 s", "+7200.0 s"]);
    }
}
