//! Writing: items begun, drafts saved, autosave, edit locks, handing in for review. Nothing here shows to
//! visitors.

use std::time::Duration;

use rowhouse_domain::{
    ItemId, UserId, VersionId,
    content::{Document, Kind, Status},
    permission::{Act, Permission},
};
use rowhouse_store::{Autosave, Desk, ItemRow, LockState, NewItem, NewVersion, Result as Stored, VersionRow};

use super::guard::{self, Wish, allow, live};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// How long an edit lock is believed without being renewed.
pub const LOCK: Duration = Duration::from_secs(120);

/// A save that was based on an older version. Nothing was overwritten.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StaleSave {
    /// The item.
    pub item: ItemId,
    /// The version that the text was written upon, if it still exists.
    pub base: Option<VersionRow>,
    /// What was to be saved.
    pub yours: Document,
    /// What somebody else saved in the meantime.
    pub theirs: VersionRow,
}

/// An item opened in the editor.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Opened {
    /// The item.
    pub row: ItemRow,
    /// Its latest version.
    pub latest: VersionRow,
    /// What the editor typed and did not save, if it is newer than the latest version.
    pub autosave: Option<Autosave>,
}

/// Opens an item for editing.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn open(site: &Site, actor: &Actor, id: ItemId) -> Result<Opened> {
    let actor = actor.clone();
    site.look(move |s| {
        Box::pin(async move {
            let row = s.item(id).await?.ok_or(EngineError::NotFound("item"))?;
            allow(&actor, &row, Wish::Edit)?;
            let latest = s.version(row.latest_version).await?.ok_or(EngineError::NotFound("version"))?;
            let kept = match actor.user {
                Some(user) => s.autosave(id, user).await?,
                None => None,
            };
            let autosave = kept.filter(|kept| kept.document != latest.document);
            Ok(Opened { row, latest, autosave })
        })
    })
    .await
}

/// Begins an item as a draft of the actor's.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::Invalid`], [`EngineError::Quota`], or what the database says.
#[crate::boxed]
pub async fn create(site: &Site, actor: &Actor, kind: Kind, document: Document) -> Result<ItemRow> {
    actor.require(Permission::Item(kind, Act::Create))?;
    guard::kind(site, kind)?;
    let document = guard::document(&site.info(), kind, document)?;
    let (now, most, author) = (site.now(), site.info().quotas.items, actor.user);
    site.private(move |s| {
        Box::pin(async move {
            if most > 0 && s.item_count().await? >= most {
                let told = format!("this site may hold {most} items; delete some from the bin for ever");
                return Err(EngineError::Quota(told).into());
            }
            let id = ItemId::fresh();
            let first = NewVersion {
                id: VersionId::fresh(),
                account: author,
                document,
                note: String::new(),
                at: now,
            };
            s.create_item(&NewItem { id, kind, author, first, created_at: now, source: None }).await?;
            found(s, id).await
        })
    })
    .await
}

#[crate::boxed]
pub(super) async fn found(s: &mut Desk, id: ItemId) -> Stored<ItemRow> {
    Ok(s.item(id).await?.ok_or(EngineError::NotFound("item"))?)
}

/// Saves a version inside a transaction, if nobody saved since `base`. An unchanged text makes no version.
#[crate::boxed]
pub(super) async fn save_inside(
    s: &mut Desk,
    row: &ItemRow,
    base: VersionId,
    account: Option<UserId>,
    new: NewVersion,
) -> Stored<VersionId> {
    let latest = s.version(row.latest_version).await?.ok_or(EngineError::NotFound("version"))?;
    if latest.document == new.document {
        return Ok(latest.id);
    }
    if row.latest_version != base {
        let base = s.version(base).await?;
        let stale = StaleSave { item: row.id, base, yours: new.document, theirs: latest };
        return Err(EngineError::Stale(Box::new(stale)).into());
    }
    s.save_version(row.id, &new).await?;
    if let Some(account) = account {
        s.clear_autosave(row.id, account).await?;
    }
    Ok(new.id)
}

/// Keeps the text of a refused save beside the item.
pub(super) async fn keep_refused<T>(site: &Site, actor: &Actor, done: Result<T>) -> Result<T> {
    if let Err(EngineError::Stale(stale)) = &done
        && let Some(user) = actor.user
    {
        let (item, now) = (stale.item, site.now());
        let base = stale.base.as_ref().map_or(stale.theirs.id, |b| b.id);
        let document = stale.yours.clone();
        site.private(move |s| {
            Box::pin(async move { s.put_autosave(item, user, base, &document, now).await })
        })
        .await?;
    }
    done
}

/// Saves a draft that was written upon version `base`. What visitors see stays as it is.
///
/// # Errors
/// [`EngineError::Stale`] if somebody saved since `base`; the text is then kept beside. Also
/// [`EngineError::Invalid`], [`EngineError::Denied`], [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn save_draft(
    site: &Site,
    actor: &Actor,
    id: ItemId,
    base: VersionId,
    document: Document,
    note: &str,
) -> Result<ItemRow> {
    let (who, info, now, note) = (actor.clone(), site.info(), site.now(), note.trim().to_owned());
    let done = site
        .private(move |s| {
            Box::pin(async move {
                let row = live(s, &who, id, Wish::Edit).await?;
                let document = guard::document(&info, row.kind, document)?;
                let new = NewVersion { id: VersionId::fresh(), account: who.user, document, note, at: now };
                save_inside(s, &row, base, who.user, new).await?;
                found(s, id).await
            })
        })
        .await;
    keep_refused(site, actor, done).await
}

/// Keeps what is being typed, without making a version.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn autosave(
    site: &Site,
    actor: &Actor,
    id: ItemId,
    base: VersionId,
    document: Document,
) -> Result<()> {
    let Some(user) = actor.user else { return Ok(()) };
    let (actor, now) = (actor.clone(), site.now());
    site.private(move |s| {
        Box::pin(async move {
            live(s, &actor, id, Wish::Edit).await?;
            s.put_autosave(id, user, base, &document, now).await
        })
    })
    .await
}

/// Gives up what autosave kept.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn discard_autosave(site: &Site, actor: &Actor, id: ItemId) -> Result<()> {
    let Some(user) = actor.user else { return Ok(()) };
    site.private(move |s| Box::pin(async move { s.clear_autosave(id, user).await })).await
}

/// Takes or renews the edit lock; `force` takes it over.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn take_lock(site: &Site, actor: &Actor, id: ItemId, force: bool) -> Result<LockState> {
    let Some(user) = actor.user else { return Ok(LockState::Taken) };
    let (actor, now) = (actor.clone(), site.now());
    site.private(move |s| {
        Box::pin(async move {
            live(s, &actor, id, Wish::Edit).await?;
            s.take_lock(id, user, now, now + LOCK, force).await
        })
    })
    .await
}

/// Gives the edit lock up.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn release_lock(site: &Site, actor: &Actor, id: ItemId) -> Result<()> {
    let Some(user) = actor.user else { return Ok(()) };
    site.private(move |s| Box::pin(async move { s.release_lock(id, user).await })).await
}

/// Hands an item in for somebody who may publish it.
///
/// # Errors
/// [`EngineError::Conflict`] if it is published, [`EngineError::Denied`], [`EngineError::NotFound`], or what
/// the database says.
#[crate::boxed]
pub async fn submit_for_review(site: &Site, actor: &Actor, id: ItemId) -> Result<ItemRow> {
    let actor = actor.clone();
    site.private(move |s| {
        Box::pin(async move {
            let row = live(s, &actor, id, Wish::Edit).await?;
            if row.is_public() {
                return Err(EngineError::Conflict("it is published already".into()).into());
            }
            s.set_status(id, Status::Review).await?;
            found(s, id).await
        })
    })
    .await
}
