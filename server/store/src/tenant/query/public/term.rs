//! Categories and tags.

use std::collections::HashMap;

use diesel::prelude::*;
use rowhouse_domain::{
    TermId,
    coherence::Tag,
    content::{Kind, Taxonomy},
    name::Slug,
};

use super::{
    super::{
        super::snapshot::Snapshot,
        model::{PublicTerm, TermCount},
        tags,
    },
    rows::{TermColumns, public_term, term_columns},
};
use crate::{
    conn::Conn,
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{item, item_term, term},
    types::Col,
};

/// A category and all below it; the first is the category itself.
#[crate::boxed]
pub(super) async fn with_descendants(snapshot: &mut Snapshot, id: TermId) -> Result<Vec<TermId>> {
    snapshot.depends_on(tags::terms(Taxonomy::Category));
    let pairs: Vec<(Col<TermId>, Option<Col<TermId>>)> = term::table
        .filter(term::taxonomy.eq(Col(Taxonomy::Category)))
        .filter(term::parent_id.is_not_null())
        .select((term::id, term::parent_id))
        .load(&mut snapshot.conn)
        .await?;
    let mut found = vec![id];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        for (child, up) in &pairs {
            if up.is_some_and(|u| u.0 == parent) && !found.contains(&child.0) {
                found.push(child.0);
            }
        }
        next += 1;
    }
    Ok(found)
}

/// How many published items have each term of a taxonomy.
#[crate::boxed]
pub(in crate::tenant::query) async fn counts(conn: &mut Conn) -> Result<HashMap<TermId, u64>> {
    let rows: Vec<(Col<TermId>, i64)> = item_term::table
        .inner_join(item::table.on(item_term::item_id.eq(item::id)))
        .filter(item::published_version.is_not_null())
        .filter(item::deleted_at.is_null())
        .filter(item::kind.eq(Col(Kind::Post)))
        .group_by(item_term::term_id)
        .select((item_term::term_id, diesel::dsl::count_star()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, n)| (id.0, n.cast_unsigned())).collect())
}

/// All terms of a taxonomy by name.
#[crate::boxed]
pub(in crate::tenant::query) async fn all(conn: &mut Conn, taxonomy: Taxonomy) -> Result<Vec<PublicTerm>> {
    let rows: Vec<TermColumns> = term::table
        .filter(term::taxonomy.eq(Col(taxonomy)))
        .order((term::name, term::id))
        .select(term_columns!())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(public_term).collect())
}

impl Snapshot {
    /// The term of this slug.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn term(&mut self, taxonomy: Taxonomy, slug: &Slug) -> Result<Option<PublicTerm>> {
        let row: Option<TermColumns> = term::table
            .filter(term::taxonomy.eq(Col(taxonomy)))
            .filter(term::slug.eq(Col(slug.clone())))
            .select(term_columns!())
            .first(&mut self.conn)
            .await
            .optional()?;
        let found = row.map(public_term);
        self.depends_on(found.as_ref().map_or_else(|| tags::terms(taxonomy), |t| Tag::Term(t.id)));
        Ok(found)
    }

    /// All terms of a taxonomy by name, with how many published posts each has.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn terms(&mut self, taxonomy: Taxonomy) -> Result<Vec<TermCount>> {
        self.depends_on(tags::terms(taxonomy));
        self.depends_on(tags::all(Kind::Post));
        let terms = all(&mut self.conn, taxonomy).await?;
        let counts = counts(&mut self.conn).await?;
        for term in &terms {
            self.depends_on(Tag::Term(term.id));
        }
        let with_count =
            |term: PublicTerm| TermCount { count: counts.get(&term.id).copied().unwrap_or(0), term };
        Ok(terms.into_iter().map(with_count).collect())
    }
}
