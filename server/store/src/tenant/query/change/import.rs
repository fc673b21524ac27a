//! Items taken over from another system, written as they are to stand: with their dates, their place and
//! their state, in as few statements as there are rows.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{ItemId, VersionId, coherence::Tag, content::Status, name::RoutePath};

use super::super::{
    super::change::Change,
    desk::{NewItem, insert_version, replace_terms, still_there},
};
use crate::{error::Result, query::RunQueryDsl, schema::tenant::item, types::Col};

/// An item of another system.
#[derive(Clone, Debug)]
pub struct ImportedItem {
    /// The item and its only version. Its parent may be written later: see [`Change::set_imported_parent`].
    pub new: NewItem,
    /// The number by which the other system addressed it.
    pub old_number: Option<u64>,
    /// Where it is in its life; what is not published has no place.
    pub status: Status,
    /// Where it stands and since when, if visitors see it.
    pub place: Option<(RoutePath, Timestamp)>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is to be published.
    pub publish_at: Option<Timestamp>,
}

impl Change {
    /// Writes an item as it is to stand. A published one touches everything: imports bring hundreds, and a
    /// change with that many tags counts as everything anyhow.
    ///
    /// # Errors
    /// [`StoreError::Taken`](crate::StoreError::Taken) if the route or the source is, or what the database
    /// says.
    #[crate::boxed]
    pub async fn import_item(&mut self, new: &ImportedItem) -> Result<()> {
        let (first, fields) = (&new.new.first, &new.new.first.document.fields);
        let (parent, terms) = still_there(&mut self.conn, fields).await?;
        if let Some((route, _)) = &new.place {
            self.drop_redirect_at(route).await?;
        }
        let published = new.place.as_ref();
        let row = (
            (
                item::id.eq(Col(new.new.id)),
                item::kind.eq(Col(new.new.kind)),
                item::author_id.eq(new.new.author.map(Col)),
                item::status.eq(Col(new.status)),
                item::latest_version.eq(Col(first.id)),
                item::published_version.eq(published.map(|_| Col::<VersionId>(first.id))),
                item::version_count.eq(1),
                item::title.eq(&first.document.title),
                item::route.eq(published.map(|(route, _)| Col(route.clone()))),
                item::parent_id.eq(parent.map(Col)),
            ),
            (
                item::sticky.eq(fields.sticky),
                item::menu_order.eq(fields.order),
                item::password.eq(&fields.password),
                item::noindex.eq(fields.noindex),
                item::published_at.eq(published.map(|(_, at)| Col(*at))),
                item::updated_at.eq(Col(new.updated_at)),
                item::created_at.eq(Col(new.new.created_at)),
                item::publish_at.eq(new.publish_at.map(Col)),
                item::source.eq(&new.new.source),
                item::old_number.eq(new.old_number.map(u64::cast_signed)),
            ),
        );
        diesel::insert_into(item::table).values(row).execute(&mut self.conn).await?;
        insert_version(&mut self.conn, new.new.id, 1, first).await?;
        if !terms.is_empty() {
            replace_terms(&mut self.conn, new.new.id, &terms).await?;
        }
        if published.is_some() {
            self.touch(Tag::Everything);
        }
        Ok(())
    }

    /// Puts an imported page below another one, once both are there. Its address stays.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_imported_parent(&mut self, id: ItemId, parent: ItemId) -> Result<()> {
        diesel::update(item::table.find(Col(id)))
            .set(item::parent_id.eq(Some(Col(parent))))
            .execute(&mut self.conn)
            .await?;
        self.touch(Tag::Everything);
        Ok(())
    }
}
