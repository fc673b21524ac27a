//! The bin: what was deleted and can come back.

use serde::Serialize;

use super::{Pager, Shell, Sort, View, When};

/// The bin (`POST {admin_base}/bin/{id}/restore`, `POST …/bin/{id}/delete` with `confirm`, `POST …/bin/empty` with
/// `confirm`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Bin {
    /// The frame.
    pub shell: Shell,
    /// Always empty; the list has no filters.
    pub query: String,
    /// What the list is sorted by: `title`, `deleted`.
    pub sort: Sort,
    /// Which page of the list this is.
    pub pager: Pager,
    /// The rows.
    pub rows: Vec<BinRow>,
    /// Days after which things leave the bin by themselves; absent for never.
    pub keep_days: Option<u32>,
    /// Whether this user may delete for ever.
    pub can_purge: bool,
}

/// Something in the bin.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BinRow {
    /// Its id.
    pub id: String,
    /// Title; empty when it has none.
    pub title: String,
    /// `Page` or `Post`.
    pub kind: String,
    /// Whose it is.
    pub who: String,
    /// When.
    pub deleted: When,
    /// When it leaves by itself.
    pub leaves: Option<When>,
}

impl View for Bin {
    const TEMPLATE: &'static str = "admin/bin.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, title: &str| BinRow {
            id: id.into(),
            title: title.into(),
            kind: "Post".into(),
            who: "Jonas Berg".into(),
            deleted: When::new("2026-11-20", "20 Nov 2026, 16:02"),
            leaves: Some(When::new("2026-12-20", "20 Dec 2026")),
        };
        let full = Self {
            shell: Shell::sample("Bin"),
            sort: Sort::descending("deleted"),
            pager: Pager::new(1, 50, 2),
            rows: vec![row("d1", "Summer sale"), row("d2", "")],
            keep_days: Some(30),
            can_purge: true,
            ..Self::default()
        };
        let empty = Self { rows: Vec::new(), pager: Pager::new(1, 50, 0), ..full.clone() };
        vec![("full", full), ("empty", empty)]
    }
}
