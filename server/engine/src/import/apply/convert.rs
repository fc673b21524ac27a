//! One post or page of the export as it is to stand here.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, TermId, VersionId,
    content::{Document, Fields, Format, Kind, Status, Taxonomy},
    tenant::Feature,
};
use rowhouse_render::sanitise::clean;
use rowhouse_store::{ImportedItem, NewItem, NewVersion};

use super::{
    atlas::Atlas,
    files::Files,
    ground::{Ground, item_source},
    people::People,
    survey::{Fate, Survey, fate},
    terms::Terms,
    text,
};
use crate::{
    import::wxr::{self, Item, ItemKind},
    site::Site,
};

/// The longest body, in bytes: what an editor could save as well.
const LONGEST_BODY: usize = 4 << 20;
/// What versions that were imported say of themselves.
const NOTE: &str = "imported from WordPress";

/// All that is decided before texts are written.
pub(super) struct Job {
    pub(super) site: Site,
    pub(super) survey: Survey,
    pub(super) ground: Ground,
    pub(super) people: People,
    pub(super) terms: Terms,
    pub(super) files: Files,
    pub(super) atlas: Atlas,
    pub(super) ids: HashMap<u64, ItemId>,
    pub(super) now: Timestamp,
}

/// What becomes of an item, and what is to be said of it.
pub(super) struct Outcome {
    pub(super) is_page: bool,
    pub(super) title: String,
    pub(super) line: u64,
    pub(super) done: Done,
    pub(super) notes: Vec<String>,
    pub(super) lost_blocks: BTreeSet<String>,
    pub(super) unknown_shortcodes: BTreeSet<String>,
}

pub(super) enum Done {
    Write { old: u64, item: Box<ImportedItem> },
    Unchanged,
    Skipped,
    Failed,
}

impl Outcome {
    fn of(item: &Item, is_page: bool) -> Self {
        Self {
            is_page,
            title: text::line(&item.title, 200),
            line: item.line,
            done: Done::Skipped,
            notes: Vec::new(),
            lost_blocks: BTreeSet::new(),
            unknown_shortcodes: BTreeSet::new(),
        }
    }

    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    fn ends(mut self, done: Done, note: &str) -> Self {
        self.done = done;
        if !note.is_empty() {
            self.note(note);
        }
        self
    }
}

/// Decides about one item; none if it is neither post nor page. `is_new` says whether a number occurs for the
/// first time.
pub(super) fn outcome(job: &Job, item: &Item, mut is_new: impl FnMut(u64) -> bool) -> Option<Outcome> {
    let is_page = match item.kind {
        ItemKind::Page => true,
        ItemKind::Post => false,
        ItemKind::Attachment | ItemKind::MenuEntry | ItemKind::Other(_) => return None,
    };
    let out = Outcome::of(item, is_page);
    let Some(old) = item.id else {
        return Some(
            out.ends(Done::Failed, "it has no number, by which a second import would know it again"),
        );
    };
    let fate = fate(item, job.now);
    if fate == Fate::Skip {
        return Some(out);
    }
    if !is_new(old) {
        return Some(out.ends(Done::Skipped, "another item of the export has its number"));
    }
    if job.ground.item(&job.survey.base(), is_page, old).is_some() {
        return Some(out.ends(Done::Unchanged, ""));
    }
    if !is_page && !job.site.info().features.allows(&Feature::Posts) {
        return Some(out.ends(Done::Skipped, "this site has no posts"));
    }
    let Some(id) = job.ids.get(&old).copied() else {
        return Some(out.ends(Done::Failed, "the file changed while it was read"));
    };
    Some(write(job, item, old, id, fate, out))
}

fn write(job: &Job, item: &Item, old: u64, id: ItemId, mut fate: Fate, mut out: Outcome) -> Outcome {
    let converted = wxr::convert(&item.body, &job.atlas.address, &job.atlas.seen_from(old));
    let body = text::body(clean(&converted.html).as_str());
    if body.len() > LONGEST_BODY {
        return out.ends(Done::Failed, "the text is longer than 4 MB");
    }
    let locked = item.password.is_some();
    if locked && !job.site.info().features.allows(&Feature::Passwords) && fate != Fate::Review {
        out.note("this site may not protect content by passwords; it is a draft now");
        fate = Fate::Draft;
    }
    match (&item.status, fate) {
        (wxr::Status::Private, _) => out.note("it was for signed-in editors alone; it is a draft now"),
        (wxr::Status::Scheduled, Fate::Draft) => {
            out.note("the time at which it was to be published has gone; it is a draft now");
        }
        _ => {}
    }
    let place = match fate {
        Fate::Publish => place(job, item, old, &mut out),
        _ => None,
    };
    let document = document(job, item, old, &converted, body);
    out.lost_blocks = converted.lost_blocks;
    out.unknown_shortcodes = converted.unknown_shortcodes;
    let status = match fate {
        Fate::Publish if place.is_some() => Status::Published,
        Fate::Schedule(_) => Status::Scheduled,
        Fate::Review => Status::Review,
        Fate::Publish | Fate::Draft | Fate::Skip => Status::Draft,
    };
    let author = job.people.get(&item.author).copied();
    let begun = item.published.or(item.modified).unwrap_or(job.now).min(job.now);
    let changed = item.modified.unwrap_or(begun).min(job.now);
    let first =
        NewVersion { id: VersionId::fresh(), account: author, document, note: NOTE.into(), at: changed };
    let kind = if out.is_page { Kind::Page } else { Kind::Post };
    let source = Some(item_source(&job.survey.base(), out.is_page, old));
    let new = ImportedItem {
        new: NewItem { id, kind, author, first, created_at: begun, source },
        old_number: Some(old),
        status,
        place,
        updated_at: changed,
        publish_at: if let Fate::Schedule(at) = fate { Some(at) } else { None },
    };
    out.done = Done::Write { old, item: Box::new(new) };
    out
}

/// Where it stands and since when.
fn place(
    job: &Job,
    item: &Item,
    old: u64,
    out: &mut Outcome,
) -> Option<(rowhouse_domain::name::RoutePath, Timestamp)> {
    let Some(route) = job.atlas.route(old) else {
        out.note("no address could be made for it; it is a draft now");
        return None;
    };
    let at = item.published.or(item.modified);
    if at.is_none() {
        out.note("it has no date; today's was taken");
    }
    Some((route, at.unwrap_or(job.now)))
}

fn document(job: &Job, item: &Item, old: u64, converted: &wxr::Converted, body: String) -> Document {
    let is_page = item.kind == ItemKind::Page;
    let title = text::title(&item.title, &body);
    let planned = job.atlas.route(old);
    let last = planned.as_ref().and_then(|route| route.segments().next_back());
    let excerpt = match text::summary(&item.excerpt) {
        own if own.is_empty() => text::summary(converted.teaser.as_deref().unwrap_or_default()),
        own => own,
    };
    let parent = job.atlas.parents.get(&old).filter(|_| is_page).and_then(|parent| job.ids.get(parent));
    let fields = Fields {
        parent: parent.copied(),
        terms: terms(job, item),
        featured: item.featured_image().and_then(|picture| job.files.id(picture)),
        sticky: item.sticky && !is_page,
        password: item.password.as_deref().map(|word| text::line(word, 200)).filter(|word| !word.is_empty()),
        order: item.menu_order,
        ..Fields::default()
    };
    let slug = text::slug(last.unwrap_or(&item.slug), &title);
    Document { title, slug, format: Format::Html, body, excerpt, fields }
}

fn terms(job: &Job, item: &Item) -> Vec<TermId> {
    let mut ids = Vec::new();
    for (taxonomy, terms) in [(Taxonomy::Category, &item.categories), (Taxonomy::Tag, &item.tags)] {
        for term in terms {
            let id = job.terms.id(taxonomy, &term.slug, &term.name);
            ids.extend(id.filter(|id| !ids.contains(id)));
        }
    }
    ids
}
