//! Old addresses that lead to new ones.

use serde::Serialize;

use super::{Pager, Problem, Shell, Sort, View, When};

/// The redirects of a site (`POST {admin_base}/redirects`: `from`, `to`, `permanent`;
/// `POST …/redirects/{id}/delete`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Redirects {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Text to look for.
    pub q: String,
    /// The filters as a query string, without sort and page.
    pub query: String,
    /// What the list is sorted by: `from`, `to`, `made`.
    pub sort: Sort,
    /// Which page of the list this is.
    pub pager: Pager,
    /// The rows.
    pub rows: Vec<RedirectRow>,
    /// Old path as typed.
    pub from: String,
    /// New path or address as typed.
    pub to: String,
    /// Whether browsers may remember it.
    pub permanent: bool,
}

/// A redirect in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RedirectRow {
    /// Its id.
    pub id: String,
    /// Old path.
    pub from: String,
    /// New path or address.
    pub to: String,
    /// Whether browsers may remember it.
    pub permanent: bool,
    /// Where it comes from: `Import`, `Route changed`, a person's name.
    pub origin: String,
    /// When it was made.
    pub made: When,
}

impl View for Redirects {
    const TEMPLATE: &'static str = "admin/redirects.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, from: &str, to: &str, origin: &str| RedirectRow {
            id: id.into(),
            from: from.into(),
            to: to.into(),
            permanent: true,
            origin: origin.into(),
            made: When::new("2026-11-20", "20 Nov 2026"),
        };
        let full = Self {
            shell: Shell::sample("Redirects"),
            sort: Sort::ascending("from"),
            pager: Pager::new(1, 50, 3),
            rows: vec![
                row("r1", "/2019/05/oak-ash-elm", "/journal/oak-ash-and-elm", "Import"),
                row("r2", "/?p=117", "/visit", "Import"),
                row("r3", "/stairs", "/staircases", "Route changed"),
            ],
            permanent: true,
            ..Self::default()
        };
        let empty = Self { rows: Vec::new(), pager: Pager::new(1, 50, 0), ..full.clone() };
        let wrong = Self {
            problems: vec![Problem::new("from", "“/visit” is a live page; a redirect would hide it.")],
            from: "/visit".into(),
            to: "/contact".into(),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty), ("wrong", wrong)]
    }
}
