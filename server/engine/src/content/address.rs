//! Where an item stands: planned from its slug, its parent or date, and what stands there already.

use jiff::{Timestamp, tz::TimeZone};
use rowhouse_domain::{
    ItemId,
    content::{Document, Kind},
    name::{RoutePath, RoutePathError, Slug},
    settings::{Home, PostRoutes, SiteSettings},
};
use rowhouse_store::{Look, Month, Result as Stored};

use crate::error::EngineError;

/// Numbers that are tried behind a slug that is taken.
const TRIES: u32 = 500;
/// The deepest page.
const DEEPEST: usize = 16;

/// A planned address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) route: RoutePath,
    /// What the editor should know: the address is not the one that was asked for.
    pub(super) notice: Option<String>,
}

/// Whether lists or feeds answer at a path, so that no item may stand there.
#[must_use]
pub fn is_archive(path: &RoutePath, settings: &SiteSettings) -> bool {
    let segments: Vec<&str> = path.segments().collect();
    match segments.as_slice() {
        [] => true,
        [.., "feed.xml" | "atom.xml" | "feed.json"] => true,
        ["sitemap.xml" | "robots.txt" | "favicon.ico"] => true,
        ["category" | "tag", _] => true,
        [one] => matches!(settings.home, Home::Page(_)) && *one == settings.posts_path,
        [year, month] => format!("{year}-{month}").parse::<Month>().is_ok(),
        _ => false,
    }
}

/// The address of a page below another, for previews of forms.
#[must_use]
pub fn page_address(parent: Option<&RoutePath>, slug: &Slug) -> String {
    let base = parent.filter(|p| !p.is_root()).map_or("", RoutePath::as_str);
    format!("{base}/{slug}")
}

/// What stands before the slug of a page: the path of its parent, planned where it is not published.
async fn above(s: &mut Look, item: ItemId, document: &Document) -> Stored<String> {
    let mut slugs: Vec<Slug> = Vec::new();
    let mut next = document.fields.parent;
    while let Some(id) = next {
        if id == item || slugs.len() >= DEEPEST {
            return Err(EngineError::invalid("parent", "a page cannot stand below itself").into());
        }
        let Some(row) = s.item(id).await?.filter(|r| r.deleted_at.is_none()) else { break };
        let own_parent = match s.version(row.latest_version).await? {
            Some(version) => version.document.fields.parent,
            None => None,
        };
        // also of a published parent: a cycle must not hide behind its address
        check_chain(s, item, own_parent).await?;
        if let Some(route) = row.route {
            let base = if route.is_root() { "" } else { route.as_str() };
            return Ok(slugs.iter().rev().fold(base.to_owned(), |path, slug| format!("{path}/{slug}")));
        }
        slugs.push(row.slug);
        next = own_parent;
    }
    Ok(slugs.iter().rev().fold(String::new(), |path, slug| format!("{path}/{slug}")))
}

async fn check_chain(s: &mut Look, item: ItemId, mut next: Option<ItemId>) -> Stored<()> {
    let mut steps = 0;
    while let Some(id) = next {
        steps += 1;
        if id == item || steps > DEEPEST {
            return Err(EngineError::invalid("parent", "a page cannot stand below itself").into());
        }
        next = s.item(id).await?.and_then(|row| row.parent);
    }
    Ok(())
}

fn dated(at: Timestamp, settings: &SiteSettings) -> String {
    let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
    let month = Month::of(at, &zone);
    format!("/{:04}/{:02}", month.year(), month.month())
}

/// Plans the address of an item that is published with this document, first published at `date`.
#[crate::boxed]
pub(super) async fn plan(
    s: &mut Look,
    item: ItemId,
    kind: Kind,
    document: &Document,
    date: Timestamp,
) -> Stored<Planned> {
    let settings = s.site_settings().await?;
    let base = match (kind, settings.post_routes) {
        (Kind::Page, _) => above(s, item, document).await?,
        (Kind::Post, PostRoutes::Dated) => dated(date, &settings),
        (Kind::Post, PostRoutes::Plain) => String::new(),
    };
    let wanted = format!("{base}/{}", document.slug);
    for number in 1..TRIES {
        let slug = if number == 1 { document.slug.clone() } else { document.slug.numbered(number) };
        let route = match RoutePath::parse(&format!("{base}/{slug}")) {
            Ok(route) => route,
            Err(RoutePathError::Reserved(_)) => continue,
            Err(error) => return Err(EngineError::invalid("slug", error).into()),
        };
        if is_archive(&route, &settings) {
            continue;
        }
        if s.item_by_route(&route).await?.is_none_or(|other| other.id == item) {
            let notice = (number > 1).then(|| format!("{wanted} is taken, so the address is {route}"));
            return Ok(Planned { route, notice });
        }
    }
    Err(EngineError::invalid("slug", format!("{wanted} and its numbered forms are taken")).into())
}
