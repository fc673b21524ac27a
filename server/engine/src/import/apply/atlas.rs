//! Where everything of the old site is now: planned before a single text is written, so that every link in
//! every text can be led there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{Timestamp, tz::TimeZone};
use rowhouse_domain::{
    content::Taxonomy,
    name::RoutePath,
    settings::{Home, PostRoutes, SiteSettings},
};

use super::{
    files::Files,
    ground::Ground,
    report::Report,
    survey::{Fate, OldItem, OldTerm, Survey},
    terms::{Terms, taxonomy},
    text,
};
use crate::{
    content::is_archive,
    import::wxr::{
        AttachedFile, Lookup, OldAddress, PlanItem, Planner, RouteNote, RoutePlan, SiteAddress, file_keys,
        plan_routes,
    },
};

/// Levels of categories that an old address may have.
const DEEPEST: usize = 32;

/// Old addresses and what they are now.
#[derive(Debug, Default)]
pub(super) struct Atlas {
    pub(super) address: SiteAddress,
    pub(super) plan: RoutePlan,
    /// The page above each page; without circles.
    pub(super) parents: BTreeMap<u64, u64>,
    /// Old paths of lists, feeds, files and the pages of files.
    pub(super) paths: BTreeMap<String, String>,
    files: HashMap<String, String>,
    attached: HashMap<u64, AttachedFile>,
    uploaded_to: HashMap<u64, Vec<u64>>,
}

impl Atlas {
    pub(super) fn draw(
        survey: &Survey,
        ground: &Ground,
        terms: &Terms,
        files: &Files,
        front: Option<u64>,
        now: Timestamp,
        report: &mut Report,
    ) -> Self {
        let mut atlas = Self { address: survey.address(), parents: parents(survey), ..Self::default() };
        atlas.plan = plan(survey, ground, &atlas, front, now);
        note(survey, &atlas.plan, report);
        atlas.lists(survey, terms);
        atlas.attach(survey, files);
        atlas
    }

    /// The route that an item is to have.
    pub(super) fn route(&self, id: u64) -> Option<RoutePath> {
        RoutePath::parse(self.plan.routes.get(&id)?).ok()
    }

    fn lists(&mut self, survey: &Survey, terms: &Terms) {
        self.paths.insert("/feed".into(), "/feed.xml".into());
        let by_slug: HashMap<&str, &OldTerm> = survey
            .terms
            .iter()
            .filter(|term| taxonomy(&term.taxonomy) == Some(Taxonomy::Category))
            .map(|term| (term.slug.as_str(), term))
            .collect();
        for term in &survey.terms {
            let Some(taxonomy) = taxonomy(&term.taxonomy) else { continue };
            let Some(address) = terms.address(taxonomy, &term.slug) else { continue };
            let above = |term: &&OldTerm| by_slug.get(term.parent.as_deref()?).copied();
            let mut line: Vec<&str> = match taxonomy {
                Taxonomy::Tag => vec![&term.slug],
                Taxonomy::Category => std::iter::successors(Some(term), above)
                    .take(DEEPEST)
                    .map(|term| term.slug.as_str())
                    .collect(),
            };
            line.reverse();
            self.paths.insert(format!("/{taxonomy}/{}", line.join("/")), address);
        }
    }

    fn attach(&mut self, survey: &Survey, files: &Files) {
        for old in &survey.files {
            let stored = files.address(old.id);
            if let Some(address) = &stored {
                if let Some(key) = file_keys(&old.url).into_iter().next() {
                    self.files.insert(key, address.clone());
                }
                for was in [&old.url, &old.link] {
                    if let Some(at) =
                        self.address.locate(was).filter(|at| at.query.is_none() && at.path != "/")
                    {
                        self.paths.insert(at.path, address.clone());
                    }
                }
            }
            let file = AttachedFile {
                address: stored.unwrap_or_else(|| old.url.clone()),
                title: old.title.clone(),
                alt: old.alt.clone(),
                caption: old.caption.clone(),
                is_image: is_image(&old.url),
            };
            self.attached.insert(old.id, file);
            if let Some(parent) = old.parent {
                self.uploaded_to.entry(parent).or_default().push(old.id);
            }
        }
    }

    /// What the texts of one item may ask.
    pub(super) fn seen_from(&self, item: u64) -> View<'_> {
        View { atlas: self, item }
    }

    /// Where an old address leads now.
    pub(super) fn resolve(&self, old: &OldAddress) -> Option<String> {
        if let Some(route) = self.plan.resolve(old) {
            return Some(route.to_owned());
        }
        match (old.path.as_str(), &old.query) {
            (_, Some(_)) => None,
            ("/", None) => Some("/".into()),
            (path, None) => self.paths.get(path).cloned(),
        }
    }
}

fn is_image(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "jpg" | "jpeg" | "jpe" | "png" | "gif" | "webp" | "svg" | "avif" | "bmp")
}

/// The page above each page. Circles are opened where the page with the highest number closes them.
fn parents(survey: &Survey) -> BTreeMap<u64, u64> {
    let kept = survey.items.iter().filter(|item| item.plan.is_page && item.fate != Fate::Skip);
    let pages: BTreeMap<u64, &OldItem> = kept.map(|item| (item.plan.id, item)).collect();
    let mut parents = BTreeMap::new();
    for (id, page) in &pages {
        let Some(parent) = page.plan.parent.filter(|parent| pages.contains_key(parent)) else { continue };
        let mut above = std::iter::successors(Some(parent), |at| parents.get(at).copied());
        if !above.any(|at| at == *id) {
            parents.insert(*id, parent);
        }
    }
    parents
}

/// Plans an address for all that visitors will see, and for the pages above.
fn plan(survey: &Survey, ground: &Ground, atlas: &Atlas, front: Option<u64>, now: Timestamp) -> RoutePlan {
    let base = survey.base();
    let mut fixed = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for item in survey.items.iter().filter(|item| item.fate != Fate::Skip) {
        let id = item.plan.id;
        let route = ground.item(&base, item.plan.is_page, id).and_then(|row| row.route.as_ref());
        if let Some(route) = route {
            fixed.insert(id, route.as_str().to_owned());
        }
        if route.is_some() || matches!(item.fate, Fate::Publish | Fate::Schedule(_)) {
            wanted.extend(std::iter::successors(Some(id), |at| atlas.parents.get(at).copied()));
        }
    }
    let kept = survey.items.iter().filter(|item| item.fate != Fate::Skip && wanted.contains(&item.plan.id));
    let items: Vec<PlanItem> = kept.map(|item| item.plan.clone()).collect();
    let mut settings = ground.settings.clone();
    if front.is_some() {
        // any page will do: what matters is that the list of posts moves away from the root
        settings.home = Home::Page(rowhouse_domain::ItemId::fresh());
    }
    let is_free = |route: &str| {
        RoutePath::parse(route).is_ok_and(|path| !is_archive(&path, &settings))
            && !ground.routes.contains(route)
    };
    plan_routes(
        &items,
        &Planner {
            site: &atlas.address,
            slugify: &segment,
            post_route: &|item, slug| post_route(&settings, item, slug, now),
            is_free: &is_free,
            fixed: &fixed,
        },
    )
}

fn segment(text: &str) -> String {
    if text.chars().any(char::is_alphanumeric) { text::slug(text, "").to_string() } else { String::new() }
}

fn post_route(settings: &SiteSettings, item: &PlanItem, slug: &str, now: Timestamp) -> String {
    match settings.post_routes {
        PostRoutes::Plain => format!("/{slug}"),
        PostRoutes::Dated => {
            let date = item.date.unwrap_or_else(|| now.to_zoned(TimeZone::UTC).datetime());
            format!("/{:04}/{:02}/{slug}", date.year(), date.month())
        }
    }
}

fn note(survey: &Survey, plan: &RoutePlan, report: &mut Report) {
    let by_id: HashMap<u64, &OldItem> = survey.items.iter().map(|item| (item.plan.id, item)).collect();
    for note in &plan.notes {
        let (id, said) = match note {
            RouteNote::CircleBroken { id } => {
                (id, "pages were below one another in a circle; it is at the top now".to_owned())
            }
            RouteNote::ParentMissing { id, parent } => (
                id,
                format!("the page above it (number {parent}) is not in the export; it is at the top now"),
            ),
            RouteNote::Renamed { id, wanted, route } => {
                (id, format!("{wanted} is taken, so the address is {route}"))
            }
        };
        let item = by_id.get(id);
        report.warn(item.map_or("", |item| &item.plan.title), item.map(|item| item.line), said);
    }
}

/// The atlas as the texts of one item see it.
pub(super) struct View<'a> {
    atlas: &'a Atlas,
    item: u64,
}

impl Lookup for View<'_> {
    fn route(&self, old: &OldAddress) -> Option<String> {
        self.atlas.resolve(old)
    }

    fn file(&self, address: &str) -> Option<String> {
        file_keys(address).iter().find_map(|key| self.atlas.files.get(key)).cloned()
    }

    fn attachment(&self, id: u64) -> Option<AttachedFile> {
        self.atlas.attached.get(&id).cloned()
    }

    fn own_pictures(&self) -> Vec<AttachedFile> {
        let own = self.atlas.uploaded_to.get(&self.item).into_iter().flatten();
        own.filter_map(|id| self.atlas.attached.get(id)).filter(|file| file.is_image).cloned().collect()
    }
}
