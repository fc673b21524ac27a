//! What the base address shows to strangers.

use serde::Serialize;

use super::{Problem, Shell, View};

/// The landing page (`POST {admin_base}/landing`: `kind` = `text` with `title`, `text`, or `redirect` with `to`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct LandingPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// `text` or `redirect`.
    pub kind: String,
    /// The heading.
    pub title: String,
    /// The text, in Markdown.
    pub text: String,
    /// Where to go instead.
    pub to: String,
}

impl View for LandingPage {
    const TEMPLATE: &'static str = "admin/landing.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let text = Self {
            shell: Shell::host_sample("Landing page"),
            kind: "text".into(),
            title: "Nothing to see at this address".into(),
            text: "This server hosts several sites, each at an address of its own.".into(),
            ..Self::default()
        };
        let wrong = Self {
            kind: "redirect".into(),
            to: "acme".into(),
            problems: vec![Problem::new(
                "to",
                "Give a path such as /acme/, or a whole address with https://.",
            )],
            ..text.clone()
        };
        vec![("text", text), ("wrong", wrong)]
    }
}
