//! Roles and what they grant.

use serde::Serialize;

use super::{Choice, Problem, Shell, View};

/// The roles of a tenant.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Roles {
    /// The frame.
    pub shell: Shell,
    /// The rows.
    pub rows: Vec<RoleRow>,
    /// Whether this user may make roles.
    pub can_create: bool,
}

/// A role in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RoleRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many users have it; absent for roles nobody assigns.
    pub users: Option<u64>,
    /// How many grants it has.
    pub grants: u64,
}

impl View for Roles {
    const TEMPLATE: &'static str = "admin/roles.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, name: &str, description: &str, users, grants| RoleRow {
            id: id.into(),
            name: name.into(),
            description: description.into(),
            users,
            grants,
        };
        vec![(
            "usual",
            Self {
                shell: Shell::sample("Roles"),
                rows: vec![
                    row("r1", "Administrator", "May do everything on this site.", Some(1), 31),
                    row("r2", "Editor", "Writes and publishes, also what others wrote.", Some(2), 18),
                    row("r3", "Author", "Writes and publishes posts of their own.", Some(4), 7),
                    row("r4", "Contributor", "Writes; others publish.", Some(0), 3),
                    row("r5", "Authenticated", "Everyone who is signed in.", None, 1),
                    row("r6", "Anonymous", "Everyone else.", None, 2),
                ],
                can_create: true,
            },
        )]
    }
}

/// One role, or a new one (`POST` to itself: `name`, `description`, `grant` repeated; `POST …/roles/{id}/delete`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct RoleEdit {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Its id; absent for a new one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it cannot be renamed or deleted.
    pub builtin: bool,
    /// Whether its grants cannot be changed (Administrator).
    pub locked: bool,
    /// How many users have it.
    pub users: u64,
    /// Heads of the columns of the matrix, such as `Edit own`.
    pub actions: Vec<String>,
    /// Types of content, each with its grants.
    pub matrix: Vec<GrantRow>,
    /// Grants that belong to no type, in groups.
    pub others: Vec<GrantGroup>,
}

/// The grants of one type of content.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GrantRow {
    /// The type, such as `Posts`.
    pub label: String,
    /// One for each action.
    pub cells: Vec<GrantCell>,
}

/// One grant in the matrix.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GrantCell {
    /// Key of the grant; absent where the type has no such action.
    pub key: Option<String>,
    /// Whether the role has it.
    pub granted: bool,
}

/// Grants that belong together.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GrantGroup {
    /// Heading.
    pub label: String,
    /// The grants.
    pub grants: Vec<Choice>,
}

impl View for RoleEdit {
    const TEMPLATE: &'static str = "admin/role-edit.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let actions = [
            "View",
            "Create",
            "Edit own",
            "Edit any",
            "Publish own",
            "Publish any",
            "Delete own",
            "Delete any",
        ];
        let row = |label: &str, key: &str, granted: usize| GrantRow {
            label: label.into(),
            cells: (0..actions.len())
                .map(|n| GrantCell { key: (n != 7).then(|| format!("{key}.{n}")), granted: n < granted })
                .collect(),
        };
        let usual = Self {
            shell: Shell::sample("Author").under("Roles", "/acme/admin/roles"),
            id: Some("r3".into()),
            name: "Author".into(),
            description: "Writes and publishes posts of their own.".into(),
            builtin: true,
            users: 4,
            actions: actions.map(str::to_owned).to_vec(),
            matrix: vec![row("Pages", "page", 1), row("Posts", "post", 5)],
            others: vec![
                GrantGroup {
                    label: "Media".into(),
                    grants: vec![
                        Choice::new("media.upload", "Upload files").chosen(),
                        Choice::new("media.edit.any", "Change and delete files of others"),
                    ],
                },
                GrantGroup {
                    label: "Site".into(),
                    grants: vec![
                        Choice::new("admin.enter", "Enter the admin").chosen(),
                        Choice::new("settings.edit", "Change settings"),
                    ],
                },
            ],
            ..Self::default()
        };
        let locked = Self { locked: true, name: "Administrator".into(), ..usual.clone() };
        let new = Self {
            shell: Shell::sample("New role").under("Roles", "/acme/admin/roles"),
            id: None,
            name: String::new(),
            description: String::new(),
            builtin: false,
            problems: vec![Problem::new("name", "A role needs a name.")],
            ..usual.clone()
        };
        vec![("usual", usual), ("locked", locked), ("new", new)]
    }
}
