//! What visitors get to see: publishing, taking back, the bin, and plans for later.

use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, VersionId,
    content::{Document, Kind, Status},
    name::RoutePath,
    settings::Home,
};
use rowhouse_store::{Change, ItemRow, NewVersion, Publication, Result as Stored};

use super::{
    address::{self, Planned},
    editing::{found, keep_refused, save_inside},
    guard::{self, Wish, held, live},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// An item that was published.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Published {
    /// The item.
    pub row: ItemRow,
    /// What the editor should know: the address is not the one that was asked for.
    pub notices: Vec<String>,
}

/// Publishes a version of an item inside a change, at the address that its document asks for.
#[crate::boxed]
pub(super) async fn publish_inside(
    s: &mut Change,
    row: &ItemRow,
    version: VersionId,
    now: Timestamp,
) -> Stored<Published> {
    let found_version = s.version(version).await?.filter(|v| v.item == row.id);
    let document = found_version.ok_or(EngineError::NotFound("version"))?.document;
    let published_at = row.published_at.unwrap_or(now);
    let planned = match standing(s, row, &document).await? {
        Some(route) => Planned { route, notice: None },
        None => address::plan(s, row.id, row.kind, &document, published_at).await?,
    };
    let route = planned.route;
    s.publish(&Publication { item: row.id, version, route, published_at, updated_at: now }).await?;
    Ok(Published { row: found(s, row.id).await?, notices: planned.notice.into_iter().collect() })
}

/// Where a published item stays: slug and parent are what they were, so its address is too, however it was
/// found (an import or the command line may have chosen another than would be planned today).
async fn standing(s: &mut Change, row: &ItemRow, new: &Document) -> Stored<Option<RoutePath>> {
    let (Some(route), Some(version)) = (&row.route, row.published_version) else { return Ok(None) };
    let shown = s.version(version).await?.map(|v| v.document);
    let stays = shown.is_some_and(|d| d.slug == new.slug && d.fields.parent == new.fields.parent);
    Ok(stays.then(|| route.clone()))
}

/// Publishes an item: what was typed upon version `base`, or without `document` its latest version.
///
/// # Errors
/// [`EngineError::Stale`] if somebody saved since `base`; the text is then kept beside. Also
/// [`EngineError::Invalid`], [`EngineError::Denied`], [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn publish(
    site: &Site,
    actor: &Actor,
    id: ItemId,
    base: VersionId,
    document: Option<Document>,
) -> Result<Published> {
    let (who, info, now) = (actor.clone(), site.info(), site.now());
    let done = site
        .write(move |s| {
            Box::pin(async move {
                let row = live(s, &who, id, Wish::Publish).await?;
                let version = match document {
                    None if row.latest_version == base => base,
                    None => return Err(changed_meanwhile()),
                    Some(document) => {
                        guard::allow(&who, &row, Wish::Edit)?;
                        let document = guard::document(&info, row.kind, document)?;
                        let note = String::new();
                        let new =
                            NewVersion { id: VersionId::fresh(), account: who.user, document, note, at: now };
                        save_inside(s, &row, base, who.user, new).await?
                    }
                };
                let row = found(s, id).await?;
                publish_inside(s, &row, version, now).await
            })
        })
        .await;
    keep_refused(site, actor, done).await
}

fn changed_meanwhile() -> rowhouse_store::StoreError {
    EngineError::Conflict(
        "somebody saved another version in the meantime; look at it before publishing".into(),
    )
    .into()
}

/// Takes an item back from visitors.
///
/// # Errors
/// [`EngineError::Conflict`] if it is the home page, [`EngineError::Denied`], [`EngineError::NotFound`], or
/// what the database says.
#[crate::boxed]
pub async fn unpublish(site: &Site, actor: &Actor, id: ItemId) -> Result<ItemRow> {
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            live(s, &actor, id, Wish::Publish).await?;
            not_home(s, id).await?;
            s.unpublish(id, Status::Archived).await?;
            found(s, id).await
        })
    })
    .await
}

/// The home page must not go away unnoticed.
#[crate::boxed]
pub(super) async fn not_home(s: &mut Change, id: ItemId) -> Stored<()> {
    match s.site_settings().await?.home {
        Home::Page(home) if home == id => Err(EngineError::Conflict(
            "it is the home page of the site; choose another one in the settings first".into(),
        )
        .into()),
        _ => Ok(()),
    }
}

/// Plans when the latest version is to be published and when the item is to be taken back.
///
/// # Errors
/// [`EngineError::Invalid`] for times that are past or in the wrong order, [`EngineError::Denied`],
/// [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn schedule(
    site: &Site,
    actor: &Actor,
    id: ItemId,
    publish_at: Option<Timestamp>,
    unpublish_at: Option<Timestamp>,
) -> Result<ItemRow> {
    let now = site.now();
    if publish_at.is_some_and(|at| at <= now) {
        return Err(EngineError::invalid("publish_at", "choose a time to come, or publish it now"));
    }
    if unpublish_at.is_some_and(|at| at <= publish_at.unwrap_or(now)) {
        return Err(EngineError::invalid("unpublish_at", "choose a time after it is published"));
    }
    let actor = actor.clone();
    let times = [publish_at, unpublish_at];
    site.note_due(times.into_iter().flatten()).await?;
    let row = site
        .private(move |s| {
            Box::pin(async move {
                let row = live(s, &actor, id, Wish::Publish).await?;
                s.plan(id, publish_at, unpublish_at).await?;
                if !row.is_public() {
                    let status = match publish_at {
                        Some(_) => Status::Scheduled,
                        None if row.status == Status::Scheduled => Status::Draft,
                        None => row.status,
                    };
                    s.set_status(id, status).await?;
                }
                found(s, id).await
            })
        })
        .await?;
    site.note_due(times.into_iter().flatten()).await?;
    Ok(row)
}

/// Drops all plans of an item.
///
/// # Errors
/// As [`schedule`].
#[crate::boxed]
pub async fn unschedule(site: &Site, actor: &Actor, id: ItemId) -> Result<ItemRow> {
    schedule(site, actor, id, None, None).await
}

/// Takes an item back and puts it into the bin.
///
/// # Errors
/// As [`unpublish`].
#[crate::boxed]
pub async fn bin(site: &Site, actor: &Actor, id: ItemId) -> Result<()> {
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            let row = held(s, &actor, id, Wish::Delete).await?;
            if row.deleted_at.is_some() {
                return Ok(());
            }
            not_home(s, id).await?;
            s.bin_item(id).await
        })
    })
    .await
}

/// Takes an item out of the bin, as a draft.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn unbin(site: &Site, actor: &Actor, id: ItemId) -> Result<ItemRow> {
    let actor = actor.clone();
    site.private(move |s| {
        Box::pin(async move {
            let row = held(s, &actor, id, Wish::Delete).await?;
            if row.deleted_at.is_some() {
                s.unbin_item(id).await?;
            }
            found(s, id).await
        })
    })
    .await
}

/// Deletes an item of the bin with all its versions.
///
/// # Errors
/// [`EngineError::Conflict`] if it is not in the bin, [`EngineError::Denied`], [`EngineError::NotFound`], or
/// what the database says.
#[crate::boxed]
pub async fn delete_forever(site: &Site, actor: &Actor, id: ItemId) -> Result<()> {
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            let row = held(s, &actor, id, Wish::Delete).await?;
            if row.deleted_at.is_none() {
                return Err(EngineError::Conflict("put it into the bin first".into()).into());
            }
            s.delete_item(id).await
        })
    })
    .await
}

/// Lets a post stand above others, or not any more.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn set_sticky(site: &Site, actor: &Actor, id: ItemId, sticky: bool) -> Result<()> {
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            let row = live(s, &actor, id, Wish::Publish).await?;
            if row.kind != Kind::Post {
                return Err(EngineError::invalid("sticky", "only posts can stand above others").into());
            }
            s.set_sticky(id, sticky).await
        })
    })
    .await
}
