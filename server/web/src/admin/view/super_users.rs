//! The people who run the row.

use serde::Serialize;

use super::{Badge, OneTime, Problem, Shell, Tone, UserRow, View, When};

/// Super users (`POST {admin_base}/super-users`: `user`, `name`, `email`; `POST …/{id}/reset-link`, `/disable`,
/// `/enable`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct SuperUsers {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// The rows; `roles` stays empty.
    pub rows: Vec<UserRow>,
    /// User name of a new one, as typed.
    pub user: String,
    /// Name of a new one, as typed.
    pub name: String,
    /// E-mail address of a new one, as typed.
    pub email: String,
    /// Whose link was just made.
    pub link_for: String,
    /// A link just made, to choose a password; shown once.
    pub link: Option<OneTime>,
}

impl View for SuperUsers {
    const TEMPLATE: &'static str = "admin/super-users.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, name: &str, user: &str, state| UserRow {
            id: id.into(),
            name: name.into(),
            user: user.into(),
            email: format!("{user}@sites.example"),
            state,
            seen: Some(When::new("2026-11-21", "today, 08:50")),
            is_self: id == "s1",
            ..UserRow::default()
        };
        let usual = Self {
            shell: Shell::host_sample("Super users"),
            rows: vec![
                row("s1", "Ode Ferreira", "ode", Badge::new(Tone::Good, "Active")),
                row("s2", "Kim Aalto", "kim", Badge::new(Tone::Neutral, "Disabled")),
            ],
            ..Self::default()
        };
        let linked = Self {
            link_for: "Kim Aalto".into(),
            link: Some(OneTime {
                link: "https://sites.example/admin/reset/q8Zp2cW0xv6nL1sRt5eY9uKb3dFh7jMa".into(),
                expires: When::new("2026-11-22", "tomorrow, 10:14"),
            }),
            ..usual.clone()
        };
        vec![("usual", usual), ("linked", linked)]
    }
}
