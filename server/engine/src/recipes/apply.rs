//! Writing a recipe into a tenant that is being built: the pictures into its store of media, everything else in
//! one change.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rowhouse_domain::{
    ItemId, MediaId, MenuEntryId, TermId, UserId, VersionId,
    content::{Document, Fields, Format, Kind, MenuPlace, Taxonomy},
    name::{RoutePath, Slug},
    settings::{Home, SiteSettings, ThemeChoice},
    tenant::Recipe,
};
use rowhouse_media::{Kept, KeptFile, Limits, Workshop};
use rowhouse_store::{
    Change, MediaRow, MediaVariant, MenuRow, NewItem, NewVersion, PublicMedia, PublicTerm, Publication,
    Result as Stored, StoreError,
};

use super::{
    book::{self, Book, Entry, Head, Leaf},
    picture,
};
use crate::{
    error::{EngineError, Result},
    node::Core,
    site::Site,
};

/// Fills the site with what the recipe has. The theme is the recipe's, unless another is asked for or the
/// tenant may not wear it.
///
/// # Errors
/// What the database or the store of media says.
#[crate::boxed]
pub(crate) async fn apply(
    core: &Core,
    site: &Site,
    recipe: Recipe,
    title: &str,
    theme: Option<&str>,
    author: Option<UserId>,
) -> Result<()> {
    let book = book::open(recipe, title)?;
    let theme = theme_choice(core, site, &book, theme);
    let mut pictures = Vec::new();
    for leaf in &book.leaves {
        if let Some(name) = &leaf.head.picture {
            pictures.push((leaf.head.slug.clone(), hang(core, site, name, &leaf.head, author).await?));
        }
    }
    let settings = SiteSettings {
        title: title.to_owned(),
        tagline: book.plan.tagline.clone(),
        ..SiteSettings::default()
    };
    let now = site.now();
    site.write(move |change| {
        Box::pin(async move {
            let pictures = pictures.into_iter().collect();
            let (pages, terms) = (BTreeMap::new(), BTreeMap::new());
            let mut scribe = Scribe { change, author, now, pictures, pages, terms };
            scribe.write(&book, settings, &theme).await
        })
    })
    .await
}

fn theme_choice(core: &Core, site: &Site, book: &Book, asked: Option<&str>) -> ThemeChoice {
    let info = site.info();
    let fits = |name: &&str| info.themes.allows(*name) && core.themes.get(name).is_some();
    let own = book.plan.theme.as_deref().filter(fits);
    let first = || info.themes.0.iter().map(String::as_str).find(fits);
    let theme = asked.or(own).or_else(first).map_or_else(|| ThemeChoice::default().theme, str::to_owned);
    ThemeChoice { theme, values: book.plan.values.clone() }
}

/// Draws a picture and puts it into the tenant's store.
async fn hang(core: &Core, site: &Site, name: &str, head: &Head, author: Option<UserId>) -> Result<MediaRow> {
    let drawing = name.to_owned();
    let drawn = tokio::task::spawn_blocking(move || picture::draw(&drawing)).await.ok().flatten();
    let png = drawn.ok_or_else(|| EngineError::Other(format!("the picture {name} could not be drawn")))?;
    let prepared = Workshop::new(Limits::default(), 1).prepare(png.into()).await;
    let prepared = prepared.map_err(|e| EngineError::Media(e.to_string()))?;
    let kept = core.media.keep(site.id(), MediaId::fresh(), &prepared).await;
    let kept = kept.map_err(|e| EngineError::Unavailable(e.to_string()))?;
    let row = media_row(&kept, format!("{name}.png"), &head.alt, author, site.now());
    row.ok_or_else(|| EngineError::Other(format!("the picture {name} has no original")))
}

fn media_row(
    kept: &Kept,
    name: String,
    alt: &str,
    account: Option<UserId>,
    now: Timestamp,
) -> Option<MediaRow> {
    let (original, smaller) = kept.files.split_first()?;
    let variant = |file: &KeptFile| {
        Some(MediaVariant {
            name: file.key.variant.to_string(),
            mime: file.mime.to_owned(),
            hash: file.hash.to_string(),
            width: file.size?.width,
            height: file.size?.height,
            bytes: file.bytes,
        })
    };
    let media = PublicMedia {
        id: kept.media,
        name,
        mime: original.mime.to_owned(),
        width: original.size.map(|s| s.width),
        height: original.size.map(|s| s.height),
        alt: alt.to_owned(),
        caption: String::new(),
        hash: original.hash.to_string(),
        variants: smaller.iter().filter_map(variant).collect(),
    };
    let bytes = kept.files.iter().map(|f| f.bytes).sum();
    Some(MediaRow { media, account, bytes, source: None, created_at: now, updated_at: now })
}

/// What is written so far, by the names that the recipe uses.
struct Scribe<'a> {
    change: &'a mut Change,
    author: Option<UserId>,
    now: Timestamp,
    pictures: BTreeMap<String, MediaRow>,
    pages: BTreeMap<String, (ItemId, RoutePath)>,
    terms: BTreeMap<(Taxonomy, String), PublicTerm>,
}

impl Scribe<'_> {
    async fn write(&mut self, book: &Book, mut settings: SiteSettings, theme: &ThemeChoice) -> Stored<()> {
        for row in self.pictures.values() {
            self.change.insert_media(row).await?;
        }
        for leaf in &book.leaves {
            self.leaf(leaf).await?;
        }
        if let Some((id, _)) = book.plan.home.as_ref().and_then(|slug| self.pages.get(slug)) {
            settings.home = Home::Page(*id);
        }
        self.change.set_site_settings(&settings).await?;
        self.change.set_theme_choice(theme).await?;
        for place in MenuPlace::ALL {
            let rows = self.menu(*place, book.plan.menu(*place));
            self.change.set_menu(*place, &rows).await?;
        }
        Ok(())
    }

    async fn leaf(&mut self, leaf: &Leaf) -> Stored<()> {
        let head = &leaf.head;
        let mut terms = Vec::new();
        for (taxonomy, names) in [(Taxonomy::Category, &head.categories), (Taxonomy::Tag, &head.tags)] {
            for name in names {
                terms.push(self.term(taxonomy, name).await?);
            }
        }
        let slug = Slug::parse(&head.slug).map_err(StoreError::refused)?;
        let above = head.parent.as_ref().and_then(|p| self.pages.get(p)).cloned();
        let at = self.date(head);
        let route = self.route(head, above.as_ref(), at)?;
        let fields = Fields {
            parent: above.map(|(id, _)| id),
            terms,
            featured: self.pictures.get(&head.slug).map(|m| m.media.id),
            sticky: head.sticky,
            order: head.order,
            ..Fields::default()
        };
        let document = Document {
            title: head.title.clone(),
            slug,
            format: Format::Markdown,
            body: leaf.body.clone(),
            excerpt: head.excerpt.clone(),
            fields,
        };
        let id = self.publish(document, head.days_ago.is_some(), route.clone(), at).await?;
        if head.days_ago.is_none() {
            self.pages.insert(head.slug.clone(), (id, route));
        }
        Ok(())
    }

    async fn publish(
        &mut self,
        document: Document,
        post: bool,
        route: RoutePath,
        at: Timestamp,
    ) -> Stored<ItemId> {
        let (item, version) = (ItemId::fresh(), VersionId::fresh());
        let first = NewVersion { id: version, account: self.author, document, note: String::new(), at };
        let new = NewItem {
            id: item,
            kind: if post { Kind::Post } else { Kind::Page },
            author: self.author,
            first,
            created_at: at,
            source: None,
        };
        self.change.create_item(&new).await?;
        let shown = Publication { item, version, route, published_at: at, updated_at: at };
        self.change.publish(&shown).await?;
        Ok(item)
    }

    /// When it was written: posts as long ago as they say.
    fn date(&self, head: &Head) -> Timestamp {
        let ago = SignedDuration::from_hours(24 * head.days_ago.unwrap_or(0));
        self.now.checked_sub(ago).unwrap_or(self.now)
    }

    fn route(&self, head: &Head, above: Option<&(ItemId, RoutePath)>, at: Timestamp) -> Stored<RoutePath> {
        let slug = &head.slug;
        let path = match (head.days_ago, above) {
            (Some(_), _) => {
                let date = at.to_zoned(TimeZone::UTC).date();
                format!("/{:04}/{:02}/{slug}", date.year(), date.month())
            }
            (None, Some((_, above))) => format!("{above}/{slug}"),
            (None, None) => format!("/{slug}"),
        };
        RoutePath::parse(&path).map_err(StoreError::refused)
    }

    async fn term(&mut self, taxonomy: Taxonomy, name: &str) -> Stored<TermId> {
        let key = (taxonomy, name.to_owned());
        if let Some(term) = self.terms.get(&key) {
            return Ok(term.id);
        }
        let term = PublicTerm {
            id: TermId::fresh(),
            taxonomy,
            name: name.to_owned(),
            slug: Slug::derive(name),
            parent: None,
            description: String::new(),
        };
        self.change.create_term(&term).await?;
        let id = term.id;
        self.terms.insert(key, term);
        Ok(id)
    }

    fn menu(&self, place: MenuPlace, entries: &[Entry]) -> Vec<MenuRow> {
        let mut rows = Vec::new();
        for (position, entry) in (0..).zip(entries) {
            let row = self.menu_row(place, position, None, entry);
            let above = row.id;
            rows.push(row);
            for (position, page) in (0..).zip(&entry.children) {
                let child = Entry {
                    page: Some(page.clone()),
                    children: Vec::new(),
                    category: None,
                    url: None,
                    title: String::new(),
                };
                rows.push(self.menu_row(place, position, Some(above), &child));
            }
        }
        rows
    }

    fn menu_row(
        &self,
        place: MenuPlace,
        position: i32,
        parent: Option<MenuEntryId>,
        entry: &Entry,
    ) -> MenuRow {
        let page = entry.page.as_ref().and_then(|slug| self.pages.get(slug));
        let category = entry.category.as_ref().map(|name| format!("/category/{}", Slug::derive(name)));
        let title = if entry.title.is_empty() { entry.category.clone() } else { Some(entry.title.clone()) };
        MenuRow {
            id: MenuEntryId::fresh(),
            place,
            parent,
            position,
            title: title.unwrap_or_default(),
            item: page.map(|(id, _)| *id),
            url: category.or_else(|| entry.url.clone()),
            source: None,
        }
    }
}
