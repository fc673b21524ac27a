//! Lists of items, and one item.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, TermId, UserId, VersionId,
    content::{Kind, Status},
    name::{RoutePath, Slug},
};

use super::super::{
    super::desk::Look,
    model::{ItemRow, PublicTerm},
    public::rows::terms_of,
};
use crate::{
    conn::Conn,
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{account, item, item_term, version},
    types::Col,
};

diesel::define_sql_function! {
    /// The text in lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// The order of a list of items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ItemSort {
    /// Last saved first.
    #[default]
    Saved,
    /// By title.
    Title,
    /// Last published first; unpublished ones at the end.
    Published,
    /// Newest first.
    Created,
    /// By status, then last saved first.
    Status,
    /// By author's name, then last saved first.
    Author,
    /// Last put into the bin first.
    Deleted,
}

/// Which items a list shows.
#[derive(Clone, Debug, Default)]
pub struct ItemFilter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this status.
    pub status: Option<Status>,
    /// Only those of this account.
    pub author: Option<UserId>,
    /// Only those with this term.
    pub term: Option<TermId>,
    /// Words in the title or the text of the latest version.
    pub text: Option<String>,
    /// Those in the bin instead of the others.
    pub bin: bool,
    /// The order.
    pub sort: ItemSort,
    /// Whether the order is turned round.
    pub reverse: bool,
    /// Rows to skip.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// Some items of a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ItemPage {
    /// The rows asked for.
    pub rows: Vec<ItemRow>,
    /// How many the list holds.
    pub total: u64,
}

/// Items with their latest version and author, for further filters.
macro_rules! item_rows {
    () => {{
        use crate::schema::tenant::{account, item, version};
        item::table
            .inner_join(version::table.on(item::latest_version.eq(version::id)))
            .left_join(account::table.on(item::author_id.eq(account::id.nullable())))
            .select((
                (
                    item::id,
                    item::kind,
                    item::author_id,
                    item::status,
                    item::latest_version,
                    item::published_version,
                    item::version_count,
                    item::route,
                    item::parent_id,
                    item::sticky,
                ),
                (
                    item::published_at,
                    item::updated_at,
                    item::created_at,
                    item::publish_at,
                    item::unpublish_at,
                    item::deleted_at,
                    item::lock_account,
                    item::lock_until,
                    item::source,
                ),
                (version::title, version::slug, version::created_at),
                (account::name, account::display_name).nullable(),
            ))
    }};
}
pub(in crate::tenant::query) use item_rows;

type Facts = (
    Col<ItemId>,
    Col<Kind>,
    Option<Col<UserId>>,
    Col<Status>,
    Col<VersionId>,
    Option<Col<VersionId>>,
    i32,
    Option<Col<RoutePath>>,
    Option<Col<ItemId>>,
    bool,
);
type When = Option<Col<Timestamp>>;
type Times =
    (When, Col<Timestamp>, Col<Timestamp>, When, When, When, Option<Col<UserId>>, When, Option<String>);
type Latest = (String, Col<Slug>, Col<Timestamp>);

/// A row of [`item_rows!`].
pub(in crate::tenant::query) type Row = (Facts, Times, Latest, Option<(String, String)>);

pub(in crate::tenant::query) fn item_of((facts, times, latest, author): Row) -> ItemRow {
    let (id, kind, author_id, status, latest_version, published, version_count, route, parent, sticky) =
        facts;
    let (published_at, updated, created, publish_at, unpublish_at, deleted, locker, until, source) = times;
    let at = |when: When| when.map(|w| w.0);
    let shown = |(login, name): (String, String)| if name.trim().is_empty() { login } else { name };
    ItemRow {
        id: id.0,
        kind: kind.0,
        author: author_id.map(|a| a.0),
        author_name: author.map(shown),
        status: status.0,
        latest_version: latest_version.0,
        published_version: published.map(|v| v.0),
        version_count,
        title: latest.0,
        slug: latest.1.0,
        saved_at: latest.2.0,
        route: route.map(|r| r.0),
        parent: parent.map(|p| p.0),
        sticky,
        published_at: at(published_at),
        updated_at: updated.0,
        created_at: created.0,
        publish_at: at(publish_at),
        unpublish_at: at(unpublish_at),
        deleted_at: at(deleted),
        lock: locker.zip(until).map(|(who, until)| (who.0, until.0)),
        source,
    }
}

/// One item.
#[crate::boxed]
pub(in crate::tenant::query) async fn find(conn: &mut Conn, id: ItemId) -> Result<Option<ItemRow>> {
    let row: Option<Row> = item_rows!().filter(item::id.eq(Col(id))).first(conn).await.optional()?;
    Ok(row.map(item_of))
}

/// The pattern that finds `text` anywhere, in any case.
pub(super) fn pattern(text: &str) -> String {
    let mut escaped = String::from("%");
    for c in text.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped.push('%');
    escaped
}

macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let filter: &ItemFilter = $filter;
        let mut query = $query.into_boxed();
        query = if filter.bin {
            query.filter(item::deleted_at.is_not_null())
        } else {
            query.filter(item::deleted_at.is_null())
        };
        if let Some(kind) = filter.kind {
            query = query.filter(item::kind.eq(Col(kind)));
        }
        if let Some(status) = filter.status {
            query = query.filter(item::status.eq(Col(status)));
        }
        if let Some(author) = filter.author {
            query = query.filter(item::author_id.eq(Col(author)));
        }
        if let Some(term) = filter.term {
            let having = item_term::table.filter(item_term::term_id.eq(Col(term))).select(item_term::item_id);
            query = query.filter(item::id.eq_any(having));
        }
        if let Some(text) = filter.text.as_deref().filter(|t| !t.trim().is_empty()) {
            let like = pattern(text);
            query = query.filter(
                lower(version::title)
                    .like(like.clone())
                    .escape('\\')
                    .or(lower(version::body).like(like).escape('\\')),
            );
        }
        query
    }};
}

macro_rules! sorted {
    ($query:expr, $filter:expr) => {{
        let query = $query;
        let query = match ($filter.sort, $filter.reverse) {
            (ItemSort::Saved, false) => query.order(version::created_at.desc()),
            (ItemSort::Saved, true) => query.order(version::created_at.asc()),
            (ItemSort::Title, false) => query.order(lower(version::title).asc()),
            (ItemSort::Title, true) => query.order(lower(version::title).desc()),
            (ItemSort::Published, false) => {
                query.order((item::published_at.is_null(), item::published_at.desc()))
            }
            (ItemSort::Published, true) => {
                query.order((item::published_at.is_null(), item::published_at.asc()))
            }
            (ItemSort::Created, false) => query.order(item::created_at.desc()),
            (ItemSort::Created, true) => query.order(item::created_at.asc()),
            (ItemSort::Deleted, false) => query.order(item::deleted_at.desc()),
            (ItemSort::Deleted, true) => query.order(item::deleted_at.asc()),
            (ItemSort::Author, false) => {
                query.order((account::display_name.nullable().asc(), version::created_at.desc()))
            }
            (ItemSort::Author, true) => {
                query.order((account::display_name.nullable().desc(), version::created_at.desc()))
            }
            (ItemSort::Status, false) => query.order((item::status.asc(), version::created_at.desc())),
            (ItemSort::Status, true) => query.order((item::status.desc(), version::created_at.desc())),
        };
        query.then_order_by(item::id.desc())
    }};
}

impl Look {
    /// Some items of a list, and how many it holds.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn items(&mut self, filter: &ItemFilter) -> Result<ItemPage> {
        let counted = || item::table.inner_join(version::table.on(item::latest_version.eq(version::id)));
        let total: i64 = narrowed!(counted().count(), filter).get_result(&mut self.conn).await?;
        let rows: Vec<Row> = sorted!(narrowed!(item_rows!(), filter), filter)
            .offset(filter.offset.cast_signed())
            .limit(filter.limit.cast_signed())
            .load(&mut self.conn)
            .await?;
        Ok(ItemPage { rows: rows.into_iter().map(item_of).collect(), total: total.cast_unsigned() })
    }

    /// The terms of these items, each with its item, by name.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn terms_of_items(&mut self, items: &[ItemId]) -> Result<Vec<(ItemId, PublicTerm)>> {
        terms_of(&mut self.conn, items.iter().copied().map(Col).collect()).await
    }

    /// One item, also from the bin.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn item(&mut self, id: ItemId) -> Result<Option<ItemRow>> {
        find(&mut self.conn, id).await
    }

    /// The item that is published at a path.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn item_by_route(&mut self, route: &RoutePath) -> Result<Option<ItemRow>> {
        let row: Option<Row> =
            item_rows!().filter(item::route.eq(Col(route.clone()))).first(&mut self.conn).await.optional()?;
        Ok(row.map(item_of))
    }

    /// The item that was imported from `source`.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn item_by_source(&mut self, source: &str) -> Result<Option<ItemRow>> {
        let row: Option<Row> =
            item_rows!().filter(item::source.eq(source)).first(&mut self.conn).await.optional()?;
        Ok(row.map(item_of))
    }

    /// The items directly below a page, also unpublished ones.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn items_below(&mut self, parent: ItemId) -> Result<Vec<ItemRow>> {
        let rows: Vec<Row> = item_rows!()
            .filter(item::parent_id.eq(Col(parent)))
            .filter(item::deleted_at.is_null())
            .order((item::menu_order, item::id))
            .load(&mut self.conn)
            .await?;
        Ok(rows.into_iter().map(item_of).collect())
    }

    /// Items whose time to be published or taken back has come, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn due(&mut self, now: Timestamp, limit: u64) -> Result<Vec<ItemRow>> {
        let now = Col(now);
        let rows: Vec<Row> = item_rows!()
            .filter(item::deleted_at.is_null())
            .filter(item::publish_at.le(now).or(item::unpublish_at.le(now)))
            .order(item::id)
            .limit(limit.cast_signed())
            .load(&mut self.conn)
            .await?;
        Ok(rows.into_iter().map(item_of).collect())
    }

    /// When the next item is due, if one is planned.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn next_due(&mut self) -> Result<Option<Timestamp>> {
        let planned: (When, When) = {
            let first: Option<When> = item::table
                .filter(item::deleted_at.is_null())
                .filter(item::publish_at.is_not_null())
                .order(item::publish_at)
                .select(item::publish_at)
                .first(&mut self.conn)
                .await
                .optional()?;
            let last: Option<When> = item::table
                .filter(item::deleted_at.is_null())
                .filter(item::unpublish_at.is_not_null())
                .order(item::unpublish_at)
                .select(item::unpublish_at)
                .first(&mut self.conn)
                .await
                .optional()?;
            (first.flatten(), last.flatten())
        };
        Ok([planned.0, planned.1].into_iter().flatten().map(|at| at.0).min())
    }

    /// How many items there are, those in the bin included.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn item_count(&mut self) -> Result<u64> {
        let n: i64 = item::table.count().get_result(&mut self.conn).await?;
        Ok(n.cast_unsigned())
    }

    /// The names that accounts show, by id.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn author_names(&mut self) -> Result<Vec<(UserId, String)>> {
        let rows: Vec<(Col<UserId>, String, String)> = account::table
            .order(account::name)
            .select((account::id, account::name, account::display_name))
            .load(&mut self.conn)
            .await?;
        let shown = |(id, login, name): (Col<UserId>, String, String)| {
            (id.0, if name.trim().is_empty() { login } else { name })
        };
        Ok(rows.into_iter().map(shown).collect())
    }
}
