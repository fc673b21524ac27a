//! Items found and listed for the admin.

use rowhouse_domain::{
    ItemId,
    content::Kind,
    permission::{Act, Permission},
};
use rowhouse_store::{ItemFilter, ItemPage, ItemRow};

use super::guard::{Wish, allow};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// Whether the actor may see others' items of a kind in the admin.
fn sees_all(actor: &Actor, kind: Kind) -> bool {
    actor.may(Permission::Item(kind, Act::EditAny)) || actor.may(Permission::Item(kind, Act::PublishAny))
}

/// A list of items. Who may not edit others' sees their own.
///
/// # Errors
/// [`EngineError::Denied`] without any permission for the kind, or what the database says.
#[crate::boxed]
pub async fn items(site: &Site, actor: &Actor, mut filter: ItemFilter) -> Result<ItemPage> {
    let kinds = filter.kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    if !kinds.iter().all(|kind| sees_all(actor, *kind)) {
        let Some(user) = actor.user else {
            return Err(EngineError::Denied { need: Permission::Item(Kind::Post, Act::EditAny).to_string() });
        };
        filter.author = Some(user);
    }
    filter.limit = filter.limit.clamp(1, 200);
    site.look(move |s| Box::pin(async move { s.items(&filter).await })).await
}

/// One item, for somebody who may edit it.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn item(site: &Site, actor: &Actor, id: ItemId) -> Result<ItemRow> {
    let found = site.look(move |s| Box::pin(async move { s.item(id).await })).await?;
    let row = found.ok_or(EngineError::NotFound("item"))?;
    allow(actor, &row, Wish::Edit)?;
    Ok(row)
}
