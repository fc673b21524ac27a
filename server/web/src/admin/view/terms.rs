//! Categories and tags.

use serde::Serialize;

use super::{Choice, Problem, Shell, Tab, View};

/// Terms of one taxonomy (`GET {admin_base}/terms?taxonomy=`; `POST …/terms`: `taxonomy`, `name`, `slug`,
/// `parent`, `description`; `POST …/terms/{id}/delete`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Terms {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// The taxonomies.
    pub tabs: Vec<Tab>,
    /// Key of this one, such as `category`.
    pub taxonomy: String,
    /// One of them in lower case, such as `category`.
    pub singular: String,
    /// Several of them in lower case, such as `categories`.
    pub plural: String,
    /// Whether terms lie below one another.
    pub tree: bool,
    /// The terms, in tree order or by name.
    pub rows: Vec<TermRow>,
    /// The form for a new one, as typed.
    pub form: TermForm,
    /// Whether this user may change them.
    pub can_edit: bool,
}

/// A term in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TermRow {
    /// Its id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Slug.
    pub slug: String,
    /// Depth in the tree.
    pub depth: u8,
    /// How much carries it.
    pub count: u64,
    /// Full address of its archive.
    pub live_url: String,
}

/// What is in the fields of a term.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TermForm {
    /// `name`.
    pub name: String,
    /// `slug`; made from the name when empty.
    pub slug: String,
    /// `description`.
    pub description: String,
    /// `parent`: terms it may lie below; empty when there is no tree.
    pub parents: Vec<Choice>,
}

impl View for Terms {
    const TEMPLATE: &'static str = "admin/terms.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, name: &str, slug: &str, depth, count| TermRow {
            id: id.into(),
            name: name.into(),
            slug: slug.into(),
            depth,
            count,
            live_url: format!("https://sites.example/acme/category/{slug}"),
        };
        let full = Self {
            shell: Shell::sample("Categories and tags"),
            tabs: vec![
                Tab::new("Categories", "/acme/admin/terms?taxonomy=category", true),
                Tab::new("Tags", "/acme/admin/terms?taxonomy=tag", false),
            ],
            taxonomy: "category".into(),
            singular: "category".into(),
            plural: "categories".into(),
            tree: true,
            rows: vec![
                row("t1", "Wood", "wood", 0, 14),
                row("t2", "Oak", "oak", 1, 6),
                row("t3", "Bog oak", "bog-oak", 2, 0),
                row("t4", "Workshop", "workshop", 0, 3),
            ],
            form: TermForm {
                parents: vec![Choice::new("", "None").chosen(), Choice::new("t1", "Wood")],
                ..TermForm::default()
            },
            can_edit: true,
            ..Self::default()
        };
        let wrong = Self {
            problems: vec![Problem::new("slug", "“wood” belongs to the category “Wood” already.")],
            form: TermForm { name: "Wood".into(), slug: "wood".into(), ..full.form.clone() },
            ..full.clone()
        };
        let empty = Self { rows: Vec::new(), tree: false, ..full.clone() };
        vec![("full", full), ("wrong", wrong), ("empty", empty)]
    }
}

/// One term (`POST {admin_base}/terms/{id}`: as for a new one).
#[derive(Debug, Clone, Default, Serialize)]
pub struct TermEdit {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Its id.
    pub id: String,
    /// One of its kind in lower case.
    pub singular: String,
    /// How much carries it.
    pub count: u64,
    /// What is in the fields.
    pub form: TermForm,
    /// Full address of its archive.
    pub live_url: String,
}

impl View for TermEdit {
    const TEMPLATE: &'static str = "admin/term-edit.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "usual",
            Self {
                shell: Shell::sample("Oak")
                    .under("Categories and tags", "/acme/admin/terms?taxonomy=category"),
                id: "t2".into(),
                singular: "category".into(),
                count: 6,
                form: TermForm {
                    name: "Oak".into(),
                    slug: "oak".into(),
                    description: "Everything made of it.".into(),
                    parents: vec![Choice::new("", "None"), Choice::new("t1", "Wood").chosen()],
                },
                live_url: "https://sites.example/acme/category/oak".into(),
                ..Self::default()
            },
        )]
    }
}
