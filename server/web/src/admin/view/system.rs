//! What lies around, and how the node that answers is.

use serde::Serialize;

use super::{Fact, Shell, Tone, View, When};

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

/// How the node that answers, its databases and its cache are.
#[derive(Debug, Clone, Default, Serialize)]
pub struct System {
    /// The frame.
    pub shell: Shell,
    /// Name, state, build, configuration hash, mode, start.
    pub facts: Vec<Fact>,
    /// Catalogue, pools, tenants by state.
    pub databases: Vec<Fact>,
    /// Entries, bytes, hits, fills.
    pub cache: Vec<Fact>,
}

impl View for System {
    const TEMPLATE: &'static str = "admin/system.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "usual",
            Self {
                shell: Shell::host_sample("System"),
                facts: vec![
                    Fact::code("Name", "node-1"),
                    Fact { tone: Tone::Good, ..Fact::new("State", "ready") },
                    Fact::new("Mode", "multi"),
                    Fact::code("Build", "0.1.0+0a98e6f"),
                    Fact::code("Configuration", "b3c1 77d0"),
                    Fact::new("Started", "20 Nov 2026, 15:00"),
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
