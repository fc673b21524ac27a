//! One act on many items, each for itself: what fails for one does not hold up the others.

use rowhouse_domain::ItemId;
use serde::Serialize;

use super::{item, publishing};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// Items that one request may name.
const MOST: usize = 200;

rowhouse_domain::words! {
    /// What is to be done with many items.
    pub enum BulkAction {
        /// Publish their latest versions.
        Publish = "publish",
        /// Take them back.
        Unpublish = "unpublish",
        /// Put them into the bin.
        Bin = "bin",
        /// Take them out of the bin.
        Unbin = "unbin",
        /// Delete those of the bin for ever.
        Delete = "delete",
    }
}

/// What became of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BulkDone {
    /// The item.
    pub id: ItemId,
    /// Why nothing was done; none if it was.
    pub problem: Option<String>,
}

/// Does one thing with many items.
///
/// # Errors
/// [`EngineError::Invalid`] for too many at once, and whatever concerns not one item but the database.
#[crate::boxed]
pub async fn bulk(site: &Site, actor: &Actor, action: BulkAction, ids: &[ItemId]) -> Result<Vec<BulkDone>> {
    if ids.len() > MOST {
        return Err(EngineError::invalid("ids", format!("at most {MOST} at once")));
    }
    let mut done = Vec::with_capacity(ids.len());
    for id in ids.iter().copied() {
        let problem = match one(site, actor, action, id).await {
            Ok(()) => None,
            Err(
                refused @ (EngineError::NotFound(_)
                | EngineError::Denied { .. }
                | EngineError::Invalid(_)
                | EngineError::Conflict(_)
                | EngineError::Quota(_)),
            ) => Some(refused.to_string()),
            Err(error) => return Err(error),
        };
        done.push(BulkDone { id, problem });
    }
    Ok(done)
}

async fn one(site: &Site, actor: &Actor, action: BulkAction, id: ItemId) -> Result<()> {
    match action {
        BulkAction::Publish => {
            let row = item::item(site, actor, id).await?;
            publishing::publish(site, actor, id, row.latest_version, None).await.map(drop)
        }
        BulkAction::Unpublish => publishing::unpublish(site, actor, id).await.map(drop),
        BulkAction::Bin => publishing::bin(site, actor, id).await,
        BulkAction::Unbin => publishing::unbin(site, actor, id).await.map(drop),
        BulkAction::Delete => publishing::delete_forever(site, actor, id).await,
    }
}
