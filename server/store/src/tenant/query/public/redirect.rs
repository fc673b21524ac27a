//! Where an old address leads.

use diesel::prelude::*;
use rowhouse_domain::{ItemId, VersionId, coherence::Tag, name::RoutePath};

use super::super::{super::snapshot::Snapshot, model::PublicRedirect};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{item, redirect},
    types::Col,
};

type TargetColumns =
    (Col<ItemId>, Option<Col<RoutePath>>, Option<Col<VersionId>>, Option<Col<jiff::Timestamp>>);

impl Snapshot {
    /// The redirect at a path. One to an item that is not published leads nowhere and is not answered.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn redirect(&mut self, path: &RoutePath) -> Result<Option<PublicRedirect>> {
        let row: Option<(Option<String>, bool, Option<TargetColumns>)> = redirect::table
            .left_join(item::table.on(redirect::item_id.eq(item::id.nullable())))
            .filter(redirect::from_path.eq(Col(path.clone())))
            .select((
                redirect::to_path,
                redirect::permanent,
                (item::id, item::route, item::published_version, item::deleted_at).nullable(),
            ))
            .first(&mut self.conn)
            .await
            .optional()?;
        let Some((to, permanent, target)) = row else {
            self.depends_on(Tag::absence(path.as_str()));
            return Ok(None);
        };
        self.depends_on(Tag::route(path.as_str()));
        let to = match target {
            None => to,
            Some((id, route, version, deleted)) => {
                self.depends_on(Tag::Item(id.0));
                route.filter(|_| version.is_some() && deleted.is_none()).map(|r| r.as_str().to_owned())
            }
        };
        Ok(to.map(|to| PublicRedirect { to, permanent }))
    }

    /// Where the item stands that an earlier system addressed by this number, as in `/?p=12`. Numbers come
    /// with imports alone, and those touch everything, so that a number in vain depends on nothing more.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn redirect_of_number(&mut self, number: u64) -> Result<Option<PublicRedirect>> {
        let Ok(number) = i64::try_from(number) else { return Ok(None) };
        let rows: Vec<TargetColumns> = item::table
            .filter(item::old_number.eq(number))
            .order(item::id)
            .select((item::id, item::route, item::published_version, item::deleted_at))
            .load(&mut self.conn)
            .await?;
        let mut found = None;
        for (id, route, version, deleted) in rows {
            self.depends_on(Tag::Item(id.0));
            found = found.or_else(|| route.filter(|_| version.is_some() && deleted.is_none()));
        }
        Ok(found.map(|route| PublicRedirect { to: route.0.as_str().to_owned(), permanent: true }))
    }
}
