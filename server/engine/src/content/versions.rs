//! What an item was before: its versions, two of them compared, an old one restored.

use rowhouse_domain::{ItemId, VersionId};
use rowhouse_store::{ItemRow, NewVersion, VersionRow};

use super::{
    compare::{Comparison, compare_documents},
    editing::found,
    guard::{Wish, allow, live},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// All versions of an item, newest first.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn versions(site: &Site, actor: &Actor, id: ItemId) -> Result<Vec<VersionRow>> {
    let actor = actor.clone();
    site.look(move |s| {
        Box::pin(async move {
            let row = s.item(id).await?.ok_or(EngineError::NotFound("item"))?;
            allow(&actor, &row, Wish::Edit)?;
            s.versions(id).await
        })
    })
    .await
}

/// One version of an item.
///
/// # Errors
/// As [`versions`].
#[crate::boxed]
pub async fn version(site: &Site, actor: &Actor, id: ItemId, version: VersionId) -> Result<VersionRow> {
    let actor = actor.clone();
    site.look(move |s| {
        Box::pin(async move {
            let row = s.item(id).await?.ok_or(EngineError::NotFound("item"))?;
            allow(&actor, &row, Wish::Edit)?;
            let found = s.version(version).await?.filter(|v| v.item == id);
            Ok(found.ok_or(EngineError::NotFound("version"))?)
        })
    })
    .await
}

/// Two versions of an item and how they differ.
///
/// # Errors
/// As [`versions`].
#[crate::boxed]
pub async fn compare(
    site: &Site,
    actor: &Actor,
    id: ItemId,
    older: VersionId,
    newer: VersionId,
) -> Result<(VersionRow, VersionRow, Comparison)> {
    let older = version(site, actor, id, older).await?;
    let newer = version(site, actor, id, newer).await?;
    let compared = compare_documents(&older.document, &newer.document);
    Ok((older, newer, compared))
}

/// Makes an old version the latest one again, as a draft. Nothing is lost: it is a new version.
///
/// # Errors
/// As [`versions`].
#[crate::boxed]
pub async fn restore(site: &Site, actor: &Actor, id: ItemId, version: VersionId) -> Result<ItemRow> {
    let (actor, now) = (actor.clone(), site.now());
    site.private(move |s| {
        Box::pin(async move {
            live(s, &actor, id, Wish::Edit).await?;
            let old = s.version(version).await?.filter(|v| v.item == id);
            let old = old.ok_or(EngineError::NotFound("version"))?;
            let note = format!("Restored from version {}", old.number);
            let new = NewVersion {
                id: VersionId::fresh(),
                account: actor.user,
                document: old.document,
                note,
                at: now,
            };
            s.save_version(id, &new).await?;
            found(s, id).await
        })
    })
    .await
}
