//! The first reading: everything but the bodies, and where the file ends.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::BufReader,
    path::Path,
};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{Phase, Progress, blocking};
use crate::{
    error::{EngineError, Result},
    import::wxr::{
        self, Author, Counts, Item, ItemKind, MenuEntry, PlanItem, SiteAddress, Status, Warning, WxrError,
        WxrErrorKind, WxrEvent, WxrReader,
    },
    site::Site,
};

/// Events between two words about progress.
const SOME: usize = 200;

/// What becomes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Visitors see it.
    Publish,
    /// Visitors see it from then on.
    Schedule(Timestamp),
    /// Only editors see it, as a draft.
    Draft,
    /// Only editors see it, handed in for review.
    Review,
    /// It is left out.
    Skip,
}

/// A post or page, without its text.
#[derive(Clone, Debug)]
pub(super) struct OldItem {
    pub(super) plan: PlanItem,
    pub(super) fate: Fate,
    pub(super) line: u64,
}

/// A term of any taxonomy, declared or only used.
#[derive(Clone, Debug, Default)]
pub(super) struct OldTerm {
    pub(super) id: Option<u64>,
    pub(super) taxonomy: String,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) parent: Option<String>,
    pub(super) description: String,
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub(super) struct OldFile {
    pub(super) id: u64,
    pub(super) parent: Option<u64>,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) link: String,
    pub(super) alt: String,
    pub(super) caption: String,
    pub(super) line: u64,
}

/// Everything but the bodies.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) site: wxr::Site,
    pub(super) authors: Vec<Author>,
    pub(super) terms: Vec<OldTerm>,
    pub(super) items: Vec<OldItem>,
    pub(super) files: Vec<OldFile>,
    pub(super) entries: Vec<(MenuEntry, u64)>,
    pub(super) others: BTreeMap<String, u64>,
    pub(super) warnings: Vec<(String, u64, Warning)>,
    pub(super) counts: Counts,
    pub(super) end: Option<WxrError>,
    pub(super) bytes: u64,
    seen_authors: HashSet<String>,
    seen_terms: HashSet<(String, String)>,
    now: Timestamp,
}

impl Survey {
    /// The address of the old site, by which what came from it is known again.
    pub(super) fn base(&self) -> String {
        let site = &self.site;
        let base = if site.base_blog_url.is_empty() { &site.base_site_url } else { &site.base_blog_url };
        base.trim().trim_end_matches('/').to_owned()
    }

    pub(super) fn address(&self) -> SiteAddress {
        SiteAddress::parse(&self.base()).unwrap_or_default()
    }

    /// The page that stood at the root of the old site: its old address tells.
    pub(super) fn front_page(&self) -> Option<u64> {
        let address = self.address();
        let at_root = |link: &str| address.locate(link).is_some_and(|a| a.path == "/" && a.query.is_none());
        let published = self.items.iter().filter(|item| item.plan.is_page && item.fate == Fate::Publish);
        published.map(|item| &item.plan).find(|plan| at_root(&plan.link)).map(|plan| plan.id)
    }

    fn take(&mut self, event: WxrEvent) {
        match event {
            WxrEvent::Site(site) => self.site = site,
            WxrEvent::Author(author) => self.author(author),
            WxrEvent::Category(c) => self.term(OldTerm {
                id: c.id,
                taxonomy: "category".into(),
                slug: c.slug,
                name: c.name,
                parent: c.parent,
                description: c.description,
            }),
            WxrEvent::Tag(t) => self.term(OldTerm {
                id: t.id,
                taxonomy: "post_tag".into(),
                slug: t.slug,
                name: t.name,
                parent: None,
                description: t.description,
            }),
            WxrEvent::Term(t) => self.term(OldTerm {
                id: t.id,
                taxonomy: t.taxonomy,
                slug: t.slug,
                name: t.name,
                parent: t.parent,
                description: t.description,
            }),
            WxrEvent::Item(item) => self.item(*item),
        }
    }

    fn author(&mut self, author: Author) {
        if !author.login.is_empty() && self.seen_authors.insert(author.login.clone()) {
            self.authors.push(author);
        }
    }

    /// Exports repeat some terms; the first one counts, except that a number is taken wherever it is told.
    fn term(&mut self, term: OldTerm) {
        let key = (term.taxonomy.clone(), term_key(&term.slug, &term.name));
        if self.seen_terms.insert(key.clone()) {
            self.terms.push(term);
        } else if term.id.is_some() {
            let same = |old: &&mut OldTerm| (old.taxonomy.clone(), term_key(&old.slug, &old.name)) == key;
            if let Some(old) = self.terms.iter_mut().find(same) {
                old.id = old.id.or(term.id);
            }
        }
    }

    fn item(&mut self, item: Item) {
        for warning in &item.warnings {
            self.warnings.push((item.title.clone(), item.line, warning.clone()));
        }
        match &item.kind {
            ItemKind::Post | ItemKind::Page => self.content(&item),
            ItemKind::Attachment => self.file(&item),
            ItemKind::MenuEntry => {
                if let Some(entry) = item.menu_entry() {
                    self.entries.push((entry, item.line));
                }
            }
            ItemKind::Other(kind) => *self.others.entry(kind.clone()).or_default() += 1,
        }
    }

    fn content(&mut self, item: &Item) {
        let fate = fate(item, self.now);
        if fate != Fate::Skip {
            let login = item.author.clone();
            self.author(Author { display_name: login.clone(), login, ..Author::default() });
            for (taxonomy, terms) in [("category", &item.categories), ("post_tag", &item.tags)] {
                for term in terms {
                    let (taxonomy, slug, name) = (taxonomy.into(), term.slug.clone(), term.name.clone());
                    self.term(OldTerm { taxonomy, slug, name, ..OldTerm::default() });
                }
            }
        }
        if let Some(plan) = PlanItem::of(item) {
            self.items.push(OldItem { plan, fate, line: item.line });
        }
    }

    fn file(&mut self, item: &Item) {
        let (Some(id), Some(url)) = (item.id, item.attachment_url.clone()) else { return };
        self.files.push(OldFile {
            id,
            parent: item.parent,
            title: super::text::line(&item.title, 200),
            url,
            link: item.link.clone(),
            alt: super::text::line(item.alt_text().unwrap_or_default(), 1_000),
            caption: super::text::summary(&item.excerpt),
            line: item.line,
        });
    }
}

/// What a term is called where an item names it: by its slug, or without one by its name.
pub(super) fn term_key(slug: &str, name: &str) -> String {
    if slug.is_empty() { name.to_owned() } else { slug.to_owned() }
}

/// What becomes of an item. Nothing is published that was not public: a date to come makes a plan, a plan
/// whose date has gone makes a draft.
pub(super) fn fate(item: &Item, now: Timestamp) -> Fate {
    match (&item.status, item.published) {
        (Status::Published | Status::Scheduled, Some(at)) if at > now => Fate::Schedule(at),
        (Status::Published, _) => Fate::Publish,
        (Status::Pending, _) => Fate::Review,
        (Status::Trashed, _) => Fate::Skip,
        (Status::Draft | Status::Private | Status::Scheduled | Status::Inherited | Status::Other(_), _) => {
            Fate::Draft
        }
    }
}

pub(super) type Reader = WxrReader<BufReader<File>>;

/// Opens an export.
pub(super) fn open(path: &Path) -> std::io::Result<(Reader, u64)> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    Ok((WxrReader::new(BufReader::with_capacity(256 * 1024, file)), bytes))
}

/// Reads all of the file.
pub(super) async fn read(
    site: &Site,
    file: &Path,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<Survey> {
    let (told, mut heard) = mpsc::channel(4);
    let (path, now) = (file.to_owned(), site.now());
    let reading = blocking(site, move || read_all(&path, now, &told));
    let hearing = async {
        while let Some(at) = heard.recv().await {
            progress(at);
        }
    };
    let (read, ()) = tokio::join!(reading, hearing);
    read?
}

fn read_all(path: &Path, now: Timestamp, told: &mpsc::Sender<Progress>) -> Result<Survey> {
    let unreadable =
        |e: std::io::Error| EngineError::Input(format!("{} cannot be read: {e}", path.display()));
    let (mut reader, bytes) = open(path).map_err(unreadable)?;
    let mut survey = Survey { bytes, now, ..Survey::default() };
    let mut begun = false;
    while let Some(event) = reader.next() {
        match event {
            Ok(event) => {
                begun = true;
                survey.take(event);
            }
            Err(error) => survey.end = Some(error),
        }
        if reader.bytes_read() == bytes || survey.items.len().is_multiple_of(SOME) {
            // who is behind gets the next word
            let _full =
                told.try_send(Progress { phase: Phase::Reading, done: reader.bytes_read(), total: bytes });
        }
    }
    survey.counts = reader.counts();
    match &survey.end {
        Some(error) if !begun || hopeless(&error.kind) => {
            Err(EngineError::Input(format!("{}: {error}", path.display())))
        }
        _ => Ok(survey),
    }
}

/// Whether nothing in the file can be trusted.
fn hopeless(kind: &WxrErrorKind) -> bool {
    matches!(kind, WxrErrorKind::NotAnExport | WxrErrorKind::UnknownVersion(_) | WxrErrorKind::Encoding(_))
}
