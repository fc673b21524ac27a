//! One item and its surroundings: what stands at a path, the pages above and below it, the posts beside it.

use std::collections::HashMap;

use diesel::prelude::*;
use rowhouse_domain::{ItemId, coherence::Tag, content::Kind, name::RoutePath};

use super::{
    super::{
        super::snapshot::Snapshot,
        model::{Neighbours, PublicItem, PublicLink},
        tags,
    },
    rows::{Row, complete, published},
};
use crate::{error::Result, query::RunQueryDsl, schema::tenant::item, types::Col};

type LinkColumns = (Col<ItemId>, String, Option<Col<RoutePath>>);

fn link((id, title, route): LinkColumns) -> Option<PublicLink> {
    route.map(|route| PublicLink { id: id.0, title, route: route.0 })
}

/// Published items as links, for further filters.
macro_rules! links {
    () => {
        item::table.filter(item::published_version.is_not_null()).filter(item::deleted_at.is_null()).select((
            item::id,
            item::title,
            item::route,
        ))
    };
}

impl Snapshot {
    /// What is published at a path.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn item_at(&mut self, path: &RoutePath) -> Result<Option<PublicItem>> {
        let route = Col(path.clone());
        let row: Option<Row> =
            published!().filter(item::route.eq(route)).first(&mut self.conn).await.optional()?;
        self.depends_on(if row.is_some() { Tag::route(path.as_str()) } else { Tag::absence(path.as_str()) });
        Ok(complete(self, row.into_iter().collect()).await?.pop())
    }

    /// The published form of an item.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn item(&mut self, id: ItemId) -> Result<Option<PublicItem>> {
        self.depends_on(Tag::Item(id));
        let row: Option<Row> =
            published!().filter(item::id.eq(Col(id))).first(&mut self.conn).await.optional()?;
        Ok(complete(self, row.into_iter().collect()).await?.pop())
    }

    /// The published pages above a page, from the top. A chain ends at a page that is not published.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn ancestors(&mut self, of: &PublicItem) -> Result<Vec<PublicLink>> {
        let Some(parent) = of.parent else { return Ok(Vec::new()) };
        // a published page stands below its published parent, so all candidates are prefixes of its path
        let prefixes: Vec<_> = std::iter::successors(of.route.parent(), RoutePath::parent).map(Col).collect();
        let rows: Vec<(LinkColumns, Option<Col<ItemId>>)> = links!()
            .filter(item::route.eq_any(prefixes))
            .select(((item::id, item::title, item::route), item::parent_id))
            .load(&mut self.conn)
            .await?;
        let by_id: HashMap<ItemId, _> = rows.into_iter().map(|(l, up)| (l.0.0, (l, up))).collect();
        let mut chain = Vec::new();
        let mut next = Some(parent);
        while let Some(id) = next {
            self.depends_on(Tag::Item(id));
            let Some((columns, up)) = by_id.get(&id) else { break };
            chain.extend(link(columns.clone()));
            // a cycle cannot be written; if one is there all the same, this ends
            next = up.map(|p| p.0).filter(|p| chain.len() < 50 && *p != of.id);
        }
        chain.reverse();
        Ok(chain)
    }

    /// The published pages directly below a page, in their order.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn children(&mut self, of: ItemId) -> Result<Vec<PublicLink>> {
        self.depends_on(tags::children(of));
        let rows: Vec<LinkColumns> = links!()
            .filter(item::parent_id.eq(Col(of)))
            .filter(item::kind.eq(Col(Kind::Page)))
            .order((item::menu_order, item::title, item::id))
            .load(&mut self.conn)
            .await?;
        let links: Vec<_> = rows.into_iter().filter_map(link).collect();
        for link in &links {
            self.depends_on(Tag::Item(link.id));
        }
        Ok(links)
    }

    /// The posts before and after a post, by date.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn neighbours(&mut self, of: &PublicItem) -> Result<Neighbours> {
        self.depends_on(tags::all(Kind::Post));
        let (at, id) = (Col(of.published_at), Col(of.id));
        let posts = || links!().filter(item::kind.eq(Col(Kind::Post)));
        let older: Option<LinkColumns> = posts()
            .filter(item::published_at.lt(at).or(item::published_at.eq(at).and(item::id.lt(id))))
            .order((item::published_at.desc(), item::id.desc()))
            .first(&mut self.conn)
            .await
            .optional()?;
        let newer: Option<LinkColumns> = posts()
            .filter(item::published_at.gt(at).or(item::published_at.eq(at).and(item::id.gt(id))))
            .order((item::published_at.asc(), item::id.asc()))
            .first(&mut self.conn)
            .await
            .optional()?;
        let found = Neighbours { older: older.and_then(link), newer: newer.and_then(link) };
        for link in found.older.iter().chain(&found.newer) {
            self.depends_on(Tag::Item(link.id));
        }
        Ok(found)
    }
}
