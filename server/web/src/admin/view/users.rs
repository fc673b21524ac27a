//! The people who work on a site.

use serde::Serialize;

use super::{Badge, Choice, OneTime, Pager, Problem, Shell, Sort, Tone, View, When};

/// The users of a tenant (`GET {admin_base}/users`: `q`, `role`, `state`, `sort`, `dir`, `page`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Users {
    /// The frame.
    pub shell: Shell,
    /// Text to look for.
    pub q: String,
    /// Roles to filter by, the first being any.
    pub roles: Vec<Choice>,
    /// The filters as a query string, without sort and page.
    pub query: String,
    /// What the list is sorted by: `name`, `seen`.
    pub sort: Sort,
    /// Which page of the list this is.
    pub pager: Pager,
    /// The rows.
    pub rows: Vec<UserRow>,
    /// Whether this user may add others.
    pub can_create: bool,
}

/// A user in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UserRow {
    /// Their id.
    pub id: String,
    /// Name as shown.
    pub name: String,
    /// User name.
    pub user: String,
    /// E-mail address; may be empty.
    pub email: String,
    /// Roles, separated by commas.
    pub roles: String,
    /// `Active`, `Invited`, `Disabled`.
    pub state: Badge,
    /// When they were last here; absent for never.
    pub seen: Option<When>,
    /// Whether it is oneself.
    pub is_self: bool,
}

impl View for Users {
    const TEMPLATE: &'static str = "admin/users.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, name: &str, user: &str, roles: &str, state| UserRow {
            id: id.into(),
            name: name.into(),
            user: user.into(),
            email: format!("{user}@acme.example"),
            roles: roles.into(),
            state,
            seen: Some(When::new("2026-11-21", "today, 08:50")),
            is_self: id == "u1",
        };
        let active = || Badge::new(Tone::Good, "Active");
        let mut rows = vec![
            row("u1", "Mara Lindqvist", "mara", "Administrator", active()),
            row("u2", "Jonas Berg", "jonas", "Author", active()),
            row(
                "u3",
                "Wilhelmina Featherstonehaugh-Montgomery",
                "wilhelmina",
                "Editor, Contributor",
                active(),
            ),
            row(
                "u4",
                "Former Apprentice",
                "apprentice",
                "Contributor",
                Badge::new(Tone::Neutral, "Disabled"),
            ),
            row("u5", "New Person", "new", "Author", Badge::new(Tone::Waiting, "Invited")),
        ];
        if let Some(last) = rows.last_mut() {
            last.seen = None;
        }
        vec![(
            "full",
            Self {
                shell: Shell::sample("Users"),
                roles: vec![Choice::new("", "Any role").chosen(), Choice::new("r1", "Administrator")],
                sort: Sort::ascending("name"),
                pager: Pager::new(1, 50, 5),
                rows,
                can_create: true,
                ..Self::default()
            },
        )]
    }
}

/// A user, or a new one (`POST` to itself: `user`, `name`, `email`, `role` repeated, and for a new one `way` =
/// `link`|`password` with `password`; `POST …/users/{id}/disable`, `/enable`, `/reset-link`, `/delete`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct UserEdit {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Their id; absent for a new one.
    pub id: Option<String>,
    /// User name.
    pub user: String,
    /// Name as shown.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The roles that can be given.
    pub roles: Vec<Choice>,
    /// How a new user gets in: `link` or `password`.
    pub way: String,
    /// Their state.
    pub state: Badge,
    /// Whether they are kept out.
    pub disabled: bool,
    /// Whether it is oneself; then one cannot disable or delete.
    pub is_self: bool,
    /// When they were last here.
    pub seen: Option<When>,
    /// Pages and posts they are the author of.
    pub content: u64,
    /// A link just made, to choose a password; shown once.
    pub link: Option<OneTime>,
    /// Fewest characters of a password.
    pub minimum: u32,
}

impl View for UserEdit {
    const TEMPLATE: &'static str = "admin/user-edit.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let roles = vec![
            Choice::new("r1", "Administrator").with_hint("May do everything on this site."),
            Choice::new("r2", "Editor").with_hint("Writes and publishes, also what others wrote."),
            Choice::new("r3", "Author").chosen().with_hint("Writes and publishes posts of their own."),
            Choice::new("r4", "Contributor").with_hint("Writes; others publish."),
        ];
        let old = Self {
            shell: Shell::sample("Jonas Berg").under("Users", "/acme/admin/users"),
            id: Some("u2".into()),
            user: "jonas".into(),
            name: "Jonas Berg".into(),
            email: "jonas@acme.example".into(),
            roles: roles.clone(),
            state: Badge::new(Tone::Good, "Active"),
            seen: Some(When::new("2026-11-21", "today, 08:50")),
            content: 14,
            minimum: 10,
            ..Self::default()
        };
        let linked = Self {
            link: Some(OneTime {
                link: "https://sites.example/acme/admin/reset/q8Zp2cW0xv6nL1sRt5eY9uKb3dFh7jMa".into(),
                expires: When::new("2026-11-22T09:14:00Z", "tomorrow, 10:14"),
            }),
            ..old.clone()
        };
        let new = Self {
            shell: Shell::sample("New user").under("Users", "/acme/admin/users"),
            roles,
            way: "link".into(),
            minimum: 10,
            problems: vec![Problem::new("user", "“jonas” is taken. Choose another.")],
            user: "jonas".into(),
            ..Self::default()
        };
        vec![("old", old), ("linked", linked), ("new", new)]
    }
}
