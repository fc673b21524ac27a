//! The first screen after signing in: what needs attention, what is under way, what changed.

use serde::Serialize;

use super::{Badge, Shell, Tone, View, When};

/// The first screen of a tenant's admin. `shell.quick` holds what can be begun.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Dashboard {
    /// The frame.
    pub shell: Shell,
    /// What needs a person, most urgent first.
    pub attention: Vec<Attention>,
    /// First steps of a new site; empty once they are done.
    pub steps: Vec<Step>,
    /// Unpublished work, latest first.
    pub drafts: Vec<WorkRow>,
    /// What will go live or come down by itself, soonest first.
    pub scheduled: Vec<WorkRow>,
    /// What was done lately, latest first.
    pub recent: Vec<ChangeRow>,
}

/// Something that needs a person.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Attention {
    /// How urgent.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
    /// Words of the link, such as `Review`.
    pub action: String,
    /// Where to deal with it.
    pub href: String,
}

/// A first step of a new site.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Step {
    /// What to do.
    pub label: String,
    /// Why.
    pub hint: String,
    /// Where.
    pub href: String,
    /// Whether it is done.
    pub done: bool,
}

/// A piece of content someone works on.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WorkRow {
    /// Title; `Untitled` when it has none.
    pub title: String,
    /// Its editor.
    pub href: String,
    /// `Page` or `Post`.
    pub kind: String,
    /// Its state.
    pub state: Badge,
    /// Who works on it.
    pub who: String,
    /// When it was changed or will be.
    pub when: When,
}

/// Something that was done.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChangeRow {
    /// Who did it.
    pub who: String,
    /// What was done, such as `published`.
    pub verb: String,
    /// To what.
    pub title: String,
    /// Where that is; empty when it is gone.
    pub href: String,
    /// When.
    pub when: When,
}

impl View for Dashboard {
    const TEMPLATE: &'static str = "admin/dashboard.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            shell: Shell::sample("Overview"),
            steps: vec![
                step("Give the site its name and language", "/settings", true),
                step("Choose colours and a logo", "/theme", false),
                step("Write the first page", "/content/new?kind=page", false),
            ],
            ..Self::default()
        };
        vec![("full", full()), ("fresh", fresh)]
    }
}

fn step(label: &str, path: &str, done: bool) -> Step {
    Step {
        label: label.into(),
        hint: "It takes a minute and can be changed at any time.".into(),
        href: format!("/acme/admin{path}"),
        done,
    }
}

fn full() -> Dashboard {
    let work = |title: &str, state: Badge, when: When| WorkRow {
        title: title.into(),
        href: "/acme/admin/content/1".into(),
        kind: "Page".into(),
        state,
        who: "Jonas Berg".into(),
        when,
    };
    let change = |who: &str, verb: &str, title: &str| ChangeRow {
        who: who.into(),
        verb: verb.into(),
        title: title.into(),
        href: "/acme/admin/content/1".into(),
        when: When::new("2026-11-21T08:50:00Z", "25 minutes ago"),
    };
    Dashboard {
        shell: Shell::sample("Overview"),
        attention: vec![
            Attention {
                tone: Tone::Warning,
                text: "Two posts wait for review.".into(),
                action: "Review".into(),
                href: "/acme/admin/content?status=review".into(),
            },
            Attention {
                tone: Tone::Danger,
                text: "“Workshop dates” was due on 20 Nov but could not be published: its route is taken."
                    .into(),
                action: "Open".into(),
                href: "/acme/admin/content/7".into(),
            },
        ],
        steps: Vec::new(),
        drafts: vec![
            work(
                "Oak, ash and elm",
                Badge::new(Tone::Neutral, "Draft"),
                When::new("2026-11-20", "yesterday"),
            ),
            work(
                "A rather long working title that someone pasted from an e-mail and meant to shorten",
                Badge::new(Tone::Warning, "In review"),
                When::new("2026-11-18", "18 Nov"),
            ),
        ],
        scheduled: vec![work(
            "Christmas opening hours",
            Badge::new(Tone::Waiting, "Scheduled"),
            When::new("2026-12-01T07:00:00Z", "1 Dec 2026, 08:00"),
        )],
        recent: vec![
            change("Mara Lindqvist", "published", "Staircases"),
            change("Jonas Berg", "edited", "Oak, ash and elm"),
            change("Mara Lindqvist", "changed", "the main menu"),
        ],
    }
}
