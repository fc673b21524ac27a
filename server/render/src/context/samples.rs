//! Sample values of every kind of page: usual, long, empty, right-to-left, without pictures, signed in.
//!
//! The theme check and the tests render every template with every one of them; theme authors see the same
//! ones. They are made for the theme's own settings, so that each setting is there.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde_json::Value as Json;

use super::{
    Author, Crumb, Direction, FeedLink, ForbiddenView, Head, HomeView, LandingView, Listing, ListingKind,
    ListingView, MenuItem, Neighbour, NotFoundView, OpenGraphKind, Overlay, Page, PageView, Paging,
    PasswordView, Picture, Post, PostSummary, PostView, ServerErrorView, SettingValue, Settings, Site, Term,
    UnavailableReason, UnavailableView, Variant, View,
};
use crate::{SafeHtml, Theme, markdown, theme::SettingKind};

/// Values for one template.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What is special about it.
    pub name: String,
    /// The template it is for.
    pub template: &'static str,
    /// The values.
    pub values: Json,
}

/// Samples of every kind of page, in sites of several kinds, with the theme's default settings.
#[must_use]
pub fn all(theme: &Theme) -> Vec<Sample> {
    let settings = theme.settings(&Settings::new());
    let mut samples = Vec::new();
    for (name, site) in sites(&settings, &filled(theme, &settings)) {
        let arabic = site.direction == Direction::Rtl;
        let mut add = |part: Vec<Sample>| {
            samples.extend(part.into_iter().map(|s| Sample { name: format!("{name}-{}", s.name), ..s }));
        };
        add(of(homes(&site, arabic)));
        add(of(pages(&site, arabic)));
        add(of(posts(&site, arabic)));
        add(of(listings(&site, arabic)));
        add(of(vec![("plain", not_found(&site))]));
        add(of(forbidden(&site)));
        add(of(vec![("plain", server_error(&site))]));
        add(of(unavailable(&site)));
        add(of(passwords(&site)));
        add(of(landings(&site)));
    }
    samples
}

fn of<V: View>(views: Vec<(&'static str, V)>) -> Vec<Sample> {
    let values = |view: &V| serde_json::to_value(view).unwrap_or(Json::Null);
    let one =
        |(name, view): (&str, V)| Sample { name: name.into(), template: V::TEMPLATE, values: values(&view) };
    views.into_iter().map(one).collect()
}

const PUBLISHED: Timestamp = Timestamp::constant(1_795_000_000, 0);
const LONG: &str = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft announces, after \
                    years of patient preparation, a title that nobody thought would ever fit on any page at all";
const PROSE: &str = "A row of houses stands because each wall carries its own weight. We have kept this one for \
forty years, and what follows is what we learned from doing the same small things every week.

## What keeps a house dry

Water finds the **weakest joint**, not the nearest one. Look there first, and look *before* the rain: \
[our yearly list](/guides/yearly-list) fits on one page[^1].

> A roof is a promise that somebody climbs up every autumn.

- [x] Gutters, downpipes and the gulley at the corner
- [ ] Pointing of the chimney
- [ ] Sills, especially on the weather side

| Part | Every | Costs, about |
|---|---|---:|
| Gutters | 6 months | 40 € |
| Pointing | 10 years | 1,200 € |
| Slate roof, a very long description that makes this cell wide | 80 years | 24,000 € |

### In code, for those who count

```rust
fn years_left(slate: Slate) -> u32 { slate.kind.lifetime().saturating_sub(slate.age_with_a_very_long_name_indeed()) }
```

<details><summary>Why lime and not cement?</summary>

Because lime gives way before the brick does.

</details>

[^1]: Print it, hang it beside the door.
";
const ARABIC: &str = "صفّ من البيوت يقف لأن كل جدار يحمل ثقله. اعتنينا بهذا الصف أربعين عاما، وهذا ما تعلمناه.

## ما الذي يُبقي البيت جافا

الماء يجد **أضعف مفصل**، لا الأقرب. [قائمتنا السنوية](/guides) تتسع في صفحة واحدة.

> السقف وعدٌ بأن أحدا يصعد إليه كل خريف.
";

/// The settings with a text wherever the theme has none.
fn filled(theme: &Theme, settings: &Settings) -> Settings {
    let mut filled = settings.clone();
    for setting in &theme.manifest.settings {
        let text = match setting.kind {
            SettingKind::Text => "We keep houses dry",
            SettingKind::Paragraph => "7 Brick Row\nDublin 8, Ireland\n+353 1 555 0107",
            _ => continue,
        };
        if settings.get(&setting.key) == Some(&SettingValue::Text(String::new())) {
            filled.insert(setting.key.clone(), SettingValue::Text(text.into()));
        }
    }
    filled
}

fn sites(settings: &Settings, filled: &Settings) -> Vec<(&'static str, Arc<Site>)> {
    let full = Site {
        tagline: "Small repairs, done in time".into(),
        time_zone: "Europe/Dublin".into(),
        settings: filled.clone(),
        menus: menus(),
        feeds: vec![feed("Acme Houses", "/feed.xml", "application/rss+xml")],
        search: true,
        ..Site::bare("Acme Houses", "https://example.org", "/acme")
    };
    let rtl = Site {
        language: "ar".into(),
        direction: Direction::Rtl,
        time_zone: "Asia/Amman".into(),
        tagline: "إصلاحات صغيرة في وقتها".into(),
        title: "بيوت الحي".into(),
        menus: BTreeMap::from([(
            "primary".to_owned(),
            vec![item("من نحن", "/about"), item("المدونة", "/blog")],
        )]),
        search: false,
        settings: settings.clone(),
        ..full.clone()
    };
    let long = Site {
        title: LONG.into(),
        tagline: LONG.into(),
        base: String::new(),
        logo: Some(picture("Acme", 320, 80)),
        ..full.clone()
    };
    // without settings: the site of a tenant that could not be opened
    let bare = Site::bare("Bare", "https://example.org", "/b");
    vec![("full", Arc::new(full)), ("rtl", Arc::new(rtl)), ("long", Arc::new(long)), ("bare", Arc::new(bare))]
}

fn item(title: &str, url: &str) -> MenuItem {
    MenuItem { title: title.into(), url: url.into(), ..MenuItem::default() }
}

fn described(title: &str, url: &str, description: &str) -> MenuItem {
    MenuItem { description: description.into(), ..item(title, url) }
}

fn menus() -> BTreeMap<String, Vec<MenuItem>> {
    let guides = MenuItem {
        children: vec![item("Yearly list", "/guides/yearly-list"), item("Lime and cement", "/guides/lime")],
        ..item("Guides", "/guides")
    };
    let services = vec![
        described(
            "Roofs and gutters",
            "/services/roofs",
            "Slate, zinc and the joints between them, twice a year.",
        ),
        described("Brick and lime", "/services/brick", "Repointing that gives way before the brick does."),
        described(
            "Windows",
            "/services/windows",
            "Old sashes made tight, warm and quiet without new frames.",
        ),
        described(
            "Inspections",
            "/services/inspections",
            "One day, one page, in the order of what will hurt first.",
        ),
    ];
    BTreeMap::from([
        (
            "primary".into(),
            vec![item("About", "/about"), guides, item("Blog", "/blog"), item("Contact", "/contact")],
        ),
        ("footer".into(), vec![item("Imprint", "/imprint"), item("Elsewhere", "https://example.com/")]),
        ("services".into(), services),
    ])
}

fn feed(title: &str, path: &str, media_type: &str) -> FeedLink {
    FeedLink { title: title.into(), path: path.into(), media_type: media_type.into() }
}

fn picture(alt: &str, width: u32, height: u32) -> Picture {
    let variant = |part: u32| Variant {
        url: format!("/media/sample-{}.jpg", width / part),
        width: width / part,
        height: height / part,
    };
    Picture {
        url: "/media/sample.jpg".into(),
        width,
        height,
        alt: alt.into(),
        variants: vec![variant(2), variant(4)],
    }
}

fn head(title: &str, path: &str) -> Head {
    Head {
        description: Some("What we learned from doing the same small things every week.".into()),
        canonical: Some(format!("https://example.org/acme{path}")),
        published: Some(PUBLISHED),
        modified: Some(PUBLISHED),
        ..Head::new(title, path)
    }
}

fn signed_in(mut head: Head) -> Head {
    head.robots = Some("noindex".into());
    head.overlay = Some(Overlay {
        user: "Ada Lovelace".into(),
        edit_url: Some("/acme/admin/pages/1".into()),
        admin_url: "/acme/admin".into(),
        preview: true,
    });
    head
}

fn body(site: &Site, arabic: bool) -> SafeHtml {
    markdown::render(if arabic { ARABIC } else { PROSE }, &site.base)
}

fn crumb(title: &str, path: &str) -> Crumb {
    Crumb { title: title.into(), path: path.into() }
}

fn page(site: &Site, arabic: bool) -> Page {
    Page {
        title: if arabic { "كيف نعمل" } else { "How we keep a row of houses" }.into(),
        path: "/guides/keeping".into(),
        body: body(site, arabic),
        excerpt: if arabic {
            "ما تعلمناه في أربعين عاما."
        } else {
            "What forty years of small repairs taught us."
        }
        .into(),
        picture: None,
        breadcrumbs: vec![crumb("Guides", "/guides")],
        children: vec![crumb("Gutters", "/guides/keeping/gutters"), crumb("Lime", "/guides/keeping/lime")],
        published: Some(PUBLISHED),
        modified: Some(PUBLISHED),
    }
}

fn empty_page() -> Page {
    Page {
        title: "Empty".into(),
        path: "/empty".into(),
        body: SafeHtml::default(),
        excerpt: String::new(),
        picture: None,
        breadcrumbs: Vec::new(),
        children: Vec::new(),
        published: None,
        modified: None,
    }
}

fn homes(site: &Arc<Site>, arabic: bool) -> Vec<(&'static str, HomeView)> {
    let front = |page, posts: Vec<PostSummary>, paging| HomeView {
        site: Arc::clone(site),
        head: Head { home: true, ..head(&site.title, "/") },
        page,
        posts,
        paging,
    };
    let welcome = Page { path: "/".into(), breadcrumbs: Vec::new(), ..page(site, arabic) };
    let pictured = Page { picture: Some(picture("Six brick houses", 1600, 900)), ..welcome.clone() };
    vec![
        ("page", front(Some(welcome), summaries(3, arabic), None)),
        ("picture", front(Some(pictured), Vec::new(), None)),
        ("posts", front(None, summaries(10, arabic), Some(paging(1)))),
        ("empty", front(None, Vec::new(), Some(Paging::new(1, 10, 0, |_| "/".into())))),
    ]
}

fn pages(site: &Arc<Site>, arabic: bool) -> Vec<(&'static str, PageView)> {
    let view = |page: Page, head: Head| PageView { site: Arc::clone(site), head, page };
    let usual = page(site, arabic);
    let pictured = Page { picture: Some(picture("", 1200, 800)), ..usual.clone() };
    let long = Page {
        title: LONG.into(),
        breadcrumbs: vec![crumb(LONG, "/a"), crumb("B", "/a/b")],
        ..usual.clone()
    };
    vec![
        ("usual", view(usual.clone(), head(&usual.title, &usual.path))),
        ("picture", view(pictured, Head { picture: Some(picture("", 1200, 800)), ..head("Picture", "/p") })),
        ("long", view(long, head(LONG, "/guides"))),
        ("empty", view(empty_page(), Head::new("", "/empty"))),
        ("signed-in", view(usual.clone(), signed_in(head(&usual.title, &usual.path)))),
    ]
}

fn posts(site: &Arc<Site>, arabic: bool) -> Vec<(&'static str, PostView)> {
    let usual = Post {
        title: if arabic { "أول شتاء على السطح" } else { "The first winter on the roof" }.into(),
        path: "/2026/11/first-winter".into(),
        body: body(site, arabic),
        excerpt: "Three storms, one ladder and a slate that held.".into(),
        picture: None,
        author: Some(Author { name: "Ada Lovelace".into(), path: Some("/author/ada".into()) }),
        published: Some(PUBLISHED),
        modified: Some(PUBLISHED),
        categories: vec![term("Roofs", "/category/roofs")],
        tags: vec![term("slate", "/tag/slate"), term("winter", "/tag/winter")],
        words: 840,
        previous: Some(Neighbour { title: "Counting bricks".into(), path: "/2026/10/bricks".into() }),
        next: Some(Neighbour { title: LONG.into(), path: "/2026/12/long".into() }),
    };
    let bare = Post {
        title: "Untitled".into(),
        body: SafeHtml::default(),
        excerpt: String::new(),
        author: None,
        published: None,
        modified: None,
        categories: Vec::new(),
        tags: Vec::new(),
        words: 0,
        previous: None,
        next: None,
        ..usual.clone()
    };
    let full =
        Post { picture: Some(picture("A roof in snow", 1600, 1000)), title: LONG.into(), ..usual.clone() };
    let card = |title: &str| Head {
        kind: OpenGraphKind::Article,
        author: Some("Ada Lovelace".into()),
        ..head(title, "/2026/11/first-winter")
    };
    let view = |post: Post, head: Head| PostView { site: Arc::clone(site), head, post };
    vec![
        ("usual", view(usual.clone(), card(&usual.title))),
        ("picture", view(full, Head { picture: Some(picture("A roof in snow", 1600, 1000)), ..card(LONG) })),
        ("bare", view(bare, card("Untitled"))),
        ("signed-in", view(usual.clone(), signed_in(card(&usual.title)))),
    ]
}

fn term(name: &str, path: &str) -> Term {
    Term { name: name.into(), path: path.into() }
}

fn summaries(count: usize, arabic: bool) -> Vec<PostSummary> {
    let titles = [
        "The first winter on the roof",
        "Counting bricks",
        LONG,
        "A door is a promise",
        "Lime, again",
        "What the gutter told us",
        "Letters from number seven",
    ];
    let one = |(n, title): (usize, &str)| PostSummary {
        title: if arabic { "أول شتاء على السطح".into() } else { title.into() },
        path: format!("/2026/11/post-{n}"),
        excerpt: if n == 3 {
            String::new()
        } else {
            "Three storms, one ladder and a slate that held. What the wind \
                 took, what it left, and why the list by the door got a new line."
                .into()
        },
        picture: (n % 3 == 0).then(|| picture("A roof in snow", 1200, 800)),
        author: (n != 4).then(|| Author { name: "Ada Lovelace".into(), path: None }),
        published: Some(PUBLISHED),
        categories: if n % 2 == 0 { vec![term("Roofs", "/category/roofs")] } else { Vec::new() },
        sticky: n == 0,
        protected: n == 3,
    };
    titles.into_iter().cycle().take(count).enumerate().map(one).collect()
}

fn paging(page: u32) -> Paging {
    Paging::new(page, 10, 117, |n| if n == 1 { "/blog".into() } else { format!("/blog?page={n}") })
}

fn listings(site: &Arc<Site>, arabic: bool) -> Vec<(&'static str, ListingView)> {
    let view = |kind, title: &str, month: Option<&str>, posts, paging, description| ListingView {
        site: Arc::clone(site),
        head: head(title, "/blog"),
        listing: Listing {
            kind,
            title: title.into(),
            description,
            month: month.map(Into::into),
            posts,
            paging,
        },
    };
    let about = markdown::render("All about what keeps the rain out.", &site.base);
    let none = SafeHtml::default;
    let last = Paging::new(1, 10, 2, |_| "/tag/slate".into());
    let nothing = Paging::new(1, 10, 0, |_| "/tag/none".into());
    vec![
        ("blog", view(ListingKind::Blog, "Blog", None, summaries(10, arabic), paging(5), none())),
        ("category", view(ListingKind::Category, "Roofs", None, summaries(7, arabic), paging(12), about)),
        ("tag", view(ListingKind::Tag, LONG, None, summaries(2, arabic), last, none())),
        (
            "month",
            view(ListingKind::Month, "2026-11", Some("2026-11"), summaries(1, arabic), paging(1), none()),
        ),
        ("author", view(ListingKind::Author, "Ada Lovelace", None, summaries(4, arabic), paging(2), none())),
        ("empty", view(ListingKind::Tag, "none", None, Vec::new(), nothing, none())),
    ]
}

fn not_found(site: &Arc<Site>) -> NotFoundView {
    NotFoundView { site: Arc::clone(site), head: Head::new("", "") }
}

fn forbidden(site: &Arc<Site>) -> Vec<(&'static str, ForbiddenView)> {
    let view = |sign_in_url| ForbiddenView { site: Arc::clone(site), head: Head::new("", ""), sign_in_url };
    vec![("sign-in", view(Some("/acme/admin/sign-in".into()))), ("signed-in", view(None))]
}

fn server_error(site: &Arc<Site>) -> ServerErrorView {
    ServerErrorView { site: Arc::clone(site), head: Head::new("", ""), request_id: "0193-7c2e-44af".into() }
}

fn unavailable(site: &Arc<Site>) -> Vec<(&'static str, UnavailableView)> {
    let view = |reason, request_id: Option<&str>| UnavailableView {
        site: Arc::clone(site),
        head: Head::new("", ""),
        reason,
        request_id: request_id.map(Into::into),
    };
    vec![
        ("suspended", view(UnavailableReason::Suspended, None)),
        ("failed", view(UnavailableReason::Failed, Some("0193-7c2e-44af"))),
        ("uninitialised", view(UnavailableReason::Uninitialised, None)),
        ("busy", view(UnavailableReason::Busy, Some("0193-7c2e-44af"))),
    ]
}

fn passwords(site: &Arc<Site>) -> Vec<(&'static str, PasswordView)> {
    let view = |wrong, csrf: Option<&str>| PasswordView {
        site: Arc::clone(site),
        head: Head { robots: Some("noindex".into()), ..Head::new("For the family", "/family") },
        title: "For the family".into(),
        action: "/family".into(),
        wrong,
        csrf: csrf.map(Into::into),
    };
    vec![("first", view(false, None)), ("wrong", view(true, Some("token")))]
}

fn landings(site: &Arc<Site>) -> Vec<(&'static str, LandingView)> {
    let view = |text: &str, admin_url: Option<&str>| LandingView {
        site: Arc::clone(site),
        head: Head::new("", "/"),
        text: markdown::render(text, ""),
        admin_url: admin_url.map(Into::into),
    };
    vec![("empty", view("", None)), ("text", view("This host serves several sites.", Some("/admin")))]
}
