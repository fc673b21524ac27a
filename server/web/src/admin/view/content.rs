//! The list of pages and posts.

use serde::Serialize;

use super::{Badge, Choice, NavEntry, Pager, Shell, Sort, Tone, View, When};

/// Pages and posts (`GET {admin_base}/content`: `kind`, `status`, `author`, `term`, `q`, `sort`, `dir`, `page`;
/// bulk actions `POST …/content/bulk`: `action` = `publish`|`unpublish`|`bin`, `id` repeated).
#[derive(Debug, Clone, Default, Serialize)]
pub struct ContentList {
    /// The frame. `shell.quick` holds what can be begun here.
    pub shell: Shell,
    /// Kinds to filter by, the first being all.
    pub kinds: Vec<Choice>,
    /// States to filter by.
    pub statuses: Vec<Choice>,
    /// Authors to filter by.
    pub authors: Vec<Choice>,
    /// Categories and tags to filter by.
    pub terms: Vec<Choice>,
    /// Text to look for.
    pub q: String,
    /// Whether any filter is set.
    pub filtered: bool,
    /// The filters as a query string, without sort and page.
    pub query: String,
    /// What the list is sorted by: `title`, `author`, `changed`, `published`.
    pub sort: Sort,
    /// Which page of the list this is.
    pub pager: Pager,
    /// The rows.
    pub rows: Vec<ContentRow>,
    /// Whether this user may publish any of them.
    pub can_publish: bool,
    /// Whether this user may move any of them to the bin.
    pub can_delete: bool,
    /// What can be begun here.
    pub creates: Vec<NavEntry>,
}

/// A page or a post in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ContentRow {
    /// Its id.
    pub id: String,
    /// Title; empty when it has none.
    pub title: String,
    /// `Page` or `Post`.
    pub kind: String,
    /// Its state.
    pub state: Badge,
    /// Whether there are changes that are not published.
    pub has_changes: bool,
    /// Author's name.
    pub author: String,
    /// Categories and tags, separated by commas.
    pub terms: String,
    /// Route inside the site, such as `/about`.
    pub route: String,
    /// Address on the public site when it is live.
    pub live_url: Option<String>,
    /// When it was last changed.
    pub changed: When,
    /// Depth in the tree of pages; 0 unless the list is in tree order.
    pub depth: u8,
    /// Whether it stays on top of its list.
    pub sticky: bool,
    /// Who has it open; absent when nobody else has.
    pub locked_by: Option<String>,
    /// Whether this user may change it.
    pub can_edit: bool,
}

impl View for ContentList {
    const TEMPLATE: &'static str = "admin/content.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            shell: Shell::sample("Content"),
            pager: Pager::new(1, 50, 0),
            sort: Sort::descending("changed"),
            creates: Shell::sample("").quick,
            ..Self::default()
        };
        let nothing = Self { filtered: true, q: "zebra".into(), query: "q=zebra".into(), ..full() };
        let nothing = Self { rows: Vec::new(), pager: Pager::new(1, 50, 0), ..nothing };
        let mut shell = Shell::sample("Content").saying(Tone::Good, "Moved 3 items to the bin.");
        if let Some(flash) = shell.flashes.first_mut() {
            flash.link = Some(super::Link::new("Open the bin", "/acme/admin/bin"));
        }
        let after = Self { shell, ..full() };
        vec![("full", full()), ("empty", empty), ("nothing-found", nothing), ("after-bulk", after)]
    }
}

fn full() -> ContentList {
    let row = |id: u8, title: &str, kind: &str, state: Badge, author: &str, route: &str| ContentRow {
        id: format!("0190-{id}"),
        title: title.into(),
        kind: kind.into(),
        state,
        author: author.into(),
        route: route.into(),
        live_url: Some(format!("https://sites.example/acme{route}")),
        changed: When::new("2026-11-21T08:50:00Z", "21 Nov 2026, 08:50"),
        can_edit: true,
        ..ContentRow::default()
    };
    let live = || Badge::new(Tone::Good, "Published");
    let draft = || Badge::new(Tone::Neutral, "Draft");
    let mut rows = vec![
        row(1, "Staircases", "Page", live(), "Mara Lindqvist", "/staircases"),
        row(2, "Open staircases in narrow houses", "Page", live(), "Mara Lindqvist", "/staircases/open"),
        row(3, "Oak, ash and elm", "Post", draft(), "Jonas Berg", "/journal/oak-ash-and-elm"),
        row(
            4,
            "Christmas opening hours",
            "Post",
            Badge::new(Tone::Waiting, "Scheduled"),
            "Jonas Berg",
            "/journal/christmas",
        ),
        row(
            5,
            "What we learned from restoring the banisters of the old customs house, and why it took two winters",
            "Post",
            Badge::new(Tone::Warning, "In review"),
            "Wilhelmina Featherstonehaugh-Montgomery",
            "/journal/what-we-learned-from-restoring-the-banisters-of-the-old-customs-house",
        ),
        row(6, "", "Page", draft(), "Jonas Berg", "/untitled"),
        row(7, "Imprint", "Page", Badge::new(Tone::Neutral, "Archived"), "Mara Lindqvist", "/imprint"),
    ];
    for (index, row) in rows.iter_mut().enumerate() {
        row.depth = u8::from(index == 1);
        row.has_changes = index == 0;
        row.sticky = index == 4;
        if index == 2 {
            row.terms = "Wood, Workshop".into();
            row.locked_by = Some("Jonas Berg".into());
        }
        if row.state.label != "Published" {
            row.live_url = None;
        }
    }
    ContentList {
        shell: Shell::sample("Content"),
        kinds: vec![
            Choice::new("", "All kinds").chosen(),
            Choice::new("page", "Pages"),
            Choice::new("post", "Posts"),
        ],
        statuses: vec![
            Choice::new("", "Any state").chosen(),
            Choice::new("draft", "Draft"),
            Choice::new("review", "In review"),
            Choice::new("scheduled", "Scheduled"),
            Choice::new("published", "Published"),
            Choice::new("archived", "Archived"),
        ],
        authors: vec![Choice::new("", "Anyone").chosen(), Choice::new("u1", "Mara Lindqvist")],
        terms: vec![
            Choice::new("", "Any category or tag").chosen(),
            Choice::new("t1", "Wood"),
            Choice::new("t2", "Oak").at_depth(1),
        ],
        query: "kind=&status=".into(),
        sort: Sort::descending("changed"),
        pager: Pager::new(2, 50, 132),
        rows,
        can_publish: true,
        can_delete: true,
        creates: Shell::sample("").quick,
        ..ContentList::default()
    }
}
