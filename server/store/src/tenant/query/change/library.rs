//! Files of the library.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{MediaId, coherence::Tag};

use super::super::{super::change::Change, model::MediaRow};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::media,
    types::{Col, Json},
};

impl Change {
    /// Adds a file to the library.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn insert_media(&mut self, row: &MediaRow) -> Result<()> {
        let m = &row.media;
        let variants = Json(m.variants.clone());
        let values = (
            media::id.eq(Col(m.id)),
            media::account_id.eq(row.account.map(Col)),
            media::name.eq(&m.name),
            media::mime.eq(&m.mime),
            media::bytes.eq(row.bytes.cast_signed()),
            media::width.eq(m.width.map(u32::cast_signed)),
            media::height.eq(m.height.map(u32::cast_signed)),
            media::alt.eq(&m.alt),
            media::caption.eq(&m.caption),
            media::hash.eq(&m.hash),
            media::variants.eq(&variants),
            media::source.eq(&row.source),
            media::created_at.eq(Col(row.created_at)),
            media::updated_at.eq(Col(row.updated_at)),
        );
        diesel::insert_into(media::table).values(values).execute(&mut self.conn).await?;
        self.touch(Tag::Media(m.id));
        Ok(())
    }

    /// Describes a file; answers whether it is there.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn describe_media(
        &mut self,
        id: MediaId,
        name: &str,
        alt: &str,
        caption: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let values = (
            media::name.eq(name),
            media::alt.eq(alt),
            media::caption.eq(caption),
            media::updated_at.eq(Col(now)),
        );
        let n = diesel::update(media::table.find(Col(id))).set(values).execute(&mut self.conn).await?;
        self.touch(Tag::Media(id));
        Ok(n > 0)
    }

    /// Takes a file out of the library; answers whether it was there.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn delete_media(&mut self, id: MediaId) -> Result<bool> {
        let n = diesel::delete(media::table.find(Col(id))).execute(&mut self.conn).await?;
        self.touch(Tag::Media(id));
        Ok(n > 0)
    }
}
