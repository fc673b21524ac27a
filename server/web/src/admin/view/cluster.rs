//! All nodes of the installation, side by side.

use serde::Serialize;

use super::{Badge, Shell, Tone, View, When};

/// The nodes (`POST {admin_base}/cluster/{id}/forget` with `confirm`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cluster {
    /// The frame.
    pub shell: Shell,
    /// How they are in one line.
    pub summary: Badge,
    /// Whether there is but one.
    pub alone: bool,
    /// Whether others could join: the catalogue is on a server.
    pub shared: bool,
    /// All nodes that were heard of lately.
    pub nodes: Vec<ClusterNode>,
    /// Tenants that are not as they should be on a node.
    pub tenants: Vec<ClusterTrouble>,
}

/// A node.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ClusterNode {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is the one that answers.
    pub here: bool,
    /// How it is.
    pub state: Badge,
    /// Where it serves sites.
    pub address: String,
    /// When it was last heard of.
    pub seen: When,
    /// When it began.
    pub started: When,
    /// Version of the program.
    pub build: Compared,
    /// Hash of its themes.
    pub themes: Compared,
    /// Hash of its configuration.
    pub config: Compared,
    /// Fingerprint of its keys.
    pub keys: Compared,
    /// How far it is behind the catalogue, in words.
    pub lag: Compared,
    /// How far its clock is off, in words.
    pub clock: Compared,
    /// What differs from the other nodes, a sentence each.
    pub differs: Vec<String>,
    /// Whether it can be taken off the list.
    pub can_forget: bool,
}

/// A value that should be as on the other nodes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Compared {
    /// The value.
    pub value: String,
    /// Whether it is not as it should be.
    pub differs: bool,
}

impl Compared {
    /// A value; the caller has compared it.
    #[must_use]
    pub fn new(value: &str, differs: bool) -> Self {
        Self { value: value.to_owned(), differs }
    }
}

/// A tenant that is not as it should be on a node.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ClusterTrouble {
    /// The tenant's name; empty for those that are only counted.
    pub name: String,
    /// The node's name.
    pub node: String,
    /// What is wrong.
    pub what: Badge,
    /// The cause, or since when.
    pub detail: String,
}

impl View for Cluster {
    const TEMPLATE: &'static str = "admin/cluster.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let alone = Self {
            shell: Shell::host_sample("Cluster"),
            summary: Badge::new(Tone::Good, "1 node ready"),
            alone: true,
            nodes: vec![ClusterNode { here: true, ..node("node-1", Badge::new(Tone::Good, "Ready")) }],
            ..Self::default()
        };
        let none = Self {
            summary: Badge::new(Tone::Warning, "0 nodes ready; 1 problem below"),
            alone: false,
            nodes: Vec::new(),
            ..alone.clone()
        };
        let others = Self { shared: true, ..alone.clone() };
        vec![("several", several()), ("alone", alone), ("alone-shared", others), ("none", none)]
    }
}

fn node(name: &str, state: Badge) -> ClusterNode {
    let as_usual = |value: &str| Compared::new(value, false);
    ClusterNode {
        id: format!("id-of-{name}"),
        name: name.into(),
        state,
        address: "10.0.0.11:8080".into(),
        seen: When::new("2026-11-21T09:14:00Z", "now"),
        started: When::new("2026-11-20T15:00:00Z", "20 Nov 2026, 15:00 UTC"),
        build: as_usual("0.1.0"),
        themes: as_usual("51f2a6d0"),
        config: as_usual("b3c177d00a98"),
        keys: as_usual("9f021c4e"),
        lag: as_usual("none"),
        clock: as_usual("right"),
        ..ClusterNode::default()
    }
}

fn several() -> Cluster {
    let mut other = node("node-2", Badge::new(Tone::Good, "Ready"));
    other.config = Compared::new("0e51f2a6c177", true);
    other.clock = Compared::new("+3.2 s", true);
    other.differs = vec![
        "Has another configuration: cache.max_staleness, tenancy.old_prefix_for.".into(),
        "Has a clock that is 3.2 s ahead.".into(),
    ];
    let mut gone = node("a-node-with-a-long-name-8080", Badge::new(Tone::Danger, "Silent"));
    gone.seen = When::new("2026-11-21T09:02:00Z", "12 min ago");
    gone.can_forget = true;
    let trouble = |name: &str, what: Badge, detail: &str| ClusterTrouble {
        name: name.into(),
        node: "node-2".into(),
        what,
        detail: detail.into(),
    };
    Cluster {
        shell: Shell::host_sample("Cluster"),
        summary: Badge::new(Tone::Warning, "2 nodes ready; 3 problems below"),
        shared: true,
        nodes: vec![
            ClusterNode { here: true, ..node("node-1", Badge::new(Tone::Good, "Ready")) },
            other,
            gone,
        ],
        tenants: vec![
            trouble(
                "orchard",
                Badge::new(Tone::Warning, "Its database does not answer"),
                "Since 21 Nov 2026, 09:02 UTC.",
            ),
            trouble(
                "quarry",
                Badge::new(Tone::Danger, "Its row cannot be read"),
                "A stored secret was sealed with a key that is not in the key file.",
            ),
            trouble("", Badge::default(), "And 4 tenants more."),
        ],
        ..Cluster::default()
    }
}
