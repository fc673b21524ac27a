//! The Default tenant's list of tenants.

use serde::Serialize;

use super::{Badge, Choice, Pager, Shell, Sort, Tone, View, When};

/// All tenants (`GET {admin_base}/tenants`: `state`, `q`, `sort`, `dir`, `page`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct TenantList {
    /// The frame.
    pub shell: Shell,
    /// Text to look for.
    pub q: String,
    /// States to filter by, the first being any; `hint` holds how many there are.
    pub states: Vec<Choice>,
    /// Whether any filter is set.
    pub filtered: bool,
    /// The filters as a query string, without sort and page.
    pub query: String,
    /// What the list is sorted by: `name`, `changed`, `state`.
    pub sort: Sort,
    /// Which page of the list this is.
    pub pager: Pager,
    /// The rows.
    pub rows: Vec<TenantRow>,
}

/// A tenant in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TenantRow {
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Its state.
    pub state: Badge,
    /// Why it failed or was suspended; may be empty.
    pub reason: String,
    /// Prefix; empty for none.
    pub prefix: String,
    /// Hosts.
    pub hosts: Vec<String>,
    /// `SQLite` or `PostgreSQL`.
    pub database_kind: String,
    /// Name of the database or file.
    pub database_name: String,
    /// Version of its schema.
    pub schema_version: String,
    /// Whether the schema is older than the program's.
    pub schema_behind: bool,
    /// When it was last changed.
    pub changed: When,
    /// Full address of its public site; absent when it answers nothing.
    pub public_url: Option<String>,
    /// Full address of its admin; absent when it answers nothing.
    pub admin_url: Option<String>,
    /// Whether it can be suspended.
    pub can_suspend: bool,
    /// Whether it can be resumed.
    pub can_resume: bool,
}

impl View for TenantList {
    const TEMPLATE: &'static str = "admin/tenants.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = full();
        let empty =
            Self { shell: Shell::host_sample("Tenants"), pager: Pager::new(1, 50, 0), ..Self::default() };
        let nothing = Self {
            filtered: true,
            q: "zebra".into(),
            rows: Vec::new(),
            pager: Pager::new(1, 50, 0),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty), ("nothing-found", nothing)]
    }
}

fn full() -> TenantList {
    let row = |name: &str, title: &str, state: Badge, prefix: &str| TenantRow {
        name: name.into(),
        title: title.into(),
        prefix: prefix.into(),
        database_kind: "SQLite".into(),
        database_name: format!("{name}_51f2a6d0.db"),
        schema_version: "7".into(),
        changed: When::new("2026-11-21T08:50:00Z", "25 minutes ago"),
        public_url: Some(format!("https://sites.example{prefix}/")),
        admin_url: Some(format!("https://sites.example{prefix}/admin")),
        can_suspend: state.tone == Tone::Good,
        can_resume: state.label == "Suspended",
        state,
        ..TenantRow::default()
    };
    let running = || Badge::new(Tone::Good, "Running");
    let mut rows = vec![
        row("acme", "Acme Joinery", running(), "/acme"),
        row(
            "journal",
            "The Long Journal of Small Things, Observed From a Window in a Quiet Street",
            running(),
            "/journal",
        ),
        row("harbour", "Harbour Museum", Badge::new(Tone::Warning, "Suspended"), "/eu/harbour"),
        row("orchard", "Orchard Co-operative", Badge::new(Tone::Danger, "Failed"), "/orchard"),
        row("lantern", "Lantern", Badge::new(Tone::Waiting, "Uninitialised"), ""),
        row("quarry", "Quarry", Badge::new(Tone::Neutral, "Deleted"), ""),
    ];
    for row in &mut rows {
        match row.name.as_str() {
            "harbour" => row.reason = "Invoice of October".into(),
            "orchard" => {
                row.reason = "Its database belongs to another tenant".into();
                row.schema_behind = true;
                row.database_kind = "PostgreSQL".into();
                row.database_name = "orchard_7c1e7a4b".into();
            }
            "lantern" => row.hosts = vec!["lantern.example".into(), "*.lantern.example".into()],
            "quarry" => {
                row.public_url = None;
                row.admin_url = None;
            }
            _ => {}
        }
    }
    TenantList {
        shell: Shell::host_sample("Tenants"),
        states: vec![
            Choice::new("", "Any state").with_hint("6").chosen(),
            Choice::new("running", "Running").with_hint("2"),
            Choice::new("suspended", "Suspended").with_hint("1"),
            Choice::new("failed", "Failed").with_hint("1"),
            Choice::new("uninitialised", "Uninitialised").with_hint("1"),
            Choice::new("deleted", "Deleted").with_hint("1"),
        ],
        sort: Sort::ascending("name"),
        pager: Pager::new(1, 50, 6),
        rows,
        ..TenantList::default()
    }
}
