//! Menus: one tree of links for each place the theme has.

use serde::Serialize;

use super::{Choice, Problem, Shell, Tab, View};

/// The menu of one place (`GET {admin_base}/menus?place=`; `POST …/menus/{place}/add`: `target` = `page` with
/// `page` repeated, or `target` = `link` with `label`, `href`; `POST …/menus/{place}/items/{id}` with `action` =
/// `up`|`down`|`indent`|`outdent`|`remove`|`save` and, to save, `label`, `href`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Menus {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// The places the theme has.
    pub tabs: Vec<Tab>,
    /// Key of this place.
    pub place: String,
    /// Its name in words.
    pub place_label: String,
    /// The entries in tree order.
    pub items: Vec<MenuItem>,
    /// Pages, posts and archives that can be added.
    pub pages: Vec<Choice>,
    /// Words of the link to add, as typed.
    pub label: String,
    /// Address of the link to add, as typed.
    pub href: String,
}

/// An entry of a menu.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MenuItem {
    /// Its id.
    pub id: String,
    /// Words.
    pub label: String,
    /// Where it leads, in words: a title or an address.
    pub target: String,
    /// Address, when it is a custom link; empty for content.
    pub href: String,
    /// Whether what it leads to is not public, so that visitors do not see it.
    pub hidden: bool,
    /// Depth in the tree.
    pub depth: u8,
    /// Whether it can move up among its siblings.
    pub can_up: bool,
    /// Whether it can move down among its siblings.
    pub can_down: bool,
    /// Whether it can move below the entry before it.
    pub can_indent: bool,
    /// Whether it can move out of its parent.
    pub can_outdent: bool,
}

impl View for Menus {
    const TEMPLATE: &'static str = "admin/menus.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let item = |id: &str, label: &str, target: &str, depth, up, down| MenuItem {
            id: id.into(),
            label: label.into(),
            target: target.into(),
            depth,
            can_up: up,
            can_down: down,
            can_indent: up,
            can_outdent: depth > 0,
            ..MenuItem::default()
        };
        let mut items = vec![
            item("i1", "Staircases", "Page “Staircases”", 0, false, true),
            item("i2", "Open staircases", "Page “Open staircases in narrow houses”", 1, false, false),
            item("i3", "Journal", "All posts", 0, true, true),
            item(
                "i4",
                "Shop",
                "https://shop.acme.example/en/all-the-things-we-sell-online?sort=price",
                0,
                true,
                true,
            ),
            item("i5", "Visit us", "Page “Visit us”", 0, true, false),
        ];
        for item in &mut items {
            item.hidden = item.id == "i5";
            if item.id == "i4" {
                item.href.clone_from(&item.target);
            }
        }
        let full = Self {
            shell: Shell::sample("Menus"),
            tabs: vec![
                Tab::new("Main", "/acme/admin/menus?place=main", true),
                Tab::new("Footer", "/acme/admin/menus?place=footer", false),
            ],
            place: "main".into(),
            place_label: "Main".into(),
            items,
            pages: vec![
                Choice::new("home", "Home page"),
                Choice::new("posts", "All posts"),
                Choice::new("p1", "Staircases").with_hint("Page"),
                Choice::new("p2", "Open staircases in narrow houses").with_hint("Page").at_depth(1),
            ],
            ..Self::default()
        };
        let empty = Self { items: Vec::new(), ..full.clone() };
        let wrong = Self {
            problems: vec![Problem::new("href", "An address begins with / or with https://.")],
            label: "Shop".into(),
            href: "shop".into(),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty), ("wrong", wrong)]
    }
}
