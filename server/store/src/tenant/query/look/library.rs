//! The media library.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Bool, Text},
};
use jiff::Timestamp;
use rowhouse_domain::{MediaId, UserId};

use super::{
    super::{
        super::desk::Look,
        model::{ItemRow, MediaRow, MediaVariant, PublicMedia},
    },
    items::{Row as ItemColumns, item_of, item_rows, lower, pattern},
};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{item, media, version},
    types::{Col, Json},
};

/// The order of a list of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MediaSort {
    /// Last uploaded first.
    #[default]
    Uploaded,
    /// By name.
    Name,
    /// Smallest first.
    Size,
}

/// Which files a list shows.
#[derive(Clone, Debug, Default)]
pub struct MediaFilter {
    /// Words in name, description or caption.
    pub text: Option<String>,
    /// Only pictures.
    pub pictures: bool,
    /// Only those of this account.
    pub account: Option<UserId>,
    /// The order.
    pub sort: MediaSort,
    /// Whether the order is turned round.
    pub reverse: bool,
    /// Rows to skip.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// Some files of the library.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MediaPage {
    /// The rows asked for.
    pub rows: Vec<MediaRow>,
    /// How many the list holds.
    pub total: u64,
}

type Columns = (
    Col<MediaId>,
    Option<Col<UserId>>,
    String,
    String,
    i64,
    (Option<i32>, Option<i32>),
    String,
    String,
    String,
    Json<Vec<MediaVariant>>,
    Option<String>,
    Col<Timestamp>,
    Col<Timestamp>,
);

macro_rules! media_columns {
    () => {
        (
            media::id,
            media::account_id,
            media::name,
            media::mime,
            media::bytes,
            (media::width, media::height),
            media::alt,
            media::caption,
            media::hash,
            media::variants,
            media::source,
            media::created_at,
            media::updated_at,
        )
    };
}

pub(in crate::tenant::query) fn media_row(row: Columns) -> MediaRow {
    let (id, account, name, mime, bytes, (width, height), alt, caption, hash, variants, source, at, changed) =
        row;
    let pixels = |n: Option<i32>| n.and_then(|n| u32::try_from(n).ok());
    MediaRow {
        media: PublicMedia {
            id: id.0,
            name,
            mime,
            width: pixels(width),
            height: pixels(height),
            alt,
            caption,
            hash,
            variants: variants.0,
        },
        account: account.map(|a| a.0),
        bytes: bytes.cast_unsigned(),
        source,
        created_at: at.0,
        updated_at: changed.0,
    }
}

macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let filter: &MediaFilter = $filter;
        let mut query = $query.into_boxed();
        if let Some(text) = filter.text.as_deref().filter(|t| !t.trim().is_empty()) {
            let like = pattern(text);
            query = query.filter(
                lower(media::name)
                    .like(like.clone())
                    .escape('\\')
                    .or(lower(media::alt).like(like.clone()).escape('\\'))
                    .or(lower(media::caption).like(like).escape('\\')),
            );
        }
        if filter.pictures {
            query = query.filter(media::mime.like("image/%"));
        }
        if let Some(account) = filter.account {
            query = query.filter(media::account_id.eq(Col(account)));
        }
        query
    }};
}

macro_rules! sorted {
    ($query:expr, $filter:expr) => {{
        let query = $query;
        let query = match ($filter.sort, $filter.reverse) {
            (MediaSort::Uploaded, false) => query.order(media::created_at.desc()),
            (MediaSort::Uploaded, true) => query.order(media::created_at.asc()),
            (MediaSort::Name, false) => query.order(lower(media::name).asc()),
            (MediaSort::Name, true) => query.order(lower(media::name).desc()),
            (MediaSort::Size, false) => query.order(media::bytes.asc()),
            (MediaSort::Size, true) => query.order(media::bytes.desc()),
        };
        query.then_order_by(media::id.desc())
    }};
}

impl Look {
    /// Some files, and how many there are.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn media_page(&mut self, filter: &MediaFilter) -> Result<MediaPage> {
        let total: i64 = narrowed!(media::table.count(), filter).get_result(&mut self.conn).await?;
        let rows: Vec<Columns> = sorted!(narrowed!(media::table.select(media_columns!()), filter), filter)
            .offset(filter.offset.cast_signed())
            .limit(filter.limit.cast_signed())
            .load(&mut self.conn)
            .await?;
        Ok(MediaPage { rows: rows.into_iter().map(media_row).collect(), total: total.cast_unsigned() })
    }

    /// One file.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn media_row(&mut self, id: MediaId) -> Result<Option<MediaRow>> {
        let row: Option<Columns> =
            media::table.find(Col(id)).select(media_columns!()).first(&mut self.conn).await.optional()?;
        Ok(row.map(media_row))
    }

    /// The file that was imported from `source`.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn media_by_source(&mut self, source: &str) -> Result<Option<MediaRow>> {
        let row: Option<Columns> = media::table
            .filter(media::source.eq(source))
            .select(media_columns!())
            .first(&mut self.conn)
            .await
            .optional()?;
        Ok(row.map(media_row))
    }

    /// Bytes of all files, variants included.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn media_bytes(&mut self) -> Result<u64> {
        // the sum of bigints is another type in PostgreSQL
        let sum = sql::<BigInt>("CAST(COALESCE(SUM(bytes), 0) AS BIGINT)");
        let n: i64 = media::table.select(sum).get_result(&mut self.conn).await?;
        Ok(n.cast_unsigned())
    }

    /// Items that show a file, in their published or latest version: as their picture or in their text.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn media_usage(&mut self, id: MediaId) -> Result<Vec<ItemRow>> {
        let like = format!("%{id}%");
        let naming = version::table
            .filter(
                version::body
                    .like(like.clone())
                    .or(sql::<Bool>("CAST(version.fields AS TEXT) LIKE ").bind::<Text, _>(like)),
            )
            .select(version::id);
        let versions: Vec<Col<rowhouse_domain::VersionId>> = naming.load(&mut self.conn).await?;
        let rows: Vec<ItemColumns> = item_rows!()
            .filter(
                item::latest_version
                    .eq_any(versions.clone())
                    .or(item::published_version.assume_not_null().eq_any(versions)),
            )
            .order(item::updated_at.desc())
            .load(&mut self.conn)
            .await?;
        Ok(rows.into_iter().map(item_of).collect())
    }
}
