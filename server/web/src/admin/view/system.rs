//! What lies around, and how the nodes are.

use serde::Serialize;

use super::{Badge, Fact, Shell, Tone, View, When};

/// Databases, files and rows that belong to no tenant (`POST {admin_base}/orphans/{id}/delete` with `confirm` = its
/// name; `GET …/orphans?refresh=1` looks again).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Orphans {
    /// The frame.
    pub shell: Shell,
    /// When was looked.
    pub checked: When,
    /// The rows.
    pub rows: Vec<OrphanRow>,
}

/// Something that belongs to no tenant.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OrphanRow {
    /// Its id in this list.
    pub id: String,
    /// Name of the database, schema or folder.
    pub name: String,
    /// `SQLite file`, `PostgreSQL database`, `Schema`, `Media`.
    pub kind: String,
    /// Size in words.
    pub size: String,
    /// How it came to be, such as `Creation of “acme” stopped before it was listed`.
    pub reason: String,
    /// When it was last written.
    pub written: When,
    /// Whether it can be deleted; a fresh one may belong to a creation under way.
    pub can_delete: bool,
}

impl View for Orphans {
    const TEMPLATE: &'static str = "admin/orphans.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, name: &str, reason: &str, can_delete| OrphanRow {
            id: id.into(),
            name: name.into(),
            kind: "SQLite file".into(),
            size: "312 KB".into(),
            reason: reason.into(),
            written: When::new("2026-11-20", "20 Nov 2026, 15:00"),
            can_delete,
        };
        let empty = Self {
            shell: Shell::host_sample("Orphans"),
            checked: When::new("2026-11-21T09:14:00Z", "just now"),
            rows: Vec::new(),
        };
        let full = Self {
            rows: vec![
                row("o1", "acme_1e7a4b9b.db", "Making “acme” stopped before it was finished.", true),
                row("o2", "orchard_0e51f2a6.db", "Written a minute ago; it may still be under way.", false),
            ],
            ..empty.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}

/// How the nodes, their databases and caches are.
#[derive(Debug, Clone, Default, Serialize)]
pub struct System {
    /// The frame.
    pub shell: Shell,
    /// Build, configuration hash, mode, start of the node that answers.
    pub facts: Vec<Fact>,
    /// All nodes that were heard of lately.
    pub nodes: Vec<NodeRow>,
    /// Catalogue, pools, tenants by state.
    pub databases: Vec<Fact>,
    /// Entries, bytes, hits, fills.
    pub cache: Vec<Fact>,
}

/// A node of the cluster.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NodeRow {
    /// Its name.
    pub name: String,
    /// Whether it is the one that answers.
    pub here: bool,
    /// How it is.
    pub state: Badge,
    /// Version of the program.
    pub build: String,
    /// Hash of its configuration.
    pub config: String,
    /// Fingerprint of its keys.
    pub keys: String,
    /// How far it is behind the catalogue, in words.
    pub lag: String,
    /// When it was last heard of.
    pub seen: When,
    /// What differs from this node, in words; empty for nothing.
    pub differs: String,
}

impl View for System {
    const TEMPLATE: &'static str = "admin/system.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let node = |name: &str, here, state, differs: &str| NodeRow {
            name: name.into(),
            here,
            state,
            build: "0.1.0+0a98e6f".into(),
            config: "b3c1 77d0".into(),
            keys: "9f02 1c4e".into(),
            lag: "none".into(),
            seen: When::new("2026-11-21T09:14:00Z", "just now"),
            differs: differs.into(),
        };
        vec![(
            "usual",
            Self {
                shell: Shell::host_sample("System"),
                facts: vec![
                    Fact::new("Mode", "multi"),
                    Fact::code("Build", "0.1.0+0a98e6f"),
                    Fact::code("Configuration", "b3c1 77d0"),
                    Fact::new("Started", "20 Nov 2026, 15:00"),
                ],
                nodes: vec![
                    node("node-1", true, Badge::new(Tone::Good, "Ready"), ""),
                    node(
                        "node-2",
                        false,
                        Badge::new(Tone::Warning, "Draining"),
                        "Its configuration differs.",
                    ),
                ],
                databases: vec![
                    Fact::new("Catalogue", "SQLite, schema 5"),
                    Fact::new("Tenants", "4 running, 1 suspended, 1 failed"),
                    Fact { tone: Tone::Warning, ..Fact::new("Connections", "38 of 40 in use") },
                ],
                cache: vec![
                    Fact::new("Pages in memory", "1,204"),
                    Fact::new("Size", "61 MB of 256 MB"),
                    Fact::new("Answered from memory", "98.2 %"),
                ],
            },
        )]
    }
}
