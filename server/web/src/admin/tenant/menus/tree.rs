//! The entries of a menu in tree order, with the moves that are open to each.

use rowhouse_domain::MenuEntryId;
use rowhouse_engine::content::{ItemRow, MenuRow};

use super::super::content::{kind_word, titled};
use crate::admin::view::MenuItem;

/// Levels below the first that are drawn; deeper ones stand at the last.
const DEEPEST: u8 = 8;

type Entry = (MenuRow, Option<ItemRow>);

/// The entries as the screen shows them.
pub(super) fn items(entries: &[Entry]) -> Vec<MenuItem> {
    let mut items = Vec::with_capacity(entries.len());
    below(entries, None, 0, &mut items);
    items
}

fn below(entries: &[Entry], parent: Option<MenuEntryId>, depth: u8, items: &mut Vec<MenuItem>) {
    let mut siblings: Vec<&Entry> = entries.iter().filter(|(row, _)| row.parent == parent).collect();
    siblings.sort_by_key(|(row, _)| row.position);
    let last = siblings.len().saturating_sub(1);
    for (at, entry) in siblings.into_iter().enumerate() {
        items.push(MenuItem {
            can_up: at > 0,
            can_down: at < last,
            can_indent: at > 0 && depth < 4,
            can_outdent: parent.is_some(),
            depth,
            ..item(entry)
        });
        if depth < DEEPEST {
            below(entries, Some(entry.0.id), depth + 1, items);
        }
    }
}

fn item((row, target): &Entry) -> MenuItem {
    let own = target.as_ref().map_or("", |t| titled(&t.title));
    let label = if row.title.is_empty() { own } else { row.title.as_str() };
    let leads = match target {
        Some(target) => format!("{} “{}”", kind_word(target.kind), titled(&target.title)),
        None => row.url.clone().unwrap_or_default(),
    };
    MenuItem {
        id: row.id.to_string(),
        label: label.to_owned(),
        target: leads,
        href: row.url.clone().unwrap_or_default(),
        hidden: row.item.is_some() && !target.as_ref().is_some_and(ItemRow::is_public),
        ..MenuItem::default()
    }
}

#[cfg(test)]
mod tests {
    use rowhouse_domain::content::MenuPlace;

    use super::*;

    fn entry(title: &str, parent: Option<MenuEntryId>, position: i32) -> Entry {
        let row = MenuRow {
            id: MenuEntryId::fresh(),
            place: MenuPlace::Main,
            parent,
            position,
            title: title.into(),
            item: None,
            url: Some("/x".into()),
            source: None,
        };
        (row, None)
    }

    #[test]
    fn entries_stand_in_tree_order_with_their_moves() {
        let first = entry("b", None, 0);
        let entries = [entry("c", None, 1), entry("d", Some(first.0.id), 0), first];
        let shown: Vec<_> = items(&entries)
            .into_iter()
            .map(|i| (i.label, i.depth, i.can_up, i.can_down, i.can_outdent))
            .collect();
        let expected =
            [("b", 0, false, true, false), ("d", 1, false, false, true), ("c", 0, true, false, false)];
        assert_eq!(shown, expected.map(|(l, d, u, n, o)| (l.to_owned(), d, u, n, o)));
    }
}
