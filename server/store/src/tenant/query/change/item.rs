//! Items published, taken back, put into the bin, deleted.

use diesel::prelude::*;
use futures_util::{FutureExt, future::BoxFuture};
use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, RedirectId, UserId, VersionId,
    coherence::Tag,
    content::{Kind, Status},
    name::RoutePath,
};

use super::super::{
    super::change::Change,
    desk::{replace_terms, still_there},
    look::find_version,
    model::{RedirectRow, VersionRow},
};
use crate::{
    error::{Result, StoreError},
    query::RunQueryDsl,
    schema::tenant::{item, version},
    types::{Col, Json},
};

/// A version to show to visitors.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Whose version.
    pub item: ItemId,
    /// Which.
    pub version: VersionId,
    /// Where; nothing else may stand there.
    pub route: RoutePath,
    /// Its date.
    pub published_at: Timestamp,
    /// When its published form changed.
    pub updated_at: Timestamp,
}

impl Change {
    /// Shows a version to visitors. If the item stood elsewhere, its old path leads to it from now on, and
    /// the pages below it move along.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if another item stands at the route, [`StoreError::Refused`] if there is no
    /// such version, or what the database says.
    #[crate::boxed]
    pub async fn publish(&mut self, p: &Publication) -> Result<()> {
        let Some(version) = find_version(&mut self.conn, p.version).await?.filter(|v| v.item == p.item)
        else {
            return Err(StoreError::refused("there is no such version of the item"));
        };
        let old = self.face(p.item).await?;
        self.drop_redirect_at(&p.route).await?;
        self.show(p, &version).await?;
        if let Some(old) = old.as_ref().filter(|o| o.route != p.route) {
            self.leave_redirect(&old.route, p.item).await?;
        }
        let new = self.face(p.item).await?;
        self.touch_faces(old.as_ref(), new.as_ref());
        let moved = old.is_none_or(|o| o.route != p.route);
        if moved && new.is_some_and(|n| n.kind == Kind::Page) {
            self.move_children(p.item, p.route.clone(), 0).await?;
        }
        Ok(())
    }

    /// Writes the version into the item's own columns.
    async fn show(&mut self, p: &Publication, version: &VersionRow) -> Result<()> {
        let conn = &mut self.conn;
        let d = &version.document;
        let (parent, terms) = still_there(conn, &d.fields).await?;
        let shown = (
            (
                item::status.eq(Col(Status::Published)),
                item::published_version.eq(Some(Col(p.version))),
                item::title.eq(&d.title),
                item::route.eq(Some(Col(p.route.clone()))),
                item::parent_id.eq(parent.map(Col)),
                item::sticky.eq(d.fields.sticky),
                item::menu_order.eq(d.fields.order),
                item::password.eq(&d.fields.password),
                item::noindex.eq(d.fields.noindex),
            ),
            (
                item::published_at.eq(Some(Col(p.published_at))),
                item::updated_at.eq(Col(p.updated_at)),
                item::publish_at.eq(None::<Col<Timestamp>>),
                item::deleted_at.eq(None::<Col<Timestamp>>),
            ),
        );
        diesel::update(item::table.find(Col(p.item))).set(shown).execute(conn).await?;
        replace_terms(conn, p.item, &terms).await
    }

    /// Makes an item's old path lead to it.
    async fn leave_redirect(&mut self, from: &RoutePath, to: ItemId) -> Result<()> {
        let row = RedirectRow {
            id: RedirectId::fresh(),
            from: from.clone(),
            to: None,
            item: Some(to),
            permanent: true,
            automatic: true,
            created_at: self.now(),
        };
        self.put_redirect(&row).await
    }

    /// Moves the published pages below `parent`, which stands at `route` now, and all below them.
    fn move_children(&mut self, parent: ItemId, route: RoutePath, depth: u8) -> BoxFuture<'_, Result<()>> {
        async move {
            if depth >= 32 {
                return Ok(());
            }
            let rows: Vec<(Col<ItemId>, Option<Col<RoutePath>>)> = item::table
                .filter(item::parent_id.eq(Col(parent)))
                .filter(item::kind.eq(Col(Kind::Page)))
                .filter(item::published_version.is_not_null())
                .filter(item::deleted_at.is_null())
                .order(item::id)
                .select((item::id, item::route))
                .load(&mut self.conn)
                .await?;
            for (child, at) in rows {
                let Some(from) = at.map(|r| r.0) else { continue };
                if from.parent().as_ref() == Some(&route) {
                    continue;
                }
                let Some(to) = self.free_below(&route, &from).await? else { continue };
                self.move_item(child.0, &from, &to).await?;
                self.move_children(child.0, to, depth + 1).await?;
            }
            Ok(())
        }
        .boxed()
    }

    /// The path below `parent` with the last segment of `from`, with a number if it is taken; none if it
    /// would be no path.
    async fn free_below(&mut self, parent: &RoutePath, from: &RoutePath) -> Result<Option<RoutePath>> {
        let base = if parent.is_root() { "" } else { parent.as_str() };
        let Some(last) = from.segments().next_back() else { return Ok(None) };
        for number in 1..1_000 {
            let tail = if number == 1 { String::new() } else { format!("-{number}") };
            let Ok(path) = RoutePath::parse(&format!("{base}/{last}{tail}")) else { return Ok(None) };
            if self.item_by_route(&path).await?.is_none() {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    async fn move_item(&mut self, id: ItemId, from: &RoutePath, to: &RoutePath) -> Result<()> {
        let old = self.face(id).await?;
        self.drop_redirect_at(to).await?;
        let place = (item::route.eq(Some(Col(to.clone()))), item::updated_at.eq(Col(self.now())));
        diesel::update(item::table.find(Col(id))).set(place).execute(&mut self.conn).await?;
        self.leave_redirect(from, id).await?;
        let new = self.face(id).await?;
        self.touch_faces(old.as_ref(), new.as_ref());
        Ok(())
    }

    /// Hides an item from visitors. Its path becomes free.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn unpublish(&mut self, id: ItemId, status: Status) -> Result<()> {
        let old = self.face(id).await?;
        let hidden = (
            item::status.eq(Col(status)),
            item::published_version.eq(None::<Col<VersionId>>),
            item::route.eq(None::<Col<RoutePath>>),
            item::unpublish_at.eq(None::<Col<Timestamp>>),
        );
        diesel::update(item::table.find(Col(id))).set(hidden).execute(&mut self.conn).await?;
        self.touch_faces(old.as_ref(), None);
        Ok(())
    }

    /// Hides an item from visitors and puts it into the bin.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn bin_item(&mut self, id: ItemId) -> Result<()> {
        self.unpublish(id, Status::Draft).await?;
        let binned = (
            item::deleted_at.eq(Some(Col(self.now()))),
            item::publish_at.eq(None::<Col<Timestamp>>),
            item::lock_until.eq(None::<Col<Timestamp>>),
        );
        diesel::update(item::table.find(Col(id))).set(binned).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Deletes an item with all its versions, and menu entries and redirects that lead to it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn delete_item(&mut self, id: ItemId) -> Result<()> {
        let old = self.face(id).await?;
        // those below it stand at the top from now on
        let below: Vec<Col<ItemId>> =
            item::table.filter(item::parent_id.eq(Col(id))).select(item::id).load(&mut self.conn).await?;
        for child in below {
            self.touch(Tag::Item(child.0));
        }
        diesel::delete(item::table.find(Col(id))).execute(&mut self.conn).await?;
        // entries and redirects to it went along; both depend on the item, seen or not
        self.touch(Tag::Item(id));
        self.touch_faces(old.as_ref(), None);
        Ok(())
    }

    /// Lets a post stand above others, or not any more, in its published and in its latest version.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_sticky(&mut self, id: ItemId, sticky: bool) -> Result<()> {
        let Some(row) = self.item(id).await? else { return Ok(()) };
        for version in [Some(row.latest_version), row.published_version].into_iter().flatten() {
            let Some(mut found) = find_version(&mut self.conn, version).await? else { continue };
            found.document.fields.sticky = sticky;
            let fields = Json(found.document.fields);
            diesel::update(version::table.find(Col(version)))
                .set(version::fields.eq(&fields))
                .execute(&mut self.conn)
                .await?;
        }
        diesel::update(item::table.find(Col(id)))
            .set(item::sticky.eq(sticky))
            .execute(&mut self.conn)
            .await?;
        let face = self.face(id).await?;
        self.touch_faces(face.as_ref(), face.as_ref());
        Ok(())
    }

    /// Gives an item to another account.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_author(&mut self, id: ItemId, author: Option<UserId>) -> Result<()> {
        let old = self.face(id).await?;
        diesel::update(item::table.find(Col(id)))
            .set(item::author_id.eq(author.map(Col)))
            .execute(&mut self.conn)
            .await?;
        let new = self.face(id).await?;
        self.touch_faces(old.as_ref(), new.as_ref());
        Ok(())
    }
}
