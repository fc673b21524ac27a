//! The media library: uploads judged and stored, files described, found and deleted.

use bytes::Bytes;
use jiff::Timestamp;
use rowhouse_domain::{
    MediaId, UserId,
    permission::{Area, Permission},
    tenant::Feature,
};
use rowhouse_media::{Kept, Prepared, UploadError, Workshop};
use rowhouse_store::{ItemRow, MediaFilter, MediaPage, MediaRow, MediaVariant, PublicMedia};

use super::guard;
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// A file that somebody sends.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its content.
    pub bytes: Bytes,
    /// The name it came with.
    pub name: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// Where it is imported from.
    pub source: Option<String>,
}

/// The row of a file that was stored.
pub(crate) fn record(
    kept: &Kept,
    prepared: &Prepared,
    upload: &Upload,
    account: Option<UserId>,
    now: Timestamp,
) -> MediaRow {
    let size = prepared.size();
    let variants = kept.files.iter().skip(1).map(|file| MediaVariant {
        name: file.key.variant.to_string(),
        mime: file.mime.to_owned(),
        hash: file.hash.to_string(),
        width: file.size.map_or(0, |s| s.width),
        height: file.size.map_or(0, |s| s.height),
        bytes: file.bytes,
    });
    MediaRow {
        media: PublicMedia {
            id: kept.media,
            name: rowhouse_media::display_name(&upload.name, prepared.kind),
            mime: prepared.kind.mime().to_owned(),
            width: size.map(|s| s.width),
            height: size.map(|s| s.height),
            alt: upload.alt.trim().to_owned(),
            caption: String::new(),
            hash: kept.files.first().map(|f| f.hash.to_string()).unwrap_or_default(),
            variants: variants.collect(),
        },
        account,
        bytes: kept.files.iter().map(|f| f.bytes).sum(),
        source: upload.source.clone(),
        created_at: now,
        updated_at: now,
    }
}

fn refused(error: UploadError) -> EngineError {
    match error {
        UploadError::Interrupted => EngineError::Unavailable(error.to_string()),
        other => EngineError::Media(other.to_string()),
    }
}

/// Takes a file into the library: judges it by its content, makes smaller forms of pictures, stores all.
///
/// # Errors
/// [`EngineError::Media`] for what cannot be taken, [`EngineError::Quota`], [`EngineError::Denied`], or what
/// the store of files or the database says.
#[crate::boxed]
pub async fn upload(site: &Site, actor: &Actor, workshop: &Workshop, upload: Upload) -> Result<MediaRow> {
    guard::area(actor, Area::MediaUpload)?;
    guard::feature(site, Feature::Media)?;
    let prepared = workshop.prepare(upload.bytes.clone()).await.map_err(refused)?;
    let size: u64 = prepared.renditions.iter().map(|r| r.bytes.len() as u64).sum();
    let most = site.info().quotas.media_bytes;
    let room = move |used: u64| {
        if most == 0 || used.saturating_add(size) <= most {
            return Ok(());
        }
        let told =
            format!("this site may keep {most} bytes of media and keeps {used}; this needs {size} more");
        Err(EngineError::Quota(told))
    };
    room(site.look(|s| Box::pin(async move { s.media_bytes().await })).await?)?;
    let (id, store) = (MediaId::fresh(), site.core().media.clone());
    let kept =
        store.keep(site.id(), id, &prepared).await.map_err(|e| EngineError::Unavailable(e.to_string()))?;
    let row = record(&kept, &prepared, &upload, actor.user, site.now());
    let noted = row.clone();
    let done = site
        .write(move |s| {
            Box::pin(async move {
                // again under the lock: two uploads at once must not pass together
                room(s.media_bytes().await?)?;
                s.insert_media(&noted).await
            })
        })
        .await;
    if let Err(error) = done {
        if let Err(left) = store.delete_media(site.id(), id).await {
            tracing::warn!(tenant = %site.id(), media = %id, error = %left, "files of a refused upload are left behind");
        }
        return Err(error);
    }
    Ok(row)
}

/// Some files, newest first. Who may not manage others' sees all all the same: files are for everybody's use.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn media_list(site: &Site, actor: &Actor, mut filter: MediaFilter) -> Result<MediaPage> {
    actor.require(Permission::Site(Area::Admin))?;
    filter.limit = filter.limit.clamp(1, 200);
    site.look(move |s| Box::pin(async move { s.media_page(&filter).await })).await
}

/// One file.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn media_item(site: &Site, actor: &Actor, id: MediaId) -> Result<MediaRow> {
    actor.require(Permission::Site(Area::Admin))?;
    let row = site.look(move |s| Box::pin(async move { s.media_row(id).await })).await?;
    row.ok_or(EngineError::NotFound("file"))
}

/// Items that show a file.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn media_usage(site: &Site, actor: &Actor, id: MediaId) -> Result<Vec<ItemRow>> {
    actor.require(Permission::Site(Area::Admin))?;
    site.look(move |s| Box::pin(async move { s.media_usage(id).await })).await
}

/// The file, if it is the actor's own or they manage everybody's.
async fn managed(site: &Site, actor: &Actor, id: MediaId) -> Result<MediaRow> {
    let row = media_item(site, actor, id).await?;
    let own = row.account.is_some() && row.account == actor.user;
    guard::area(actor, if own { Area::MediaUpload } else { Area::MediaManage })?;
    Ok(row)
}

/// Describes a file.
///
/// # Errors
/// [`EngineError::Invalid`], [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn describe_media(
    site: &Site,
    actor: &Actor,
    id: MediaId,
    name: &str,
    alt: &str,
    caption: &str,
) -> Result<MediaRow> {
    managed(site, actor, id).await?;
    let [name, alt, caption] = [name, alt, caption].map(|text| text.trim().to_owned());
    for (field, text, most) in [("name", &name, 200), ("alt", &alt, 1_000), ("caption", &caption, 2_000)] {
        if text.chars().count() > most || text.chars().any(char::is_control) {
            return Err(EngineError::invalid(field, format!("one line of at most {most} characters")));
        }
    }
    if name.is_empty() {
        return Err(EngineError::invalid("name", "give it a name"));
    }
    let there = site
        .write(move |s| {
            Box::pin(async move {
                let now = s.now();
                s.describe_media(id, &name, &alt, &caption, now).await
            })
        })
        .await?;
    if there { media_item(site, actor, id).await } else { Err(EngineError::NotFound("file")) }
}

/// Deletes a file with all its forms. Items that show it keep their texts; the picture is missing there.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says. Files that cannot be
/// removed are logged: the library no longer knows them.
#[crate::boxed]
pub async fn delete_media(site: &Site, actor: &Actor, id: MediaId) -> Result<()> {
    managed(site, actor, id).await?;
    site.write(move |s| Box::pin(async move { s.delete_media(id).await })).await?;
    if let Err(error) = site.core().media.delete_media(site.id(), id).await {
        tracing::warn!(tenant = %site.id(), media = %id, %error, "files of a deleted medium are left behind");
    }
    Ok(())
}
