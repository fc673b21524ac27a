//! Pages that say that something is not there, not allowed or broken, and pages that ask again.

use serde::Serialize;

use super::{Hidden, Shell, View};

/// A 403, 404, 409, 429, 500 or 503 inside the admin.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Fault {
    /// The frame; without a user when nobody is signed in.
    pub shell: Shell,
    /// Status of the answer.
    pub status: u16,
    /// What happened, as a heading.
    pub heading: String,
    /// What was kept and what to do.
    pub message: String,
    /// To be named when asking for help.
    pub request_id: Option<String>,
}

impl View for Fault {
    const TEMPLATE: &'static str = "admin/fault.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let fault = |status, heading: &str, message: &str| Self {
            shell: Shell::sample(heading),
            status,
            heading: heading.into(),
            message: message.into(),
            request_id: (status >= 500).then(|| "0190f3c2-7c1e-7a4b-9b0e-51f2a6d0c3aa".to_owned()),
        };
        let signed_out = fault(404, "This page is not here", "The address may be old, or mistyped.");
        let signed_out = Self { shell: signed_out.shell.clone().signed_out(), ..signed_out };
        vec![
            ("403", fault(403, "You may not do this", "Your roles do not include it. Ask an administrator.")),
            ("404", fault(404, "This page is not here", "It may have been deleted. Look in the bin.")),
            ("500", fault(500, "Something broke on our side", "Nothing was saved. Try again in a moment.")),
            ("signed-out", signed_out),
        ]
    }
}

/// Asking once more before something that cannot be undone. Sent when an action came without its `confirm`, so that
/// it works without a script; `POST` to `action` with `confirm` and `hidden`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Confirm {
    /// The frame.
    pub shell: Shell,
    /// What is about to happen, as a question.
    pub heading: String,
    /// What follows from it, a sentence each.
    pub consequences: Vec<String>,
    /// What must be typed; absent when a click is enough (then `confirm` is `yes`).
    pub word: Option<String>,
    /// Whether something else was typed.
    pub mistyped: bool,
    /// Where it is sent.
    pub action: String,
    /// Words of the button.
    pub button: String,
    /// What else is sent.
    pub hidden: Vec<Hidden>,
    /// Where to go instead.
    pub cancel: String,
}

impl View for Confirm {
    const TEMPLATE: &'static str = "admin/confirm.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let typed = Self {
            shell: Shell::sample("Delete for ever").under("Bin", "/acme/admin/bin"),
            heading: "Delete “Summer sale” for ever?".into(),
            consequences: vec!["All of its 12 versions go with it.".into(), "This cannot be undone.".into()],
            word: Some("Summer sale".into()),
            action: "/acme/admin/bin/d1/delete".into(),
            button: "Delete for ever".into(),
            cancel: "/acme/admin/bin".into(),
            ..Self::default()
        };
        let mistyped = Self { mistyped: true, ..typed.clone() };
        let click = Self {
            word: None,
            heading: "Delete boards.jpg?".into(),
            hidden: vec![Hidden { name: "page".into(), value: "2".into() }],
            ..typed.clone()
        };
        vec![("typed", typed), ("mistyped", mistyped), ("click", click)]
    }
}
