//! Lists of posts, the archive of months, and the sitemap.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, TermId,
    coherence::Tag,
    content::{Kind, Taxonomy},
    name::RoutePath,
};

use super::{
    super::{
        super::snapshot::Snapshot,
        model::{MonthCount, PostList, PostPage, SitemapItem},
        month::Month,
        tags,
    },
    rows::{Row, complete, published},
    settings,
    term::with_descendants,
};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{item, item_term},
    types::Col,
};

type AddressColumns = (Col<ItemId>, Option<Col<RoutePath>>, Col<Timestamp>);

/// What a list asks of a post.
#[derive(Clone, Default)]
struct Wanted {
    terms: Option<Vec<Col<TermId>>>,
    between: Option<(Col<Timestamp>, Col<Timestamp>)>,
    author: Option<Col<rowhouse_domain::UserId>>,
}

/// Narrows a query, whatever its columns, to the posts wanted.
macro_rules! narrowed {
    ($query:expr, $wanted:expr) => {{
        let Wanted { terms, between, author } = $wanted;
        let mut query = $query.filter(item::kind.eq(Col(Kind::Post))).into_boxed();
        if let Some(terms) = terms {
            let having = item_term::table.filter(item_term::term_id.eq_any(terms)).select(item_term::item_id);
            query = query.filter(item::id.eq_any(having));
        }
        if let Some((from, to)) = between {
            query = query.filter(item::published_at.ge(from)).filter(item::published_at.lt(to));
        }
        if let Some(author) = author {
            query = query.filter(item::author_id.eq(author));
        }
        query
    }};
}

impl Snapshot {
    async fn wanted(&mut self, list: &PostList) -> Result<Wanted> {
        let mut wanted = Wanted::default();
        match list {
            PostList::Front | PostList::Newest => self.depends_on(tags::all(Kind::Post)),
            PostList::Category(id) => {
                let below = with_descendants(self, *id).await?;
                for term in &below {
                    self.depends_on(tags::with_term(Taxonomy::Category, *term));
                }
                wanted.terms = Some(below.into_iter().map(Col).collect());
            }
            PostList::Tag(id) => {
                self.depends_on(tags::with_term(Taxonomy::Tag, *id));
                wanted.terms = Some(vec![Col(*id)]);
            }
            PostList::Month(month) => {
                self.depends_on(tags::of_month(*month));
                // where a month begins is a matter of the site's time zone
                self.depends_on(Tag::Settings);
                let (from, to) = month.span(&settings::zone(&mut self.conn).await?);
                wanted.between = Some((Col(from), Col(to)));
            }
            PostList::Author(id) => {
                self.depends_on(tags::of_author(*id));
                wanted.author = Some(Col(*id));
            }
        }
        Ok(wanted)
    }

    /// Some posts of a list, newest first, and how many it holds.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn posts(&mut self, list: &PostList, offset: u64, limit: u64) -> Result<PostPage> {
        let wanted = self.wanted(list).await?;
        let visible = item::published_version.is_not_null().and(item::deleted_at.is_null());
        let total: i64 =
            narrowed!(item::table.filter(visible), wanted.clone()).count().get_result(&mut self.conn).await?;
        let (offset, limit) = (offset.cast_signed(), limit.cast_signed());
        let stick = *list == PostList::Front;
        let rows: Vec<Row> = {
            let mut query = narrowed!(published!(), wanted);
            if stick {
                query = query.order(item::sticky.desc());
            }
            query
                .then_order_by(item::published_at.desc())
                .then_order_by(item::id.desc())
                .offset(offset)
                .limit(limit)
                .load(&mut self.conn)
                .await
        }?;
        Ok(PostPage { items: complete(self, rows).await?, total: total.cast_unsigned() })
    }

    /// The months that have posts, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn months(&mut self) -> Result<Vec<MonthCount>> {
        self.depends_on(tags::all(Kind::Post));
        self.depends_on(Tag::Settings);
        let zone = settings::zone(&mut self.conn).await?;
        let dates: Vec<Option<Col<Timestamp>>> = item::table
            .filter(item::published_version.is_not_null())
            .filter(item::deleted_at.is_null())
            .filter(item::kind.eq(Col(Kind::Post)))
            .select(item::published_at)
            .load(&mut self.conn)
            .await?;
        let mut counts: BTreeMap<Month, u64> = BTreeMap::new();
        for at in dates.into_iter().flatten() {
            *counts.entry(Month::of(at.0, &zone)).or_default() += 1;
        }
        Ok(counts.into_iter().rev().map(|(month, count)| MonthCount { month, count }).collect())
    }

    /// Addresses for search engines, by id, from the first one after `after`; at most `limit`. Items that
    /// ask not to be found and those behind a password are left out.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn sitemap(
        &mut self,
        kind: Kind,
        after: Option<ItemId>,
        limit: u64,
    ) -> Result<Vec<SitemapItem>> {
        self.depends_on(tags::all(kind));
        let after = Col(after.unwrap_or(ItemId(uuid::Uuid::nil())));
        let rows: Vec<AddressColumns> = item::table
            .filter(item::published_version.is_not_null())
            .filter(item::deleted_at.is_null())
            .filter(item::kind.eq(Col(kind)))
            .filter(item::noindex.eq(false))
            .filter(item::password.is_null())
            .filter(item::id.gt(after))
            .order(item::id)
            .limit(limit.cast_signed())
            .select((item::id, item::route, item::updated_at))
            .load(&mut self.conn)
            .await?;
        let entry = |(id, route, at): AddressColumns| {
            Some(SitemapItem { id: id.0, route: route?.0, updated_at: at.0 })
        };
        Ok(rows.into_iter().filter_map(entry).collect())
    }
}
