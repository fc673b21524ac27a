//! Content by path, for the command line: an operator names addresses, not ids.

use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, VersionId,
    content::{Document, Fields, Format, Kind, Status},
    name::{RoutePath, Slug},
};
use rowhouse_store::{
    Change, ItemFilter, ItemRow, NewItem, NewVersion, Publication, Result as Stored, VersionRow,
};
use serde::Serialize;

use super::{
    address::is_archive,
    editing::found,
    guard::{self, Wish, allow},
    publishing::{Published, not_home},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// What is to stand at a path.
#[derive(Clone, Debug)]
pub struct ByPath {
    /// Where.
    pub path: RoutePath,
    /// Its title; none keeps the title of what stands there.
    pub title: Option<String>,
    /// What it is, where it is new.
    pub kind: Kind,
    /// How the body is written.
    pub format: Format,
    /// Its text; none keeps the text of what stands there.
    pub body: Option<String>,
}

/// One published item, for lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: ItemId,
    /// Where it stands, if it is published.
    pub path: Option<RoutePath>,
    /// What it is.
    pub kind: Kind,
    /// Where it is in its life.
    pub status: Status,
    /// Its title.
    pub title: String,
    /// When it was last saved.
    pub saved_at: Timestamp,
}

/// Publishes at a path: changes what stands there, or begins it. Answers also whether it is new.
///
/// # Errors
/// [`EngineError::Invalid`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn publish_at_path(site: &Site, actor: &Actor, new: ByPath) -> Result<(Published, bool)> {
    guard::kind(site, new.kind)?;
    let (actor, site_copy) = (actor.clone(), site.clone());
    site.write(move |s| {
        Box::pin(async move {
            let now = s.now();
            let old = s.item_by_route(&new.path).await?;
            let created = old.is_none();
            let (id, version) = match old {
                Some(row) => revise(s, &site_copy, &actor, &row, &new).await?,
                None => begin(s, &site_copy, &actor, &new).await?,
            };
            let row = found(s, id).await?;
            let published_at = row.published_at.unwrap_or(now);
            let route = new.path;
            s.publish(&Publication { item: id, version, route, published_at, updated_at: now }).await?;
            Ok((Published { row: found(s, id).await?, notices: Vec::new() }, created))
        })
    })
    .await
}

/// Saves a version of what stands at the path.
async fn revise(
    s: &mut Change,
    site: &Site,
    actor: &Actor,
    row: &ItemRow,
    new: &ByPath,
) -> Stored<(ItemId, VersionId)> {
    allow(actor, row, Wish::Publish)?;
    allow(actor, row, Wish::Edit)?;
    let latest = s.version(row.latest_version).await?.ok_or(EngineError::NotFound("version"))?;
    let mut document = latest.document.clone();
    if let Some(title) = &new.title {
        document.title.clone_from(title);
    }
    if let Some(body) = &new.body {
        document.body.clone_from(body);
        document.format = new.format;
    }
    let document = guard::document(&site.info(), row.kind, document)?;
    if document == latest.document {
        return Ok((row.id, latest.id));
    }
    let version = NewVersion {
        id: VersionId::fresh(),
        account: actor.user,
        document,
        note: String::new(),
        at: s.now(),
    };
    s.save_version(row.id, &version).await?;
    Ok((row.id, version.id))
}

/// Begins an item for the path.
async fn begin(s: &mut Change, site: &Site, actor: &Actor, new: &ByPath) -> Stored<(ItemId, VersionId)> {
    use rowhouse_domain::permission::{Act, Permission};
    actor.require(Permission::Item(new.kind, Act::Create))?;
    actor.require_item(new.kind, Act::PublishOwn, Act::PublishAny, actor.user)?;
    if is_archive(&new.path, &s.site_settings().await?) {
        let told = format!("{} is the address of a list or of the front page; choose another", new.path);
        return Err(EngineError::invalid("path", told).into());
    }
    let most = site.info().quotas.items;
    if most > 0 && s.item_count().await? >= most {
        return Err(EngineError::Quota(format!("this site may hold {most} items")).into());
    }
    let Some(title) = new.title.clone() else {
        return Err(EngineError::invalid("title", "nothing stands there yet: give it a title").into());
    };
    let parent = match new.path.parent().filter(|p| new.kind == Kind::Page && !p.is_root()) {
        Some(above) => s.item_by_route(&above).await?.filter(|row| row.kind == Kind::Page).map(|row| row.id),
        None => None,
    };
    let document = Document {
        title,
        slug: Slug::derive(new.path.segments().next_back().unwrap_or_default()),
        format: new.format,
        body: new.body.clone().unwrap_or_default(),
        excerpt: String::new(),
        fields: Fields { parent, ..Fields::default() },
    };
    let document = guard::document(&site.info(), new.kind, document)?;
    let (id, now) = (ItemId::fresh(), s.now());
    let first =
        NewVersion { id: VersionId::fresh(), account: actor.user, document, note: String::new(), at: now };
    let version = first.id;
    let (kind, author) = (new.kind, actor.user);
    s.create_item(&NewItem { id, kind, author, first, created_at: now, source: None }).await?;
    Ok((id, version))
}

/// All items that are not in the bin, last saved first.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn list_published(
    site: &Site,
    actor: &Actor,
    kind: Option<Kind>,
    status: Option<Status>,
) -> Result<Vec<Listed>> {
    let mut all = Vec::new();
    loop {
        let offset = all.len() as u64;
        let filter = ItemFilter { kind, status, offset, limit: 200, ..ItemFilter::default() };
        let page = super::items(site, actor, filter).await?;
        let done = page.rows.is_empty();
        all.extend(page.rows.into_iter().map(|row| Listed {
            id: row.id,
            path: row.route,
            kind: row.kind,
            status: row.status,
            title: row.title,
            saved_at: row.saved_at,
        }));
        if done || all.len() as u64 >= page.total {
            return Ok(all);
        }
    }
}

/// What stands at a path, with its published version.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn show_path(site: &Site, actor: &Actor, path: RoutePath) -> Result<(ItemRow, VersionRow)> {
    let actor = actor.clone();
    site.look(move |s| {
        Box::pin(async move {
            let row = s.item_by_route(&path).await?.ok_or(EngineError::NotFound("page at this path"))?;
            allow(&actor, &row, Wish::Edit)?;
            let shown = row.published_version.unwrap_or(row.latest_version);
            let version = s.version(shown).await?.ok_or(EngineError::NotFound("version"))?;
            Ok((row, version))
        })
    })
    .await
}

/// Takes what stands at a path back from visitors.
///
/// # Errors
/// As [`show_path`], and [`EngineError::Conflict`] if it is the home page.
#[crate::boxed]
pub async fn unpublish_path(site: &Site, actor: &Actor, path: RoutePath) -> Result<ItemRow> {
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            let row = s.item_by_route(&path).await?.ok_or(EngineError::NotFound("page at this path"))?;
            allow(&actor, &row, Wish::Publish)?;
            not_home(s, row.id).await?;
            s.unpublish(row.id, Status::Archived).await?;
            found(s, row.id).await
        })
    })
    .await
}
