//! What a page or post was before: its versions, two of them compared, links that show it unpublished.

use serde::Serialize;

use super::{Badge, Choice, DiffRow, FieldClash, Pager, Shell, Sort, Tone, View, When};

/// Versions of one page or post (`GET {admin_base}/content/{id}/versions`; comparing is
/// `GET …/{id}/compare?from=&to=`, restoring `POST …/{id}/restore`: `version`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Versions {
    /// The frame.
    pub shell: Shell,
    /// Id of the page or post.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The versions, latest first.
    pub rows: Vec<VersionRow>,
    /// Which page of the list this is.
    pub pager: Pager,
    /// Always empty; the list has no filters.
    pub query: String,
    /// Always the number, latest first.
    pub sort: Sort,
    /// Whether this user may restore one.
    pub can_restore: bool,
}

/// A version in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VersionRow {
    /// Its number, from 1.
    pub number: u64,
    /// `Latest`, `Published`.
    pub marks: Vec<Badge>,
    /// Who saved it.
    pub who: String,
    /// When.
    pub when: When,
    /// What they said about it; may be empty.
    pub note: String,
    /// Words in its body.
    pub words: u64,
}

impl View for Versions {
    const TEMPLATE: &'static str = "admin/versions.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |number, marks: Vec<Badge>, note: &str| VersionRow {
            number,
            marks,
            who: "Jonas Berg".into(),
            when: When::new("2026-11-21T09:10:00Z", "21 Nov 2026, 10:10"),
            note: note.into(),
            words: 120 + number,
        };
        vec![(
            "usual",
            Self {
                shell: Shell::sample("Versions")
                    .under("Content", "/acme/admin/content")
                    .under("Visit us", "/acme/admin/content/0190-9"),
                id: "0190-9".into(),
                title: "Visit us".into(),
                rows: vec![
                    row(5, vec![Badge::new(Tone::Neutral, "Latest")], "New hours"),
                    row(4, vec![Badge::new(Tone::Good, "Published")], ""),
                    row(3, Vec::new(), "Restored from version 1"),
                    row(2, Vec::new(), ""),
                    row(1, Vec::new(), "First draft"),
                ],
                pager: Pager::new(1, 50, 5),
                sort: Sort::descending("number"),
                can_restore: true,
                ..Self::default()
            },
        )]
    }
}

/// Two versions side by side.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Compare {
    /// The frame.
    pub shell: Shell,
    /// Id of the page or post.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The older one.
    pub from: VersionRow,
    /// The newer one.
    pub to: VersionRow,
    /// Versions for the left side.
    pub from_choices: Vec<Choice>,
    /// Versions for the right side.
    pub to_choices: Vec<Choice>,
    /// Fields other than the body that differ; `theirs` is the older value.
    pub fields: Vec<FieldClash>,
    /// The bodies side by side; empty when they are equal.
    pub diff: Vec<DiffRow>,
    /// Whether this user may restore the older one.
    pub can_restore: bool,
}

impl View for Compare {
    const TEMPLATE: &'static str = "admin/compare.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |number, who: &str| VersionRow {
            number,
            who: who.into(),
            when: When::new("2026-11-20T09:10:00Z", "20 Nov 2026, 10:10"),
            words: 140,
            ..VersionRow::default()
        };
        let usual = Self {
            shell: Shell::sample("Compare versions")
                .under("Content", "/acme/admin/content")
                .under("Visit us", "/acme/admin/content/0190-9")
                .under("Versions", "/acme/admin/content/0190-9/versions"),
            id: "0190-9".into(),
            title: "Visit us".into(),
            from: row(3, "Mara Lindqvist"),
            to: row(5, "Jonas Berg"),
            from_choices: vec![Choice::new("4", "Version 4"), Choice::new("3", "Version 3").chosen()],
            to_choices: vec![Choice::new("5", "Version 5").chosen(), Choice::new("4", "Version 4")],
            fields: vec![FieldClash {
                label: "Title".into(),
                theirs: "Visit".into(),
                mine: "Visit us".into(),
            }],
            diff: DiffRow::sample(),
            can_restore: true,
        };
        let equal = Self { fields: Vec::new(), diff: Vec::new(), ..usual.clone() };
        vec![("usual", usual), ("equal", equal)]
    }
}

/// Links that show a page or post before it is published (`POST {admin_base}/content/{id}/preview-link`:
/// `duration`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct PreviewLinks {
    /// The frame.
    pub shell: Shell,
    /// Id of the page or post.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The link just made; shown once.
    pub made: Option<PreviewMade>,
    /// How long a link may live.
    pub durations: Vec<Choice>,
}

/// A preview link that was just made.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PreviewMade {
    /// Full address.
    pub link: String,
    /// When it stops working.
    pub expires: When,
}

impl View for PreviewLinks {
    const TEMPLATE: &'static str = "admin/preview-link.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let expires = || When::new("2026-11-28T09:10:00Z", "28 Nov 2026, 10:10");
        let empty = Self {
            shell: Shell::sample("Preview link")
                .under("Content", "/acme/admin/content")
                .under("Visit us", "/acme/admin/content/0190-9"),
            id: "0190-9".into(),
            title: "Visit us".into(),
            durations: vec![
                Choice::new("1d", "One day"),
                Choice::new("7d", "One week").chosen(),
                Choice::new("30d", "30 days"),
            ],
            ..Self::default()
        };
        let made = Self {
            made: Some(PreviewMade {
                link:
                    "https://sites.example/acme/_preview/019a0000000070008000000000000009.1764320600.k3v1XcQ"
                        .into(),
                expires: expires(),
            }),
            ..empty.clone()
        };
        vec![("made", made), ("empty", empty)]
    }
}
