//! What stands at an address, read in one snapshot.

use std::collections::HashMap;

use rowhouse_domain::{
    ItemId, MediaId,
    content::Kind,
    name::RoutePath,
    settings::{Home, SiteSettings},
};
use rowhouse_render::pictures::named_in;
use rowhouse_store::{
    Neighbours, PostList, PostPage, PublicItem, PublicLink, PublicMedia, PublicRedirect, PublicTerm, Result,
    SitemapItem, Snapshot,
};

use super::{
    address::{Archive, Ask, Format},
    chrome::{self, Chrome},
};

/// Posts that a front page of its own may show besides.
const FRONT_POSTS: u64 = 3;
/// Addresses read at once for a sitemap.
const SITEMAP_BATCH: u64 = 1_000;

/// What stands at an address.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// A page, with the way to it and what is below it; `home` if it is the front page.
    Page {
        item: PublicItem,
        above: Vec<PublicLink>,
        below: Vec<PublicLink>,
        home: bool,
        posts: Vec<PublicItem>,
    },
    /// A post and its neighbours.
    Post { item: PublicItem, beside: Neighbours },
    /// A list of posts.
    List { archive: Listed, posts: PostPage },
    /// All addresses.
    Sitemap(Vec<SitemapItem>),
    /// Rules for robots.
    Robots,
    /// Another address.
    Redirect(PublicRedirect),
    /// Nothing.
    Nothing,
}

/// Which list.
#[derive(Clone, Debug)]
pub(super) enum Listed {
    /// The front page's.
    Front,
    /// All posts at an address of their own.
    Posts,
    /// Those with a term.
    Term(PublicTerm),
    /// Those of a month.
    Month(String),
}

/// Everything that a page is made from.
#[derive(Clone, Debug)]
pub(super) struct Material {
    pub(super) chrome: Chrome,
    pub(super) found: Found,
    /// Files that the text shows.
    pub(super) pictures: HashMap<MediaId, PublicMedia>,
}

/// Reads what stands at an address, and its surroundings.
#[crate::boxed]
pub(super) async fn find(snapshot: &mut Snapshot, ask: &Ask) -> Result<Material> {
    let chrome = chrome::read(snapshot).await?;
    let found = match ask.format {
        Format::Robots => Found::Robots,
        Format::Sitemap => Found::Sitemap(addresses(snapshot).await?),
        Format::Html => page(snapshot, ask, &chrome.settings).await?,
        Format::Rss | Format::Atom | Format::Json => feed(snapshot, ask, &chrome.settings).await?,
    };
    let pictures = pictures(snapshot, &found).await?;
    Ok(Material { chrome, found, pictures })
}

/// The files that the text of a page or post shows. Lists show no texts, and feeds need no sizes.
#[crate::boxed]
pub(super) async fn pictures(
    snapshot: &mut Snapshot,
    found: &Found,
) -> Result<HashMap<MediaId, PublicMedia>> {
    let (Found::Page { item, .. } | Found::Post { item, .. }) = found else { return Ok(HashMap::new()) };
    let ids: Vec<MediaId> = named_in(&item.body).into_iter().filter_map(|id| id.parse().ok()).collect();
    snapshot.media(&ids).await
}

async fn page(snapshot: &mut Snapshot, ask: &Ask, settings: &SiteSettings) -> Result<Found> {
    if let Some(number) = ask.old_number {
        // an unknown number leads to the front page, which must not be kept once for every number
        let front = || PublicRedirect { to: "/".into(), permanent: false };
        return Ok(Found::Redirect(snapshot.redirect_of_number(number).await?.unwrap_or_else(front)));
    }
    if ask.path.is_root() {
        return front(snapshot, ask, settings).await;
    }
    if let Some(item) = snapshot.item_at(&ask.path).await? {
        return if ask.page == 1 { around(snapshot, item, false).await } else { Ok(Found::Nothing) };
    }
    if let Some(found) = listed(snapshot, ask, settings, u64::from(settings.posts_per_page)).await? {
        return Ok(found);
    }
    match snapshot.redirect(&ask.path).await? {
        Some(redirect) => Ok(Found::Redirect(redirect)),
        None => Ok(Found::Nothing),
    }
}

async fn front(snapshot: &mut Snapshot, ask: &Ask, settings: &SiteSettings) -> Result<Found> {
    if let Home::Page(id) = settings.home
        && let Some(item) = snapshot.item(id).await?
    {
        return if ask.page == 1 { around(snapshot, item, true).await } else { Ok(Found::Nothing) };
    }
    let size = u64::from(settings.posts_per_page);
    paged(snapshot, Listed::Front, PostList::Front, ask.page, size).await
}

/// An item with what surrounds it.
#[crate::boxed]
pub(super) async fn around(snapshot: &mut Snapshot, item: PublicItem, home: bool) -> Result<Found> {
    match item.kind {
        Kind::Post => {
            let beside = snapshot.neighbours(&item).await?;
            Ok(Found::Post { item, beside })
        }
        Kind::Page => {
            let above = snapshot.ancestors(&item).await?;
            let below = snapshot.children(item.id).await?;
            let posts =
                if home { snapshot.posts(&PostList::Front, 0, FRONT_POSTS).await?.items } else { Vec::new() };
            Ok(Found::Page { item, above, below, home, posts })
        }
    }
}

async fn paged(
    snapshot: &mut Snapshot,
    archive: Listed,
    list: PostList,
    page: u32,
    size: u64,
) -> Result<Found> {
    let size = size.max(1);
    let posts = snapshot.posts(&list, u64::from(page - 1) * size, size).await?;
    // a page beyond the last one is no page; an empty list still has its first
    if posts.items.is_empty() && page > 1 {
        return Ok(Found::Nothing);
    }
    Ok(Found::List { archive, posts })
}

/// The list at an address, if one stands there.
async fn listed(
    snapshot: &mut Snapshot,
    ask: &Ask,
    settings: &SiteSettings,
    size: u64,
) -> Result<Option<Found>> {
    if is_posts_path(&ask.path, settings) {
        return paged(snapshot, Listed::Posts, PostList::Newest, ask.page, size).await.map(Some);
    }
    let (archive, list) = match ask.archive() {
        Some(Archive::Term(taxonomy, slug)) => match snapshot.term(taxonomy, &slug).await? {
            Some(term) => {
                let list = match taxonomy {
                    rowhouse_domain::content::Taxonomy::Category => PostList::Category(term.id),
                    rowhouse_domain::content::Taxonomy::Tag => PostList::Tag(term.id),
                };
                (Listed::Term(term), list)
            }
            None => return Ok(None),
        },
        Some(Archive::Month(month)) => (Listed::Month(month.to_string()), PostList::Month(month)),
        None => return Ok(None),
    };
    let is_month = matches!(archive, Listed::Month(_));
    match paged(snapshot, archive, list, ask.page, size).await? {
        Found::List { posts, .. } if is_month && posts.total == 0 => Ok(None),
        found => Ok(Some(found)),
    }
}

/// Where all posts stand, if the front page is a page.
fn is_posts_path(path: &RoutePath, settings: &SiteSettings) -> bool {
    matches!(settings.home, Home::Page(_)) && path.as_str().trim_matches('/') == settings.posts_path
}

async fn feed(snapshot: &mut Snapshot, ask: &Ask, settings: &SiteSettings) -> Result<Found> {
    if ask.path.is_root() {
        return paged(snapshot, Listed::Front, PostList::Newest, 1, u64::from(settings.feed_items)).await;
    }
    Ok(listed(snapshot, ask, settings, u64::from(settings.feed_items)).await?.unwrap_or(Found::Nothing))
}

async fn addresses(snapshot: &mut Snapshot) -> Result<Vec<SitemapItem>> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let mut after: Option<ItemId> = None;
        loop {
            let some = snapshot.sitemap(*kind, after, SITEMAP_BATCH).await?;
            after = some.last().map(|last| last.id);
            let more =
                some.len() as u64 == SITEMAP_BATCH && all.len() < rowhouse_render::sitemap::SITEMAP_LIMIT;
            all.extend(some);
            if !more {
                break;
            }
        }
    }
    Ok(all)
}
