//! Items begun, versions saved, plans made.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, TermId, UserId, VersionId,
    content::{Document, Fields, Kind, Status},
};

use super::super::{super::desk::Desk, model::ItemRow};
use crate::{
    conn::Conn,
    error::{Result, StoreError},
    query::RunQueryDsl,
    schema::tenant::{autosave, item, item_term, term, version},
    sql::Locked,
    types::{Col, Json},
};

/// An item to begin.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// Its id.
    pub id: ItemId,
    /// What it is.
    pub kind: Kind,
    /// Whose it is.
    pub author: Option<UserId>,
    /// Its first version.
    pub first: NewVersion,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Where it is imported from.
    pub source: Option<String>,
}

/// A version to save.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// Its id.
    pub id: VersionId,
    /// Who saves it.
    pub account: Option<UserId>,
    /// The content.
    pub document: Document,
    /// What it is worth remembering for.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// Writes a version's row.
#[crate::boxed]
pub(in crate::tenant::query) async fn insert_version(
    conn: &mut Conn,
    item: ItemId,
    number: i32,
    new: &NewVersion,
) -> Result<()> {
    let d = &new.document;
    let fields = Json(d.fields.clone());
    let row = (
        version::id.eq(Col(new.id)),
        version::item_id.eq(Col(item)),
        version::number.eq(number),
        version::account_id.eq(new.account.map(Col)),
        version::title.eq(&d.title),
        version::slug.eq(Col(d.slug.clone())),
        version::format.eq(Col(d.format)),
        version::body.eq(&d.body),
        version::excerpt.eq(&d.excerpt),
        version::fields.eq(&fields),
        version::note.eq(&new.note),
        version::created_at.eq(Col(new.at)),
    );
    diesel::insert_into(version::table).values(row).execute(conn).await?;
    Ok(())
}

/// The parent and the terms of a document that exist: they may have gone since it was saved.
#[crate::boxed]
pub(in crate::tenant::query) async fn still_there(
    conn: &mut Conn,
    fields: &Fields,
) -> Result<(Option<ItemId>, Vec<TermId>)> {
    let mut parent = None;
    if let Some(wanted) = fields.parent {
        let found: Option<Col<ItemId>> =
            item::table.find(Col(wanted)).select(item::id).first(conn).await.optional()?;
        parent = found.map(|p| p.0);
    }
    if fields.terms.is_empty() {
        return Ok((parent, Vec::new()));
    }
    let wanted: Vec<_> = fields.terms.iter().copied().map(Col).collect();
    let terms: Vec<Col<TermId>> =
        term::table.filter(term::id.eq_any(wanted)).select(term::id).load(conn).await?;
    Ok((parent, terms.into_iter().map(|t| t.0).collect()))
}

/// Makes `terms` the terms of an item.
#[crate::boxed]
pub(in crate::tenant::query) async fn replace_terms(
    conn: &mut Conn,
    id: ItemId,
    terms: &[TermId],
) -> Result<()> {
    diesel::delete(item_term::table.filter(item_term::item_id.eq(Col(id)))).execute(conn).await?;
    for term in terms {
        let row = (item_term::item_id.eq(Col(id)), item_term::term_id.eq(Col(*term)));
        diesel::insert_into(item_term::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

impl Desk {
    /// Begins an item as a draft with its first version.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn create_item(&mut self, new: &NewItem) -> Result<()> {
        let conn = &mut self.conn;
        let d = &new.first.document;
        let (parent, terms) = still_there(conn, &d.fields).await?;
        let row = (
            (
                item::id.eq(Col(new.id)),
                item::kind.eq(Col(new.kind)),
                item::author_id.eq(new.author.map(Col)),
                item::status.eq(Col(Status::Draft)),
                item::latest_version.eq(Col(new.first.id)),
                item::version_count.eq(1),
                item::title.eq(&d.title),
                item::parent_id.eq(parent.map(Col)),
            ),
            (
                item::sticky.eq(d.fields.sticky),
                item::menu_order.eq(d.fields.order),
                item::password.eq(&d.fields.password),
                item::noindex.eq(d.fields.noindex),
                item::updated_at.eq(Col(new.first.at)),
                item::created_at.eq(Col(new.created_at)),
                item::source.eq(&new.source),
            ),
        );
        diesel::insert_into(item::table).values(row).execute(conn).await?;
        insert_version(conn, new.id, 1, &new.first).await?;
        replace_terms(conn, new.id, &terms).await
    }

    /// One item, which nobody else changes until the transaction ends.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn item_locked(&mut self, id: ItemId) -> Result<Option<ItemRow>> {
        let conn = &mut self.conn;
        let row = item::table.find(Col(id)).select(item::id);
        let found: Option<Col<ItemId>> = row.locked().get_result(conn).await.optional()?;
        match found {
            Some(_) => self.item(id).await,
            None => Ok(None),
        }
    }

    /// Saves a version as the latest one. What visitors see stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the item has gone, or what the database says.
    #[crate::boxed]
    pub async fn save_version(&mut self, id: ItemId, new: &NewVersion) -> Result<()> {
        let Some(row) = self.item_locked(id).await? else {
            return Err(StoreError::refused("the item does not exist any more"));
        };
        let conn = &mut self.conn;
        let number = row.version_count + 1;
        insert_version(conn, id, number, new).await?;
        let latest = (item::latest_version.eq(Col(new.id)), item::version_count.eq(number));
        diesel::update(item::table.find(Col(id))).set(latest).execute(conn).await?;
        if row.is_public() {
            return Ok(());
        }
        let d = &new.document;
        let (parent, terms) = still_there(conn, &d.fields).await?;
        let shown = (
            item::title.eq(&d.title),
            item::parent_id.eq(parent.map(Col)),
            item::sticky.eq(d.fields.sticky),
            item::menu_order.eq(d.fields.order),
            item::password.eq(&d.fields.password),
            item::noindex.eq(d.fields.noindex),
            item::updated_at.eq(Col(new.at)),
        );
        diesel::update(item::table.find(Col(id))).set(shown).execute(conn).await?;
        replace_terms(conn, id, &terms).await
    }

    /// Sets when the latest version is to be published and when the item is to be taken back.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn plan(
        &mut self,
        id: ItemId,
        publish_at: Option<Timestamp>,
        unpublish_at: Option<Timestamp>,
    ) -> Result<()> {
        let plan = (item::publish_at.eq(publish_at.map(Col)), item::unpublish_at.eq(unpublish_at.map(Col)));
        diesel::update(item::table.find(Col(id))).set(plan).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Sets where an item is in its life, for editors' eyes.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_status(&mut self, id: ItemId, status: Status) -> Result<()> {
        diesel::update(item::table.find(Col(id)))
            .set(item::status.eq(Col(status)))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Takes an item out of the bin, as a draft.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn unbin_item(&mut self, id: ItemId) -> Result<()> {
        let back = (item::deleted_at.eq(None::<Col<Timestamp>>), item::status.eq(Col(Status::Draft)));
        diesel::update(item::table.find(Col(id))).set(back).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Keeps what an editor typed.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn put_autosave(
        &mut self,
        id: ItemId,
        account: UserId,
        base: VersionId,
        document: &Document,
        now: Timestamp,
    ) -> Result<()> {
        let document = Json(document.clone());
        let row = (
            autosave::item_id.eq(Col(id)),
            autosave::account_id.eq(Col(account)),
            autosave::base_version.eq(Col(base)),
            autosave::document.eq(&document),
            autosave::saved_at.eq(Col(now)),
        );
        self.clear_autosave(id, account).await?;
        diesel::insert_into(autosave::table).values(row).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Forgets what an editor typed: it was saved or given up.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn clear_autosave(&mut self, id: ItemId, account: UserId) -> Result<()> {
        let row = autosave::table.find((Col(id), Col(account)));
        diesel::delete(row).execute(&mut self.conn).await?;
        Ok(())
    }
}
