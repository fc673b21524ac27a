//! One's own account: name, password, places one is signed in.

use serde::Serialize;

use super::{Problem, Shell, Tone, View, When};

/// One's own account. Three forms, the first without `bio` for super users: `POST {admin_base}/account` (`name`, `email`, `bio`, `present`: the password,
/// wanted when the address changes), `…/account/password`
/// (`current`, `password`, `again`), `…/account/sessions/{id}/revoke` and `…/account/sessions/revoke-others`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Account {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// User name; cannot be changed.
    pub user: String,
    /// Name as shown.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// A few words that visitors may read.
    pub bio: String,
    /// Whether a password of one's own has to be chosen before anything else.
    pub must_change: bool,
    /// Fewest characters of a password.
    pub minimum: u32,
    /// Where one is signed in, this browser first.
    pub sessions: Vec<SessionRow>,
}

/// A place where one is signed in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SessionRow {
    /// Public name of the session; never its secret.
    pub id: String,
    /// Whether it is this one.
    pub current: bool,
    /// Browser and system in words.
    pub agent: String,
    /// Network address.
    pub address: String,
    /// When it began.
    pub began: When,
    /// When it was last used.
    pub seen: When,
}

impl View for Account {
    const TEMPLATE: &'static str = "admin/account.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, current, agent: &str, address: &str| SessionRow {
            id: id.into(),
            current,
            agent: agent.into(),
            address: address.into(),
            began: When::new("2026-11-19T08:02:00Z", "19 Nov 2026, 08:02"),
            seen: When::new("2026-11-21T09:14:00Z", "2 minutes ago"),
        };
        let usual = Self {
            shell: Shell::sample("Your account"),
            user: "mara".into(),
            name: "Mara Lindqvist".into(),
            email: "mara@acme.example".into(),
            minimum: 10,
            sessions: vec![
                row("s1", true, "Firefox on Linux", "192.0.2.14"),
                row("s2", false, "Safari on iPhone", "2001:db8:41:7:84c3:9bff:fe12:77a1"),
            ],
            ..Self::default()
        };
        let wrong = Self {
            shell: usual.shell.clone().saying(Tone::Danger, "Your password was not changed."),
            problems: vec![Problem::new("current", "This is not your present password.")],
            ..usual.clone()
        };
        let first = Self { must_change: true, ..usual.clone() };
        vec![("usual", usual), ("wrong", wrong), ("first", first)]
    }
}
