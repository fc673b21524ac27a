//! Pages that are not public yet, in the site's dress: a saved version or a text that is still being typed.
//! Nothing of it is kept. A signed link opens the last saved version of one item to whoever has it.

use std::time::Duration;

use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, UserId, VersionId,
    addressing::Base,
    content::{Document, Kind, Taxonomy},
    name::{RoutePath, Slug},
};
use rowhouse_render::context::Overlay;
use rowhouse_store::{ItemRow, Look, PublicAuthor, PublicItem, PublicTerm, Result as Stored, Snapshot};

use super::{
    Ask, Format, How, Served, chrome,
    find::{Material, around, pictures},
    serve::{Kept, Place, apart, render},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// The purpose that links are signed for.
const PURPOSE: &str = "preview link";
/// How long a link may work.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What to show.
#[derive(Clone, Debug)]
pub enum Draft {
    /// An item as it was saved last, or in an older version.
    Saved {
        /// The item.
        item: ItemId,
        /// The version; the latest where absent.
        version: Option<VersionId>,
    },
    /// A text that nobody saved.
    Typed(Box<Typed>),
}

/// A text that is being typed.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The item, if it was ever saved.
    pub item: Option<ItemId>,
    /// What it is to be.
    pub kind: Kind,
    /// Whose it is to be.
    pub author: Option<UserId>,
    /// The text.
    pub document: Document,
    /// Names of tags; they may be new.
    pub tags: Vec<String>,
}

/// Shows a page that is not public. Who may see it was decided before.
///
/// # Errors
/// [`EngineError::NotFound`], or if the page cannot be made.
#[crate::boxed]
pub async fn preview(site: &Site, base: &Base, draft: Draft, overlay: Option<Overlay>) -> Result<Served> {
    let now = site.now();
    let item = site.look(move |look| Box::pin(async move { drafted(look, draft, now).await })).await?;
    let item = item.ok_or(EngineError::NotFound("page"))?;
    let ask = Ask { path: item.route.clone(), page: 1, format: Format::Html, old_number: None };
    let read = site.read(move |snapshot| Box::pin(async move { material(snapshot, item).await }));
    let (material, stamp) = read.await?;
    let at = Place { site: site.clone(), base: base.clone(), ask, kept: Kept::No };
    let render = apart(site, render(at, material, stamp, now, true, overlay)).await?;
    Ok(Served { render: std::sync::Arc::new(render), how: How::Bypass })
}

async fn material(snapshot: &mut Snapshot, mut item: PublicItem) -> Stored<Material> {
    let chrome = chrome::read(snapshot).await?;
    if let Some(id) = item.fields.featured {
        item.featured = snapshot.media(&[id]).await?.remove(&id);
    }
    let found = around(snapshot, item, false).await?;
    let pictures = pictures(snapshot, &found).await?;
    Ok(Material { chrome, found, pictures })
}

/// The item as it would be public.
async fn drafted(look: &mut Look, draft: Draft, now: Timestamp) -> Stored<Option<PublicItem>> {
    let (row, typed) = match draft {
        Draft::Saved { item, version } => {
            let Some(row) = look.item(item).await? else { return Ok(None) };
            let wanted = version.unwrap_or(row.latest_version);
            let Some(saved) = look.version(wanted).await?.filter(|v| v.item == item) else { return Ok(None) };
            let typed = Typed {
                item: Some(item),
                kind: row.kind,
                author: row.author,
                document: saved.document,
                tags: Vec::new(),
            };
            (Some(row), typed)
        }
        Draft::Typed(typed) => {
            let row = match typed.item {
                Some(item) => look.item(item).await?,
                None => None,
            };
            (row, *typed)
        }
    };
    dressed(look, row, typed, now).await.map(Some)
}

async fn dressed(look: &mut Look, row: Option<ItemRow>, typed: Typed, now: Timestamp) -> Stored<PublicItem> {
    let route = planned(look, row.as_ref(), &typed).await?;
    let terms = terms(look, &typed).await?;
    let author = match typed.author {
        Some(id) => look.author_names().await?.into_iter().find(|(other, _)| *other == id),
        None => None,
    };
    let Document { title, format, body, excerpt, fields, .. } = typed.document;
    Ok(PublicItem {
        id: row.as_ref().map_or_else(ItemId::fresh, |r| r.id),
        kind: typed.kind,
        version: row.as_ref().map_or_else(VersionId::fresh, |r| r.latest_version),
        route,
        title,
        format,
        body,
        excerpt,
        author: author.map(|(id, name)| PublicAuthor { id, name, bio: String::new() }),
        terms,
        featured: None,
        parent: fields.parent,
        sticky: fields.sticky,
        menu_order: fields.order,
        // whoever sees a preview may see the text
        password: None,
        noindex: true,
        published_at: row.as_ref().and_then(|r| r.published_at.or(r.publish_at)).unwrap_or(now),
        updated_at: now,
        fields,
    })
}

/// Where it stands, or would stand if nothing else did.
async fn planned(look: &mut Look, row: Option<&ItemRow>, typed: &Typed) -> Stored<RoutePath> {
    if let Some(route) = row.and_then(|r| r.route.clone()) {
        return Ok(route);
    }
    let above = match typed.document.fields.parent {
        Some(parent) => look.item(parent).await?.and_then(|p| p.route),
        None => None,
    };
    let above = above.filter(|route| !route.is_root()).map(|route| route.to_string()).unwrap_or_default();
    let path = RoutePath::parse(&format!("{above}/{}", typed.document.slug));
    Ok(path.unwrap_or_else(|_| RoutePath::root()))
}

async fn terms(look: &mut Look, typed: &Typed) -> Stored<Vec<PublicTerm>> {
    let mut known = look.all_terms(Taxonomy::Category).await?;
    known.extend(look.all_terms(Taxonomy::Tag).await?);
    let wanted = |term: &PublicTerm| {
        typed.document.fields.terms.contains(&term.id)
            || (term.taxonomy == Taxonomy::Tag && typed.tags.contains(&term.name))
    };
    let fresh =
        typed.tags.iter().filter(|name| !known.iter().any(|t| t.name == **name)).map(|name| PublicTerm {
            id: rowhouse_domain::TermId::fresh(),
            taxonomy: Taxonomy::Tag,
            name: name.clone(),
            slug: Slug::derive(name),
            parent: None,
            description: String::new(),
        });
    let fresh: Vec<_> = fresh.collect();
    Ok(known.into_iter().filter(wanted).chain(fresh).collect())
}

fn message(site: &Site, item: &str, until: &str) -> Vec<u8> {
    format!("{}\n{item}\n{until}", site.id()).into_bytes()
}

/// Makes a link's proof: whoever has it sees the item, as it was saved last, for as long as it is `valid`, at
/// most 30 days.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn make_preview(
    site: &Site,
    actor: &Actor,
    item: ItemId,
    valid: Duration,
) -> Result<(String, Timestamp)> {
    crate::content::item(site, actor, item).await?;
    let until = site.now() + valid.min(LONGEST);
    let (item, second) = (item.0.simple().to_string(), until.as_second().to_string());
    let proof = site.keys().sign(PURPOSE, &message(site, &item, &second));
    Ok((format!("{item}.{second}.{proof}"), until))
}

/// The item that a link's proof is about.
///
/// # Errors
/// [`EngineError::NotFound`] for a proof that is not ours, or too old.
pub fn previewed(site: &Site, token: &str) -> Result<ItemId> {
    let missing = || EngineError::NotFound("preview, or not any more: ask for a new link");
    let mut parts = token.splitn(3, '.');
    let (Some(item), Some(until), Some(proof)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(missing());
    };
    let valid = site.keys().verify(PURPOSE, &message(site, item, until), proof);
    let alive = until.parse().is_ok_and(|second: i64| site.now().as_second() < second);
    if !valid || !alive {
        return Err(missing());
    }
    item.parse().map_err(|_| missing())
}
