//! Menus, each written as a whole: a tree of a few dozen entries has no cheaper change that is as simple.

use std::collections::HashSet;

use diesel::prelude::*;
use rowhouse_domain::{coherence::Tag, content::MenuPlace};

use super::super::{super::change::Change, model::MenuRow};
use crate::{
    error::{Result, StoreError},
    query::RunQueryDsl,
    schema::tenant::menu_entry,
    types::Col,
};

impl Change {
    /// Makes `rows` the menu of a place. Positions count among siblings.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if an entry stands below one that is not in `rows` or below itself, or what
    /// the database says.
    #[crate::boxed]
    pub async fn set_menu(&mut self, place: MenuPlace, rows: &[MenuRow]) -> Result<()> {
        let all = menu_entry::table.filter(menu_entry::place.eq(Col(place)));
        diesel::delete(all).execute(&mut self.conn).await?;
        let mut written = HashSet::new();
        let mut waiting: Vec<&MenuRow> = rows.iter().collect();
        while !waiting.is_empty() {
            // parents before their children, as the foreign key wants it
            let (ready, later): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|row| row.parent.is_none_or(|p| written.contains(&p)));
            if ready.is_empty() {
                return Err(StoreError::refused("a menu entry stands below one that is not in the menu"));
            }
            for row in &ready {
                self.insert_menu_row(place, row).await?;
            }
            written.extend(ready.iter().map(|row| row.id));
            waiting = later;
        }
        self.touch(Tag::menu(place.as_str()));
        Ok(())
    }

    async fn insert_menu_row(&mut self, place: MenuPlace, row: &MenuRow) -> Result<()> {
        let values = (
            menu_entry::id.eq(Col(row.id)),
            menu_entry::place.eq(Col(place)),
            menu_entry::parent_id.eq(row.parent.map(Col)),
            menu_entry::position.eq(row.position),
            menu_entry::title.eq(&row.title),
            menu_entry::item_id.eq(row.item.map(Col)),
            menu_entry::url.eq(&row.url),
            menu_entry::source.eq(&row.source),
        );
        diesel::insert_into(menu_entry::table).values(values).execute(&mut self.conn).await?;
        Ok(())
    }
}
