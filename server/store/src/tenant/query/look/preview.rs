//! A version as it would look when published.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rowhouse_domain::{ItemId, UserId, VersionId, name::RoutePath};

use super::{
    super::{
        super::desk::Look,
        desk::still_there,
        model::{PublicAuthor, PublicItem},
        public::rows::media_of,
    },
    find_item, find_version,
};
use crate::{conn::on_conn, error::Result, schema::tenant::account, types::Col};

impl Look {
    /// A version of an item as visitors would see it. An item that is not published stands at its slug.
    ///
    /// # Errors
    /// What the database says.
    pub async fn as_published(&mut self, id: ItemId, version: VersionId) -> Result<Option<PublicItem>> {
        let Some(row) = find_item(&mut self.conn, id).await? else { return Ok(None) };
        let Some(version) = find_version(&mut self.conn, version).await?.filter(|v| v.item == id) else {
            return Ok(None);
        };
        let document = version.document;
        let (parent, ids) = still_there(&mut self.conn, &document.fields).await?;
        let mut terms = Vec::new();
        for chosen in document.fields.terms.iter().filter(|t| ids.contains(t)) {
            terms.extend(self.term_by_id(*chosen).await?);
        }
        let author = match row.author {
            Some(author) => self.public_face(author).await?,
            None => None,
        };
        let featured = document.fields.featured;
        let mut media = media_of(&mut self.conn, featured.into_iter().collect()).await?;
        let at_slug = || RoutePath::root().join(&document.slug).unwrap_or_else(|_| RoutePath::root());
        Ok(Some(PublicItem {
            id,
            kind: row.kind,
            version: version.id,
            route: row.route.unwrap_or_else(at_slug),
            title: document.title,
            format: document.format,
            body: document.body,
            excerpt: document.excerpt,
            author,
            terms,
            featured: featured.and_then(|id| media.remove(&id)),
            parent,
            sticky: document.fields.sticky,
            menu_order: document.fields.order,
            password: document.fields.password.clone(),
            noindex: document.fields.noindex,
            published_at: row.published_at.unwrap_or(version.created_at),
            updated_at: version.created_at,
            fields: document.fields,
        }))
    }

    async fn public_face(&mut self, id: UserId) -> Result<Option<PublicAuthor>> {
        let row: Option<(String, String, String)> = on_conn!(self.conn, |c| account::table
            .find(Col(id))
            .select((account::name, account::display_name, account::bio))
            .first(c)
            .await
            .optional())?;
        let face = |(login, name, bio): (String, String, String)| PublicAuthor {
            id,
            name: if name.trim().is_empty() { login } else { name },
            bio,
        };
        Ok(row.map(face))
    }
}
