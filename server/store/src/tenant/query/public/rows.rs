//! Rows of published items and how they become [`PublicItem`]s: one query for the items with their version
//! and author, one for all their terms, one for all their pictures.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, MediaId, TermId, UserId, VersionId,
    coherence::Tag,
    content::{Fields, Format, Kind, Taxonomy},
    name::{RoutePath, Slug},
};

use super::super::{
    super::snapshot::Snapshot,
    model::{MediaVariant, PublicAuthor, PublicItem, PublicMedia, PublicTerm},
};
use crate::{
    conn::Conn,
    error::{Result, StoreError},
    query::RunQueryDsl,
    schema::tenant::{item_term, media, term},
    types::{Col, Json},
};

/// Published items with their version and author, for further filters.
macro_rules! published {
    () => {{
        use crate::schema::tenant::{account, item, version};
        item::table
            .inner_join(version::table.on(item::published_version.eq(version::id.nullable())))
            .left_join(account::table.on(item::author_id.eq(account::id.nullable())))
            .filter(item::deleted_at.is_null())
            .select((
                (
                    item::id,
                    item::kind,
                    item::route,
                    item::parent_id,
                    item::sticky,
                    item::menu_order,
                    item::password,
                    item::noindex,
                    item::published_at,
                    item::updated_at,
                ),
                (
                    version::id,
                    version::title,
                    version::format,
                    version::body,
                    version::excerpt,
                    version::fields,
                ),
                (account::id, account::name, account::display_name, account::bio).nullable(),
            ))
    }};
}
pub(super) use published;

type ItemColumns = (
    Col<ItemId>,
    Col<Kind>,
    Option<Col<RoutePath>>,
    Option<Col<ItemId>>,
    bool,
    i32,
    Option<String>,
    bool,
    Option<Col<Timestamp>>,
    Col<Timestamp>,
);
type VersionColumns = (Col<VersionId>, String, Col<Format>, String, String, Json<Fields>);
type AuthorColumns = (Col<UserId>, String, String, String);

/// A row of [`published!`].
pub(super) type Row = (ItemColumns, VersionColumns, Option<AuthorColumns>);

fn author((id, login, name, bio): AuthorColumns) -> PublicAuthor {
    PublicAuthor { id: id.0, name: if name.trim().is_empty() { login } else { name }, bio }
}

fn item((i, v, a): Row) -> Result<PublicItem> {
    let (id, kind, route, parent, sticky, menu_order, password, noindex, published_at, updated_at) = i;
    let (version, title, format, body, excerpt, fields) = v;
    let missing = |what: &str| StoreError::Corrupt(format!("the published item {} has no {what}", id.0));
    Ok(PublicItem {
        id: id.0,
        kind: kind.0,
        version: version.0,
        route: route.ok_or_else(|| missing("route"))?.0,
        title,
        format: format.0,
        body,
        excerpt,
        fields: fields.0,
        author: a.map(author),
        terms: Vec::new(),
        featured: None,
        parent: parent.map(|p| p.0),
        sticky,
        menu_order,
        password,
        noindex,
        published_at: published_at.ok_or_else(|| missing("date"))?.0,
        updated_at: updated_at.0,
    })
}

pub(in crate::tenant::query) type TermColumns =
    (Col<TermId>, Col<Taxonomy>, String, Col<Slug>, Option<Col<TermId>>, String);

pub(in crate::tenant::query) fn public_term(
    (id, taxonomy, name, slug, parent, description): TermColumns,
) -> PublicTerm {
    PublicTerm {
        id: id.0,
        taxonomy: taxonomy.0,
        name,
        slug: slug.0,
        parent: parent.map(|p| p.0),
        description,
    }
}

/// The columns of a term.
macro_rules! term_columns {
    () => {
        (term::id, term::taxonomy, term::name, term::slug, term::parent_id, term::description)
    };
}
pub(in crate::tenant::query) use term_columns;

type MediaColumns =
    (Col<MediaId>, String, String, Option<i32>, Option<i32>, String, String, String, Json<Vec<MediaVariant>>);

fn public_media(row: MediaColumns) -> PublicMedia {
    let (id, name, mime, width, height, alt, caption, hash, variants) = row;
    let pixels = |n: Option<i32>| n.and_then(|n| u32::try_from(n).ok());
    PublicMedia {
        id: id.0,
        name,
        mime,
        width: pixels(width),
        height: pixels(height),
        alt,
        caption,
        hash,
        variants: variants.0,
    }
}

/// The terms of these items, by name.
#[crate::boxed]
pub(in crate::tenant::query) async fn terms_of(
    conn: &mut Conn,
    items: Vec<Col<ItemId>>,
) -> Result<Vec<(ItemId, PublicTerm)>> {
    let rows: Vec<(Col<ItemId>, TermColumns)> = item_term::table
        .inner_join(term::table.on(item_term::term_id.eq(term::id)))
        .filter(item_term::item_id.eq_any(items))
        .order((term::name, term::id))
        .select((item_term::item_id, term_columns!()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(item, t)| (item.0, public_term(t))).collect())
}

/// The files of these ids, in no order.
#[crate::boxed]
pub(super) async fn media_of(conn: &mut Conn, ids: Vec<MediaId>) -> Result<HashMap<MediaId, PublicMedia>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<_> = ids.into_iter().map(Col).collect();
    let rows: Vec<MediaColumns> = media::table
        .filter(media::id.eq_any(ids))
        .select((
            media::id,
            media::name,
            media::mime,
            media::width,
            media::height,
            media::alt,
            media::caption,
            media::hash,
            media::variants,
        ))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(public_media).map(|m| (m.id, m)).collect())
}

/// Completes items with their terms and pictures and notes the tags of all that stands on them.
#[crate::boxed]
pub(super) async fn complete(snapshot: &mut Snapshot, rows: Vec<Row>) -> Result<Vec<PublicItem>> {
    let mut items = rows.into_iter().map(item).collect::<Result<Vec<_>>>()?;
    if items.is_empty() {
        return Ok(items);
    }
    let conn = &mut snapshot.conn;
    let mut terms: HashMap<ItemId, Vec<PublicTerm>> = HashMap::new();
    for (item, term) in terms_of(conn, items.iter().map(|i| Col(i.id)).collect()).await? {
        terms.entry(item).or_default().push(term);
    }
    let pictures = media_of(conn, items.iter().filter_map(|i| i.fields.featured).collect()).await?;
    for item in &mut items {
        item.terms = terms.remove(&item.id).unwrap_or_default();
        let chosen =
            |t: &PublicTerm| item.fields.terms.iter().position(|id| *id == t.id).unwrap_or(usize::MAX);
        item.terms.sort_by_key(chosen);
        item.featured = item.fields.featured.and_then(|id| pictures.get(&id).cloned());
    }
    for item in &items {
        note(snapshot, item);
    }
    Ok(items)
}

fn note(snapshot: &mut Snapshot, item: &PublicItem) {
    snapshot.depends_on(Tag::Item(item.id));
    for term in &item.terms {
        snapshot.depends_on(Tag::Term(term.id));
    }
    if let Some(author) = &item.author {
        snapshot.depends_on(Tag::Author(author.id));
    }
    if let Some(media) = item.fields.featured {
        snapshot.depends_on(Tag::Media(media));
    }
}
