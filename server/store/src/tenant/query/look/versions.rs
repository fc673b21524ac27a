//! The versions of an item, and what autosave kept.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, UserId, VersionId,
    content::{Document, Fields, Format},
    name::Slug,
};
use serde::Serialize;

use super::super::{super::desk::Look, model::VersionRow};
use crate::{
    conn::Conn,
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{account, autosave, version},
    types::{Col, Json},
};

/// What an editor typed and did not save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Autosave {
    /// The version that it was typed upon.
    pub base: VersionId,
    /// The text.
    pub document: Document,
    /// When it was kept.
    pub saved_at: Timestamp,
}

type Row = (
    (Col<VersionId>, Col<ItemId>, i32, Option<Col<UserId>>, String, Col<Timestamp>),
    (String, Col<Slug>, Col<Format>, String, String, Json<Fields>),
    Option<(String, String)>,
);

macro_rules! versions {
    () => {
        version::table.left_join(account::table.on(version::account_id.eq(account::id.nullable()))).select((
            (
                version::id,
                version::item_id,
                version::number,
                version::account_id,
                version::note,
                version::created_at,
            ),
            (
                version::title,
                version::slug,
                version::format,
                version::body,
                version::excerpt,
                version::fields,
            ),
            (account::name, account::display_name).nullable(),
        ))
    };
}

fn version_of((facts, text, author): Row) -> VersionRow {
    let (id, item, number, account, note, created_at) = facts;
    let (title, slug, format, body, excerpt, fields) = text;
    let shown = |(login, name): (String, String)| if name.trim().is_empty() { login } else { name };
    VersionRow {
        id: id.0,
        item: item.0,
        number,
        author: account.map(|a| a.0),
        author_name: author.map(shown),
        note,
        created_at: created_at.0,
        document: Document { title, slug: slug.0, format: format.0, body, excerpt, fields: fields.0 },
    }
}

/// One version.
#[crate::boxed]
pub(in crate::tenant::query) async fn version(conn: &mut Conn, id: VersionId) -> Result<Option<VersionRow>> {
    let row: Option<Row> = versions!().filter(version::id.eq(Col(id))).first(conn).await.optional()?;
    Ok(row.map(version_of))
}

impl Look {
    /// One version.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn version(&mut self, id: VersionId) -> Result<Option<VersionRow>> {
        version(&mut self.conn, id).await
    }

    /// The version of an item with this number.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn version_numbered(&mut self, item: ItemId, number: i32) -> Result<Option<VersionRow>> {
        let row: Option<Row> = versions!()
            .filter(version::item_id.eq(Col(item)))
            .filter(version::number.eq(number))
            .first(&mut self.conn)
            .await
            .optional()?;
        Ok(row.map(version_of))
    }

    /// All versions of an item, newest first. With their texts: for a comparison ask for two.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn versions(&mut self, item: ItemId) -> Result<Vec<VersionRow>> {
        let rows: Vec<Row> = versions!()
            .filter(version::item_id.eq(Col(item)))
            .order(version::number.desc())
            .load(&mut self.conn)
            .await?;
        Ok(rows.into_iter().map(version_of).collect())
    }

    /// What autosave kept for an editor of an item.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn autosave(&mut self, item: ItemId, account: UserId) -> Result<Option<Autosave>> {
        let row: Option<(Col<VersionId>, Json<Document>, Col<Timestamp>)> = autosave::table
            .find((Col(item), Col(account)))
            .select((autosave::base_version, autosave::document, autosave::saved_at))
            .first(&mut self.conn)
            .await
            .optional()?;
        Ok(row.map(|(base, document, at)| Autosave { base: base.0, document: document.0, saved_at: at.0 }))
    }
}
