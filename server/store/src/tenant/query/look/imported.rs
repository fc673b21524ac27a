//! What was taken over from other systems before, and what an import has to go round.

use diesel::prelude::*;
use rowhouse_domain::{ItemId, MediaId, name::RoutePath};

use super::super::super::desk::Look;
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{item, media},
    types::Col,
};

/// An item that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRow {
    /// Where it came from.
    pub source: String,
    /// The item.
    pub id: ItemId,
    /// Where it stands, while it is published.
    pub route: Option<RoutePath>,
    /// The page above it.
    pub parent: Option<ItemId>,
    /// How many versions there were; more than one if it was edited since.
    pub version_count: i32,
}

type ImportedColumns = (Option<String>, Col<ItemId>, Option<Col<RoutePath>>, Option<Col<ItemId>>, i32);

impl Look {
    /// All items that were imported, those in the bin included.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn imported_items(&mut self) -> Result<Vec<ImportedRow>> {
        let rows: Vec<ImportedColumns> = item::table
            .filter(item::source.is_not_null())
            .select((item::source, item::id, item::route, item::parent_id, item::version_count))
            .load(&mut self.conn)
            .await?;
        let row = |(source, id, route, parent, version_count): ImportedColumns| ImportedRow {
            source: source.unwrap_or_default(),
            id: id.0,
            route: route.map(|r| r.0),
            parent: parent.map(|p| p.0),
            version_count,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// The sources of all files that were imported.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn imported_media(&mut self) -> Result<Vec<(String, MediaId)>> {
        let rows: Vec<(Option<String>, Col<MediaId>)> = media::table
            .filter(media::source.is_not_null())
            .select((media::source, media::id))
            .load(&mut self.conn)
            .await?;
        Ok(rows.into_iter().map(|(source, id)| (source.unwrap_or_default(), id.0)).collect())
    }

    /// Every address at which an item stands.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn item_routes(&mut self) -> Result<Vec<RoutePath>> {
        let rows: Vec<Option<Col<RoutePath>>> =
            item::table.filter(item::route.is_not_null()).select(item::route).load(&mut self.conn).await?;
        Ok(rows.into_iter().flatten().map(|r| r.0).collect())
    }
}
