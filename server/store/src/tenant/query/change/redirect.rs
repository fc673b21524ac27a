//! Redirects made and removed.

use diesel::prelude::*;
use rowhouse_domain::{RedirectId, coherence::Tag, name::RoutePath};

use super::super::{super::change::Change, model::RedirectRow};
use crate::{error::Result, query::RunQueryDsl, schema::tenant::redirect, types::Col};

impl Change {
    /// Makes a redirect, in place of one from the same path.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn put_redirect(&mut self, row: &RedirectRow) -> Result<()> {
        self.drop_redirect_at(&row.from).await?;
        let values = (
            redirect::id.eq(Col(row.id)),
            redirect::from_path.eq(Col(row.from.clone())),
            redirect::to_path.eq(&row.to),
            redirect::item_id.eq(row.item.map(Col)),
            redirect::permanent.eq(row.permanent),
            redirect::automatic.eq(row.automatic),
            redirect::created_at.eq(Col(row.created_at)),
        );
        diesel::insert_into(redirect::table).values(values).execute(&mut self.conn).await?;
        self.touch_path(&row.from);
        self.touch(Tag::Redirects);
        Ok(())
    }

    /// Removes the redirect from a path, if there is one.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn drop_redirect_at(&mut self, path: &RoutePath) -> Result<()> {
        let row = redirect::table.filter(redirect::from_path.eq(Col(path.clone())));
        let n = diesel::delete(row).execute(&mut self.conn).await?;
        if n > 0 {
            self.touch_path(path);
            self.touch(Tag::Redirects);
        }
        Ok(())
    }

    /// Removes a redirect; answers whether there was one.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn delete_redirect(&mut self, id: RedirectId) -> Result<bool> {
        let from: Option<Col<RoutePath>> = redirect::table
            .find(Col(id))
            .select(redirect::from_path)
            .first(&mut self.conn)
            .await
            .optional()?;
        match from {
            Some(from) => self.drop_redirect_at(&from.0).await.map(|()| true),
            None => Ok(false),
        }
    }
}
