//! What the admin's first screen shows.

use rowhouse_domain::{
    content::{Kind, Status},
    permission::{Act, Area, Permission},
};
use rowhouse_store::{Facts, ItemFilter, ItemRow};
use serde::Serialize;

use crate::{actor::Actor, error::Result, site::Site};

/// Rows of each list.
const ROWS: u64 = 6;

/// Facts and short lists.
#[derive(Clone, Debug, Serialize)]
pub struct Dashboard {
    /// How much there is of what.
    pub facts: Facts,
    /// What was saved last: by anybody, or for those who edit only their own, by themselves.
    pub recent: Vec<ItemRow>,
    /// What waits for review.
    pub review: Vec<ItemRow>,
    /// What is planned.
    pub scheduled: Vec<ItemRow>,
}

/// The first screen of the admin.
///
/// # Errors
/// [`crate::EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn dashboard(site: &Site, actor: &Actor) -> Result<Dashboard> {
    actor.require(Permission::Site(Area::Admin))?;
    let all = Kind::ALL.iter().all(|k| actor.may(Permission::Item(*k, Act::EditAny)));
    let author = if all { None } else { actor.user };
    site.look(move |s| {
        Box::pin(async move {
            let list = |status| ItemFilter { status, author, limit: ROWS, ..ItemFilter::default() };
            Ok(Dashboard {
                facts: s.facts().await?,
                recent: s.items(&list(None)).await?.rows,
                review: s.items(&list(Some(Status::Review))).await?.rows,
                scheduled: s.items(&list(Some(Status::Scheduled))).await?.rows,
            })
        })
    })
    .await
}
