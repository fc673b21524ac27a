//! What screens show around items: names, terms, choices of a form. Reads only, each in one snapshot.

use std::collections::HashMap;

use rowhouse_domain::{
    ItemId, MediaId, UserId,
    content::{Kind, Taxonomy},
    name::RoutePath,
    permission::{Act, Area, Permission},
    settings::{Home, SiteSettings},
};
use rowhouse_store::{ItemFilter, ItemPage, ItemRow, ItemSort, PublicMedia, PublicTerm, VersionRow};

use super::{
    guard::{Wish, allow, live},
    item,
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// Pages that a form offers as parents, menus as targets.
const MOST_PAGES: u64 = 1_000;

/// A list of items with what a screen shows of each.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The items.
    pub page: ItemPage,
    /// Their categories and tags.
    pub terms: HashMap<ItemId, Vec<PublicTerm>>,
    /// The names of all accounts.
    pub names: Vec<(UserId, String)>,
    /// All categories, by name.
    pub categories: Vec<PublicTerm>,
    /// All tags, by name.
    pub tags: Vec<PublicTerm>,
    /// The site's settings.
    pub settings: SiteSettings,
}

/// A list of items for a screen. Who may not edit others' sees their own.
///
/// # Errors
/// [`EngineError::Denied`] without any permission for the kind, or what the database says.
#[crate::boxed]
pub async fn overview(site: &Site, actor: &Actor, filter: ItemFilter) -> Result<Overview> {
    let page = item::items(site, actor, filter).await?;
    site.look(move |s| {
        Box::pin(async move {
            let ids: Vec<ItemId> = page.rows.iter().map(|row| row.id).collect();
            let mut terms: HashMap<ItemId, Vec<PublicTerm>> = HashMap::new();
            for (item, term) in s.terms_of_items(&ids).await? {
                terms.entry(item).or_default().push(term);
            }
            Ok(Overview {
                page,
                terms,
                names: s.author_names().await?,
                categories: s.all_terms(Taxonomy::Category).await?,
                tags: s.all_terms(Taxonomy::Tag).await?,
                settings: s.site_settings().await?,
            })
        })
    })
    .await
}

/// What the form of an item offers.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The site's settings.
    pub settings: SiteSettings,
    /// All categories, by name.
    pub categories: Vec<PublicTerm>,
    /// All tags, by name.
    pub tags: Vec<PublicTerm>,
    /// All pages out of the bin, by title.
    pub pages: Vec<ItemRow>,
    /// The names of all accounts.
    pub names: Vec<(UserId, String)>,
    /// The picture that was chosen, if it is still there.
    pub featured: Option<PublicMedia>,
}

/// What the form of an item offers.
///
/// # Errors
/// [`EngineError::Denied`] for who may not enter the admin, or what the database says.
#[crate::boxed]
pub async fn surroundings(site: &Site, actor: &Actor, featured: Option<MediaId>) -> Result<Surroundings> {
    actor.require(Permission::Site(Area::Admin))?;
    site.look(move |s| {
        Box::pin(async move {
            let featured = match featured {
                Some(id) => s.media_row(id).await?.map(|row| row.media),
                None => None,
            };
            let pages = ItemFilter {
                kind: Some(Kind::Page),
                sort: ItemSort::Title,
                limit: MOST_PAGES,
                ..ItemFilter::default()
            };
            Ok(Surroundings {
                settings: s.site_settings().await?,
                categories: s.all_terms(Taxonomy::Category).await?,
                tags: s.all_terms(Taxonomy::Tag).await?,
                pages: s.items(&pages).await?.rows,
                names: s.author_names().await?,
                featured,
            })
        })
    })
    .await
}

/// The names that accounts show.
///
/// # Errors
/// [`EngineError::Denied`] for who may not enter the admin, or what the database says.
#[crate::boxed]
pub async fn account_names(site: &Site, actor: &Actor) -> Result<HashMap<UserId, String>> {
    actor.require(Permission::Site(Area::Admin))?;
    let names = site.look(|s| Box::pin(async move { s.author_names().await })).await?;
    Ok(names.into_iter().collect())
}

/// Title and address of items, as far as they are there: for lists that lead to them.
///
/// # Errors
/// [`EngineError::Denied`] for who may not enter the admin, or what the database says.
#[crate::boxed]
pub async fn labels(
    site: &Site,
    actor: &Actor,
    ids: Vec<ItemId>,
) -> Result<HashMap<ItemId, (String, Option<RoutePath>)>> {
    actor.require(Permission::Site(Area::Admin))?;
    site.look(move |s| {
        Box::pin(async move {
            let mut found = HashMap::new();
            for id in ids {
                if let Some(row) = s.item(id).await? {
                    found.insert(id, (row.title, row.route));
                }
            }
            Ok(found)
        })
    })
    .await
}

/// The item that visitors see at a path, the home page included.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn item_at(site: &Site, path: &RoutePath) -> Result<Option<ItemId>> {
    let path = path.clone();
    site.look(move |s| {
        Box::pin(async move {
            if path.is_root()
                && let Home::Page(id) = s.site_settings().await?.home
            {
                return Ok(Some(id));
            }
            Ok(s.item_by_route(&path).await?.map(|row| row.id))
        })
    })
    .await
}

/// The version of an item that has a number.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn version_numbered(site: &Site, actor: &Actor, id: ItemId, number: u64) -> Result<VersionRow> {
    let actor = actor.clone();
    let number = i32::try_from(number).map_err(|_| EngineError::NotFound("version"))?;
    site.look(move |s| {
        Box::pin(async move {
            let row = s.item(id).await?.ok_or(EngineError::NotFound("item"))?;
            allow(&actor, &row, Wish::Edit)?;
            Ok(s.version_numbered(id, number).await?.ok_or(EngineError::NotFound("version"))?)
        })
    })
    .await
}

/// Gives an item to another account. For those who may edit everybody's.
///
/// # Errors
/// [`EngineError::Invalid`] if there is no such account, [`EngineError::NotFound`],
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn set_author(site: &Site, actor: &Actor, id: ItemId, author: UserId) -> Result<()> {
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            let row = live(s, &actor, id, Wish::Edit).await?;
            actor.require(Permission::Item(row.kind, Act::EditAny))?;
            if row.author == Some(author) {
                return Ok(());
            }
            if !s.author_names().await?.iter().any(|(known, _)| *known == author) {
                return Err(EngineError::invalid("author", "there is no such user").into());
            }
            s.set_author(id, Some(author)).await
        })
    })
    .await
}

/// Bytes of media that a site keeps, and how many it may keep; 0 means as many as it likes.
///
/// # Errors
/// [`EngineError::Denied`] for who may not enter the admin, or what the database says.
#[crate::boxed]
pub async fn media_space(site: &Site, actor: &Actor) -> Result<(u64, u64)> {
    actor.require(Permission::Site(Area::Admin))?;
    let used = site.look(|s| Box::pin(async move { s.media_bytes().await })).await?;
    Ok((used, site.info().quotas.media_bytes))
}
