//! Files of the library, for pictures that bodies and settings name.

use std::collections::HashMap;

use rowhouse_domain::{MediaId, coherence::Tag};

use super::{
    super::{super::snapshot::Snapshot, model::PublicMedia},
    rows::media_of,
};
use crate::error::Result;

impl Snapshot {
    /// The files of these ids, as far as they are there.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn media(&mut self, ids: &[MediaId]) -> Result<HashMap<MediaId, PublicMedia>> {
        for id in ids {
            self.depends_on(Tag::Media(*id));
        }
        media_of(&mut self.conn, ids.to_vec()).await
    }
}
