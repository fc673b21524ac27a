//! The menus of all places, with the titles and addresses of the items they lead to.

use std::collections::HashMap;

use diesel::prelude::*;
use rowhouse_domain::{ItemId, MenuEntryId, VersionId, coherence::Tag, content::MenuPlace, name::RoutePath};

use super::super::{super::snapshot::Snapshot, model::PublicMenuEntry};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{item, menu_entry},
    types::Col,
};

type EntryColumns = (Col<MenuEntryId>, Option<Col<MenuEntryId>>, String, Option<Col<ItemId>>, Option<String>);
type TargetColumns = (String, Option<Col<RoutePath>>, Option<Col<VersionId>>, Option<Col<jiff::Timestamp>>);
type Row = (EntryColumns, Option<TargetColumns>);
type Below = HashMap<Option<MenuEntryId>, Vec<Row>>;

/// What stands below `parent`. An entry whose item is not published is left out with all below it.
fn tree(rows: &Below, parent: Option<MenuEntryId>, depth: u8) -> Vec<PublicMenuEntry> {
    let entry = |((id, _, title, item, url), target): &Row| {
        let (own, target) = match (item, target) {
            (Some(_), Some((title, Some(route), Some(_), None))) => {
                (title.clone(), route.as_str().to_owned())
            }
            (Some(_), _) => return None,
            (None, _) => (String::new(), url.clone()?),
        };
        let title = if title.trim().is_empty() { own } else { title.clone() };
        let children = if depth == 0 { Vec::new() } else { tree(rows, Some(id.0), depth - 1) };
        Some(PublicMenuEntry { title, target, item: item.map(|i| i.0), children })
    };
    rows.get(&parent).into_iter().flatten().filter_map(entry).collect()
}

impl Snapshot {
    /// The menu of each place, by one statement: every page shows all of them.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn menus(&mut self) -> Result<Vec<(MenuPlace, Vec<PublicMenuEntry>)>> {
        MenuPlace::ALL.iter().for_each(|place| self.depends_on(Tag::menu(place.as_str())));
        let rows: Vec<(Col<MenuPlace>, EntryColumns, Option<TargetColumns>)> = menu_entry::table
            .left_join(item::table.on(menu_entry::item_id.eq(item::id.nullable())))
            .order((menu_entry::position, menu_entry::id))
            .select((
                menu_entry::place,
                (
                    menu_entry::id,
                    menu_entry::parent_id,
                    menu_entry::title,
                    menu_entry::item_id,
                    menu_entry::url,
                ),
                (item::title, item::route, item::published_version, item::deleted_at).nullable(),
            ))
            .load(&mut self.conn)
            .await?;
        let mut places: HashMap<MenuPlace, Below> = HashMap::new();
        for (place, entry, target) in rows {
            if let Some(item) = entry.3 {
                self.depends_on(Tag::Item(item.0));
            }
            let parent = entry.1.map(|parent| parent.0);
            places.entry(place.0).or_default().entry(parent).or_default().push((entry, target));
        }
        let menu = |place: &MenuPlace| {
            (*place, places.get(place).map_or_else(Vec::new, |below| tree(below, None, 8)))
        };
        Ok(MenuPlace::ALL.iter().map(menu).collect())
    }
}
