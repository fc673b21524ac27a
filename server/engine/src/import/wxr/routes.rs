//! Addresses of what was imported: pages below their parents, posts where the caller wants them, no two the
//! same, and a redirect from every old address. The same export always gives the same plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;

use super::{
    address::{OldAddress, SiteAddress},
    event::{Item, ItemKind},
};

/// What planning needs to know of an item; kept for all of them while bodies are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanItem {
    /// The number in WordPress.
    pub id: u64,
    /// Whether it is a page: pages lie below their parents.
    pub is_page: bool,
    /// The number of the parent page.
    pub parent: Option<u64>,
    /// The slug in WordPress; may be empty.
    pub slug: String,
    /// The title, as text.
    pub title: String,
    /// The old address.
    pub link: String,
    /// The date that old addresses are made of.
    pub date: Option<DateTime>,
}

impl PlanItem {
    /// Of a post or page that has a number; `None` for everything else.
    #[must_use]
    pub fn of(item: &Item) -> Option<Self> {
        let is_page = match item.kind {
            ItemKind::Page => true,
            ItemKind::Post => false,
            ItemKind::Attachment | ItemKind::MenuEntry | ItemKind::Other(_) => return None,
        };
        Some(Self {
            id: item.id?,
            is_page,
            parent: item.parent,
            slug: item.slug.clone(),
            title: item.title.clone(),
            link: item.link.clone(),
            date: item.published_local,
        })
    }
}

/// What the caller decides.
pub struct Planner<'a> {
    /// Where the old site was.
    pub site: &'a SiteAddress,
    /// Makes one segment of a route of any text; empty if nothing is left of it.
    pub slugify: &'a dyn Fn(&str) -> String,
    /// The route of a post with this segment.
    pub post_route: &'a dyn Fn(&PlanItem, &str) -> String,
    /// Whether a route may be used: not reserved, and not taken by what the site has already.
    pub is_free: &'a dyn Fn(&str) -> bool,
    /// Routes that are fixed, by number: of items that were imported before, or of the front page (`/`).
    pub fixed: &'a BTreeMap<u64, String>,
}

/// From an old address to a new one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Redirect {
    /// The old path, decoded, with its query if it has one (`/2010/03/hello`, `/?p=12`).
    pub from: String,
    /// The route.
    pub to: String,
}

/// Something that the plan had to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteNote {
    /// Pages were below one another in a circle; this one is at the top now.
    CircleBroken {
        /// Its number.
        id: u64,
    },
    /// The parent is not in the export; the page is at the top now.
    ParentMissing {
        /// Its number.
        id: u64,
        /// The number of the parent.
        parent: u64,
    },
    /// Its address was taken, so it has another.
    Renamed {
        /// Its number.
        id: u64,
        /// What it would have been.
        wanted: String,
        /// What it is.
        route: String,
    },
}

/// All addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoutePlan {
    /// The route of every item, by its number.
    pub routes: BTreeMap<u64, String>,
    /// From every old address that is not the new one, in order.
    pub redirects: Vec<Redirect>,
    /// What was decided.
    pub notes: Vec<RouteNote>,
    by_path: BTreeMap<String, u64>,
}

impl RoutePlan {
    /// The route of what was at an old address.
    #[must_use]
    pub fn resolve(&self, old: &OldAddress) -> Option<&str> {
        let id = old.item_id().or_else(|| self.by_path.get(&old.path).copied())?;
        self.routes.get(&id).map(String::as_str)
    }
}

/// Decides the address of every item.
#[must_use]
pub fn plan_routes(items: &[PlanItem], planner: &Planner<'_>) -> RoutePlan {
    let by_id: BTreeMap<u64, &PlanItem> = items.iter().map(|item| (item.id, item)).collect();
    let mut work = Work {
        planner,
        parents: BTreeMap::new(),
        taken: planner.fixed.values().cloned().collect(),
        plan: RoutePlan { routes: planner.fixed.clone(), ..RoutePlan::default() },
    };
    work.plan.routes.retain(|id, _| by_id.contains_key(id));
    work.find_parents(&by_id);
    for item in by_id.values().filter(|item| item.is_page) {
        work.place_page(item, &by_id);
    }
    for item in by_id.values().filter(|item| !item.is_page) {
        work.place_post(item);
    }
    for item in by_id.values() {
        work.redirect(item);
    }
    work.plan.redirects.sort();
    work.plan
}

struct Work<'p, 'a> {
    planner: &'p Planner<'a>,
    parents: BTreeMap<u64, u64>,
    taken: BTreeSet<String>,
    plan: RoutePlan,
}

impl Work<'_, '_> {
    /// Takes parents as they are told, except one that would close a circle: items come in the order of
    /// their numbers, so it is always the same one.
    fn find_parents(&mut self, by_id: &BTreeMap<u64, &PlanItem>) {
        for item in by_id.values().filter(|item| item.is_page) {
            let Some(parent) = item.parent else { continue };
            if !by_id.get(&parent).is_some_and(|parent| parent.is_page) {
                self.plan.notes.push(RouteNote::ParentMissing { id: item.id, parent });
            } else if self.is_above(item.id, parent) {
                self.plan.notes.push(RouteNote::CircleBroken { id: item.id });
            } else {
                self.parents.insert(item.id, parent);
            }
        }
    }

    /// Whether `id` is `from` or above it.
    fn is_above(&self, id: u64, from: u64) -> bool {
        std::iter::successors(Some(from), |at| self.parents.get(at).copied()).any(|at| at == id)
    }

    /// Places the parents first, from the top down and without recursion: depth comes from the file.
    fn place_page(&mut self, item: &PlanItem, by_id: &BTreeMap<u64, &PlanItem>) {
        let mut line: Vec<u64> = std::iter::successors(Some(item.id), |at| self.parents.get(at).copied())
            .take_while(|id| !self.plan.routes.contains_key(id))
            .collect();
        while let Some(id) = line.pop() {
            let Some(page) = by_id.get(&id) else { continue };
            let above = self.parents.get(&id).and_then(|parent| self.plan.routes.get(parent));
            let above = above.map(|route| route.trim_end_matches('/').to_owned()).unwrap_or_default();
            let segment = self.segment(page);
            self.place(id, |name| format!("{above}/{name}"), &segment);
        }
    }

    fn place_post(&mut self, item: &PlanItem) {
        if !self.plan.routes.contains_key(&item.id) {
            let segment = self.segment(item);
            let post_route = self.planner.post_route;
            self.place(item.id, |name| post_route(item, name), &segment);
        }
    }

    /// The slug, else the title, else the number.
    fn segment(&self, item: &PlanItem) -> String {
        [&item.slug, &item.title]
            .into_iter()
            .map(|text| (self.planner.slugify)(text))
            .find(|segment| !segment.is_empty())
            .unwrap_or_else(|| item.id.to_string())
    }

    fn place(&mut self, id: u64, route: impl Fn(&str) -> String, segment: &str) {
        let is_usable = |route: &String| !self.taken.contains(route) && (self.planner.is_free)(route);
        let wanted = route(segment);
        // A number for every route that is taken is enough, unless whole subtrees are refused: then the
        // item's own number is used, whatever the answer.
        let numbered = (2..=self.taken.len() + 2).map(|number| route(&format!("{segment}-{number}")));
        let last_resort = route(&format!("{segment}-id{id}"));
        let found =
            std::iter::once(wanted.clone()).chain(numbered).take(1000).find(is_usable).unwrap_or(last_resort);
        if found != wanted {
            self.plan.notes.push(RouteNote::Renamed { id, wanted, route: found.clone() });
        }
        self.taken.insert(found.clone());
        self.plan.routes.insert(id, found);
    }

    /// Old paths of two items are the same only in damaged exports; the first keeps it.
    fn redirect(&mut self, item: &PlanItem) {
        let Some(route) = self.plan.routes.get(&item.id).cloned() else { return };
        let mut olds: Vec<String> =
            ["p", "page_id"].iter().map(|name| format!("/?{name}={}", item.id)).collect();
        if let Some(old) = self.planner.site.locate(&item.link)
            && old.query.is_none()
            && old.path != "/"
            && !self.plan.by_path.contains_key(&old.path)
        {
            self.plan.by_path.insert(old.path.clone(), item.id);
            olds.push(old.path);
        }
        let redirects = olds.into_iter().filter(|old| *old != route && !self.taken.contains(old));
        self.plan.redirects.extend(redirects.map(|from| Redirect { from, to: route.clone() }));
    }
}
