//! What of an item appears on other pages: the difference between two faces decides what is touched.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, TermId, UserId, VersionId,
    coherence::Tag,
    content::{Kind, Taxonomy},
    name::RoutePath,
};

use super::super::{super::change::Change, month::Month, public::settings, tags};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{item, item_term, term},
    types::Col,
};

/// The published state of an item, as far as others show it.
#[derive(Clone, Debug)]
pub(super) struct Face {
    pub(super) id: ItemId,
    pub(super) kind: Kind,
    pub(super) route: RoutePath,
    pub(super) parent: Option<ItemId>,
    author: Option<UserId>,
    month: Month,
    terms: Vec<(TermId, Taxonomy)>,
}

type Columns = (
    Col<Kind>,
    Option<Col<RoutePath>>,
    Option<Col<ItemId>>,
    Option<Col<UserId>>,
    Option<Col<Timestamp>>,
    Option<Col<VersionId>>,
    Option<Col<Timestamp>>,
);

impl Face {
    fn lists(&self) -> Vec<Tag> {
        let mut lists = vec![tags::all(self.kind)];
        match self.kind {
            Kind::Page => lists.extend(self.parent.map(tags::children)),
            Kind::Post => {
                lists.extend(self.terms.iter().map(|(id, taxonomy)| tags::with_term(*taxonomy, *id)));
                lists.push(tags::of_month(self.month));
                lists.extend(self.author.map(tags::of_author));
            }
        }
        lists
    }
}

impl Change {
    /// The face of an item now; none if visitors do not see it.
    #[crate::boxed]
    pub(super) async fn face(&mut self, id: ItemId) -> Result<Option<Face>> {
        let conn = &mut self.conn;
        let row: Option<Columns> = item::table
            .find(Col(id))
            .select((
                item::kind,
                item::route,
                item::parent_id,
                item::author_id,
                item::published_at,
                item::published_version,
                item::deleted_at,
            ))
            .first(conn)
            .await
            .optional()?;
        let Some((kind, Some(route), parent, author, Some(at), Some(_), None)) = row else { return Ok(None) };
        let terms: Vec<(Col<TermId>, Col<Taxonomy>)> = item_term::table
            .inner_join(term::table.on(item_term::term_id.eq(term::id)))
            .filter(item_term::item_id.eq(Col(id)))
            .select((term::id, term::taxonomy))
            .load(conn)
            .await?;
        let zone = settings::zone(conn).await?;
        Ok(Some(Face {
            id,
            kind: kind.0,
            route: route.0,
            parent: parent.map(|p| p.0),
            author: author.map(|a| a.0),
            month: Month::of(at.0, &zone),
            terms: terms.into_iter().map(|(id, taxonomy)| (id.0, taxonomy.0)).collect(),
        }))
    }

    /// Touches a path: what answers there, and that nothing does.
    pub(super) fn touch_path(&mut self, path: &RoutePath) {
        self.touch(Tag::route(path.as_str()));
        self.touch(Tag::absence(path.as_str()));
    }

    /// Touches all that shows either face. Paths count only where the item came, went or moved: whatever
    /// else shows at its path depends on the item.
    pub(super) fn touch_faces(&mut self, old: Option<&Face>, new: Option<&Face>) {
        for face in old.iter().chain(&new) {
            self.touch(Tag::Item(face.id));
            for list in face.lists() {
                self.touch(list);
            }
        }
        let (from, to) = (old.map(|f| &f.route), new.map(|f| &f.route));
        if from != to {
            for path in [from, to].into_iter().flatten() {
                self.touch_path(path);
            }
        }
    }
}
