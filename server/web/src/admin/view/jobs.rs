//! What is done by itself: what failed, what waits, what was done lately.

use serde::Serialize;

use super::{Badge, Shell, Tone, View, When};

/// Jobs of a site or of the installation (`POST {here}/{id}/retry`, `POST {here}/{id}/discard`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Jobs {
    /// The frame.
    pub shell: Shell,
    /// The address of this screen.
    pub here: String,
    /// Failed, to be done, done; groups without rows are left out.
    pub groups: Vec<JobGroup>,
}

/// Jobs that are equally far.
#[derive(Debug, Clone, Default, Serialize)]
pub struct JobGroup {
    /// A word for addresses within the page.
    pub id: String,
    /// What they have in common.
    pub title: String,
    /// A sentence below it.
    pub help: String,
    /// What the column of moments tells.
    pub when: String,
    /// How many there are beyond those shown.
    pub more: u64,
    /// The rows.
    pub rows: Vec<JobRow>,
}

/// A job.
#[derive(Debug, Clone, Default, Serialize)]
pub struct JobRow {
    /// Its id.
    pub id: String,
    /// `Mail`, `Clean-up`, …
    pub kind: String,
    /// What exactly.
    pub about: String,
    /// How it is.
    pub state: Badge,
    /// When it is tried next, or when it ended.
    pub at: Option<When>,
    /// Times it was tried, in words; empty where there is nothing to tell.
    pub tries: String,
    /// Why it failed last; empty for nothing.
    pub error: String,
    /// Whether it can be tried now.
    pub can_retry: bool,
    /// Whether it can be given up.
    pub can_discard: bool,
}

impl View for Jobs {
    const TEMPLATE: &'static str = "admin/jobs.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, kind: &str, about: &str, state| JobRow {
            id: id.into(),
            kind: kind.into(),
            about: about.into(),
            state,
            at: Some(When::new("2026-11-21T09:14:00Z", "21 Nov 2026, 09:14")),
            can_retry: true,
            can_discard: true,
            ..JobRow::default()
        };
        let group = |id: &str, title: &str, when: &str, rows| JobGroup {
            id: id.into(),
            title: title.into(),
            help: "Nobody waits for these.".into(),
            when: when.into(),
            more: 0,
            rows,
        };
        let mail = "“Acme Joinery: choose a new password” to Mara Lindqvist";
        let refused = JobRow {
            tries: "tried 14 times".into(),
            error: "The mail server says: permanent error (550): no such user here.".into(),
            ..row("j1", "Mail", mail, Badge::new(Tone::Danger, "Failed"))
        };
        let clean = JobRow {
            can_discard: false,
            ..row(
                "j2",
                "Clean-up",
                "Expired sessions and links, old jobs",
                Badge::new(Tone::Waiting, "Waiting"),
            )
        };
        let done = JobRow {
            can_retry: false,
            ..row("j3", "Mail", "“Acme Joinery: your account” to Jonas Berg", Badge::new(Tone::Good, "Done"))
        };
        let empty =
            Self { shell: Shell::sample("Jobs"), here: "/acme/admin/tools/jobs".into(), groups: Vec::new() };
        let full = Self {
            groups: vec![
                JobGroup { more: 12, ..group("failed", "Failed", "Given up", vec![refused]) },
                group("waiting", "To be done", "Next try", vec![clean]),
                group("done", "Done lately", "Done", vec![done]),
            ],
            ..empty.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}
