//! Menu entries, which WordPress keeps as items with their meaning in further fields.

use super::event::{Item, ItemKind};

/// An entry of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    /// Its own number.
    pub id: u64,
    /// The number of the entry above it.
    pub parent: Option<u64>,
    /// The slugs of the menus that it is in; none if its menu was deleted.
    pub menus: Vec<String>,
    /// Its words; empty means the title of what it points to.
    pub title: String,
    /// Its place in the menu.
    pub order: i32,
    /// Where it leads.
    pub target: MenuTarget,
}

/// Where a menu entry leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuTarget {
    /// To the item with this number.
    Item(u64),
    /// To the list of a term: its taxonomy and number.
    Term {
        /// `category`, `post_tag` or another.
        taxonomy: String,
        /// The number of the term.
        id: u64,
    },
    /// To an address.
    Address(String),
    /// To what a plugin knew, by its name.
    Unknown(String),
}

impl Item {
    /// The menu entry that this item is, if it is one and has a number.
    #[must_use]
    pub fn menu_entry(&self) -> Option<MenuEntry> {
        if self.kind != ItemKind::MenuEntry {
            return None;
        }
        let meta = |name: &str| self.meta.get(name).map(|text| text.trim()).unwrap_or_default();
        let object = super::fields::number(meta("_menu_item_object_id"));
        let target = match (meta("_menu_item_type"), object) {
            ("post_type", Some(id)) => MenuTarget::Item(id),
            ("taxonomy", Some(id)) => MenuTarget::Term { taxonomy: meta("_menu_item_object").to_owned(), id },
            ("custom", _) => MenuTarget::Address(meta("_menu_item_url").to_owned()),
            (other, _) => MenuTarget::Unknown(other.to_owned()),
        };
        Some(MenuEntry {
            id: self.id?,
            parent: super::fields::number(meta("_menu_item_menu_item_parent")),
            menus: self
                .terms
                .iter()
                .filter(|term| term.taxonomy == "nav_menu")
                .map(|term| term.slug.clone())
                .collect(),
            title: self.title.clone(),
            order: self.menu_order,
            target,
        })
    }
}
