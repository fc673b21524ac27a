//! From what a snapshot found to what a browser gets. Pure work: no database, no clock.

use std::{collections::HashMap, sync::Arc, time::Instant};

use http::header::{HeaderValue, LOCATION};
use rowhouse_domain::{MediaId, addressing::Base, content::Taxonomy};
use rowhouse_render::{
    SafeHtml, Theme,
    context::{
        self, Author, Crumb, Head, HomeView, Listing, ListingKind, ListingView, Neighbour, OpenGraphKind,
        Page, PageView, Paging, PasswordView, Post, PostSummary, PostView, Term,
    },
    feed::{self, Feed, FeedEntry},
    markdown, pictures,
    sitemap::{self, Robots, SitemapEntry},
    text,
};
use rowhouse_store::{Neighbours, PostPage, PublicItem, PublicLink, PublicMedia, PublicTerm, SitemapItem};

use super::{
    address::{Ask, Format, origin_of},
    chrome::picture,
    encode::Made,
    find::{Found, Listed, Material},
    serve::took,
    texts::{Text, Texts},
};
use crate::{
    error::{EngineError, Result},
    site::Site,
};

/// Where and for whom a page is made.
pub(super) struct Maker<'a> {
    pub(super) theme: Arc<Theme>,
    pub(super) site: Arc<context::Site>,
    pub(super) texts: &'a Texts,
    pub(super) ask: &'a Ask,
    /// Origin and base of the tenant's first address: what search engines keep.
    pub(super) canonical: String,
    pub(super) posts_per_page: u32,
    pub(super) full_feeds: bool,
    pub(super) private: bool,
    /// Whether protected texts are shown.
    pub(super) unlocked: bool,
    pub(super) overlay: Option<context::Overlay>,
    pub(super) changed: jiff::Timestamp,
    /// Files that the text shows.
    pub(super) pictures: HashMap<MediaId, PublicMedia>,
}

/// Makes the page of what was found.
pub(super) fn build(
    at: &Site,
    base: &Base,
    ask: &Ask,
    material: Material,
    unlocked: bool,
    overlay: Option<context::Overlay>,
) -> Result<Made> {
    let info = at.info();
    let settings = material.chrome.settings.clone();
    let (theme, site) = material.chrome.dress(at, base)?;
    let home = info.home(at.now()).unwrap_or_else(|| base.clone());
    let maker = Maker {
        theme,
        site,
        texts: &at.core().texts,
        ask,
        canonical: format!("{}{}", origin_of(&at.core().settings.public_url, &home), home.path()),
        posts_per_page: u32::from(settings.posts_per_page.max(1)),
        full_feeds: settings.full_feeds,
        private: settings.private_to_search,
        unlocked,
        overlay,
        changed: info.created_at,
        pictures: material.pictures,
    };
    maker.make(material.found)
}

impl Maker<'_> {
    fn make(&self, found: Found) -> Result<Made> {
        match found {
            Found::Page { item, above, below, home, posts } => self.page(&item, above, below, home, &posts),
            Found::Post { item, beside } => self.post(&item, beside),
            Found::List { archive, posts } => match self.ask.format {
                Format::Html => self.list(&archive, &posts),
                _ => Ok(self.feed(&archive, posts)),
            },
            Found::Sitemap(items) => Ok(self.sitemap(&items)),
            Found::Robots => Ok(self.robots()),
            Found::Redirect(redirect) => Ok(self.redirect(&redirect.to, redirect.permanent)),
            Found::Nothing => self.nothing(),
        }
    }

    fn render<V: context::View>(&self, status: u16, view: &V) -> Result<Made> {
        let began = Instant::now();
        let html = self.theme.render(view).map_err(|e| EngineError::Render(e.to_string()))?;
        took("template", began);
        Ok(Made::page(status, html))
    }

    fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.canonical)
    }

    fn head(&self, title: &str, path: &str) -> Head {
        let mut head = Head::new(title, path);
        head.canonical = Some(self.absolute(path));
        head.robots = self.private.then(|| "noindex".to_owned());
        head.overlay = self.overlay.clone();
        head
    }

    fn item_head(&self, item: &PublicItem, excerpt: &str) -> Head {
        let title = if item.fields.seo_title.is_empty() { &item.title } else { &item.fields.seo_title };
        let mut head = self.head(title, item.route.as_str());
        let about =
            if item.fields.seo_description.is_empty() { excerpt } else { &item.fields.seo_description };
        head.description = Some(text::shorten(about, 40)).filter(|d| !d.is_empty());
        head.picture = item.featured.as_ref().and_then(picture);
        if item.noindex || self.private || item.password.is_some() {
            head.robots = Some("noindex".into());
        }
        head.published = Some(item.published_at);
        head.modified = Some(item.updated_at);
        head
    }

    fn text(&self, item: &PublicItem, base: &str) -> Arc<Text> {
        self.texts.get(item.format, &item.body, base)
    }

    /// The text with sizes and smaller forms of its pictures.
    fn completed(&self, text: &Text) -> SafeHtml {
        let known = |id: &str| id.parse().ok().and_then(|id| self.pictures.get(&id)).and_then(picture);
        pictures::complete(text.html.clone(), &self.site.base, known)
    }

    fn locked(&self, item: &PublicItem) -> bool {
        item.password.is_some() && !self.unlocked
    }

    fn password(&self, item: &PublicItem) -> Result<Made> {
        let mut head = self.head(&item.title, item.route.as_str());
        head.robots = Some("noindex".into());
        let view = PasswordView {
            site: self.site.clone(),
            head,
            title: item.title.clone(),
            action: format!("/_unlock{}", item.route.as_str()),
            wrong: false,
            csrf: None,
        };
        self.render(200, &view)
    }

    fn page(
        &self,
        item: &PublicItem,
        above: Vec<PublicLink>,
        below: Vec<PublicLink>,
        home: bool,
        posts: &[PublicItem],
    ) -> Result<Made> {
        if self.locked(item) {
            return self.password(item);
        }
        let text = self.text(item, &self.site.base);
        let mut head = self.item_head(item, excerpt(item, &text));
        let page = Page {
            title: item.title.clone(),
            path: item.route.to_string(),
            body: self.completed(&text),
            excerpt: item.excerpt.clone(),
            picture: item.featured.as_ref().and_then(picture),
            breadcrumbs: above.into_iter().map(crumb).collect(),
            children: below.into_iter().map(crumb).collect(),
            published: Some(item.published_at),
            modified: Some(item.updated_at),
        };
        if !home {
            return self.render(200, &PageView { site: self.site.clone(), head, page });
        }
        head.path = "/".into();
        head.canonical = Some(self.absolute("/"));
        head.home = true;
        let posts = posts.iter().map(|post| self.summary(post)).collect();
        self.render(200, &HomeView { site: self.site.clone(), head, page: Some(page), posts, paging: None })
    }

    fn post(&self, item: &PublicItem, beside: Neighbours) -> Result<Made> {
        if self.locked(item) {
            return self.password(item);
        }
        let text = self.text(item, &self.site.base);
        let mut head = self.item_head(item, excerpt(item, &text));
        head.kind = OpenGraphKind::Article;
        head.author = item.author.as_ref().map(|a| a.name.clone());
        let post = Post {
            title: item.title.clone(),
            path: item.route.to_string(),
            words: text.words,
            body: self.completed(&text),
            excerpt: item.excerpt.clone(),
            picture: item.featured.as_ref().and_then(picture),
            author: author(item),
            published: Some(item.published_at),
            modified: Some(item.updated_at),
            categories: terms(item, Taxonomy::Category),
            tags: terms(item, Taxonomy::Tag),
            previous: beside.older.map(neighbour),
            next: beside.newer.map(neighbour),
        };
        self.render(200, &PostView { site: self.site.clone(), head, post })
    }

    fn summary(&self, item: &PublicItem) -> PostSummary {
        let protected = item.password.is_some();
        let shown = |item| excerpt(item, &self.text(item, &self.site.base)).to_owned();
        let excerpt = if protected { String::new() } else { shown(item) };
        PostSummary {
            title: item.title.clone(),
            path: item.route.to_string(),
            excerpt,
            picture: item.featured.as_ref().filter(|_| !protected).and_then(picture),
            author: author(item),
            published: Some(item.published_at),
            categories: terms(item, Taxonomy::Category),
            sticky: item.sticky,
            protected,
        }
    }

    fn list(&self, archive: &Listed, posts: &PostPage) -> Result<Made> {
        let path = self.ask.link(self.ask.page);
        let paging = Paging::new(self.ask.page, self.posts_per_page, posts.total, |page| self.ask.link(page));
        let summaries: Vec<PostSummary> = posts.items.iter().map(|post| self.summary(post)).collect();
        let (kind, title) = titles(archive, &self.site.title);
        let mut head = self.head(&title, &path);
        if let Listed::Front = archive {
            head.home = true;
            head.description = Some(self.site.tagline.clone()).filter(|t| !t.is_empty());
            let view = HomeView {
                site: self.site.clone(),
                head,
                page: None,
                posts: summaries,
                paging: Some(paging),
            };
            return self.render(200, &view);
        }
        let month = match archive {
            Listed::Month(month) => Some(month.clone()),
            _ => None,
        };
        let about = match archive {
            Listed::Term(term) => term.description.as_str(),
            _ => "",
        };
        let description = markdown::render(about, &self.site.base);
        let listing = Listing { kind, title, description, month, posts: summaries, paging };
        self.render(200, &ListingView { site: self.site.clone(), head, listing })
    }

    fn feed(&self, archive: &Listed, posts: PostPage) -> Made {
        let (_, title) = titles(archive, &self.site.title);
        let title = match archive {
            Listed::Front | Listed::Posts => self.site.title.clone(),
            _ => format!("{}: {title}", self.site.title),
        };
        let entries: Vec<FeedEntry> = posts.items.iter().map(|post| self.entry(post)).collect();
        let (name, content_type) = match self.ask.format {
            Format::Atom => ("atom.xml", feed::ATOM_TYPE),
            Format::Json => ("feed.json", feed::JSON_TYPE),
            _ => ("feed.xml", feed::RSS_TYPE),
        };
        let path = self.ask.path.as_str().trim_end_matches('/');
        let feed = Feed {
            title,
            description: self.site.tagline.clone(),
            page_url: self.absolute(self.ask.path.as_str()),
            feed_url: self.absolute(&format!("{path}/{name}")),
            language: self.site.language.clone(),
            updated: entries.iter().map(|e| e.updated).max().unwrap_or(self.changed),
            entries,
        };
        let body = match self.ask.format {
            Format::Atom => feed::atom(&feed),
            Format::Json => feed::json(&feed),
            _ => feed::rss(&feed),
        };
        Made { status: 200, content_type, headers: Vec::new(), body }
    }

    fn entry(&self, item: &PublicItem) -> FeedEntry {
        let protected = item.password.is_some();
        let text = self.text(item, &self.canonical);
        let summary = if protected { String::new() } else { excerpt(item, &text).to_owned() };
        FeedEntry {
            id: format!("urn:uuid:{}", item.id),
            title: item.title.clone(),
            url: self.absolute(item.route.as_str()),
            summary,
            content: (self.full_feeds && !protected).then(|| text.html.clone()),
            author: item.author.as_ref().map(|a| a.name.clone()),
            published: item.published_at,
            updated: item.updated_at,
            categories: item.terms.iter().map(|t| t.name.clone()).collect(),
        }
    }

    fn sitemap(&self, items: &[SitemapItem]) -> Made {
        let front = SitemapEntry { url: self.absolute("/"), modified: None };
        let others = items.iter().filter(|i| !i.route.is_root()).map(|item| SitemapEntry {
            url: self.absolute(&item.route.to_url_path()),
            modified: Some(item.updated_at),
        });
        let entries: Vec<SitemapEntry> =
            if self.private { Vec::new() } else { std::iter::once(front).chain(others).collect() };
        let body = sitemap::sitemap(&entries);
        Made { status: 200, content_type: "application/xml; charset=utf-8", headers: Vec::new(), body }
    }

    fn robots(&self) -> Made {
        let base = &self.site.base;
        let rules = Robots {
            closed: self.private,
            disallow: vec![format!("{base}/admin")],
            sitemaps: vec![self.absolute("/sitemap.xml")],
        };
        let body = sitemap::robots(&rules);
        Made { status: 200, content_type: "text/plain; charset=utf-8", headers: Vec::new(), body }
    }

    fn redirect(&self, to: &str, permanent: bool) -> Made {
        let location = if to.starts_with('/') { format!("{}{to}", self.site.base) } else { to.to_owned() };
        Made {
            status: if permanent { 301 } else { 302 },
            content_type: "text/plain; charset=utf-8",
            headers: HeaderValue::try_from(location).into_iter().map(|to| (LOCATION, to)).collect(),
            body: String::new(),
        }
    }

    fn nothing(&self) -> Result<Made> {
        // one body for every missing address: nothing of the address may be in it
        let mut head = Head::new("Not found", "/404");
        head.robots = Some("noindex".into());
        self.render(404, &context::NotFoundView { site: self.site.clone(), head })
    }
}

fn titles(archive: &Listed, site: &str) -> (ListingKind, String) {
    match archive {
        Listed::Front => (ListingKind::Blog, site.to_owned()),
        Listed::Posts => (ListingKind::Blog, "Posts".to_owned()),
        Listed::Term(term) => (term_kind(term), term.name.clone()),
        Listed::Month(month) => (ListingKind::Month, month.clone()),
    }
}

const fn term_kind(term: &PublicTerm) -> ListingKind {
    match term.taxonomy {
        Taxonomy::Category => ListingKind::Category,
        Taxonomy::Tag => ListingKind::Tag,
    }
}

/// The written excerpt, or the first words of the body.
fn excerpt<'a>(item: &'a PublicItem, text: &'a Text) -> &'a str {
    if item.excerpt.is_empty() { &text.first_words } else { &item.excerpt }
}

fn author(item: &PublicItem) -> Option<Author> {
    item.author.as_ref().map(|a| Author { name: a.name.clone(), path: None })
}

/// The address of a term's archive.
pub(crate) fn term_path(term: &PublicTerm) -> String {
    format!("/{}/{}", term.taxonomy, term.slug)
}

fn terms(item: &PublicItem, taxonomy: Taxonomy) -> Vec<Term> {
    let of_kind = item.terms.iter().filter(|t| t.taxonomy == taxonomy);
    of_kind.map(|t| Term { name: t.name.clone(), path: term_path(t) }).collect()
}

fn crumb(link: PublicLink) -> Crumb {
    Crumb { title: link.title, path: link.route.to_string() }
}

fn neighbour(link: PublicLink) -> Neighbour {
    Neighbour { title: link.title, path: link.route.to_string() }
}
