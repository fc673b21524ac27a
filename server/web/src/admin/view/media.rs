//! The media library and the dialogue that chooses from it.

use serde::Serialize;

use super::{Choice, Fact, Link, Pager, Problem, Shell, Sort, View, When};

/// The library (`GET {admin_base}/media`: `q`, `kind`, `view`, `sort`, `dir`, `page`; `POST …/media` uploads,
/// multipart, `file` repeated; asked for JSON it answers `{"items": [{"id", "name", "thumb", "alt"}],
/// "problems": [{"field": file name, "message"}]}`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct MediaLibrary {
    /// The frame.
    pub shell: Shell,
    /// Files that were refused: `field` is the file's name.
    pub problems: Vec<Problem>,
    /// Text to look for.
    pub q: String,
    /// Kinds to filter by, the first being all.
    pub kinds: Vec<Choice>,
    /// `grid` or `table`.
    pub layout: String,
    /// Whether any filter is set.
    pub filtered: bool,
    /// The filters as a query string, without layout, sort and page.
    pub query: String,
    /// What the list is sorted by: `name`, `size`, `uploaded`.
    pub sort: Sort,
    /// Which page of the list this is.
    pub pager: Pager,
    /// The files.
    pub items: Vec<MediaItem>,
    /// Whether this user may upload.
    pub can_upload: bool,
    /// Types that are taken, for the `accept` attribute.
    pub accept: String,
    /// Largest file in words, such as `10 MB`.
    pub largest: String,
    /// Space used in words, such as `212 MB of 1 GB`; empty without a limit.
    pub space: String,
    /// Space used in hundredths of the limit.
    pub space_percent: u8,
}

/// A file in the library.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MediaItem {
    /// Its id.
    pub id: String,
    /// File name.
    pub name: String,
    /// What it shows; empty when nobody has said.
    pub alt: String,
    /// Address of a small variant; absent when it is no image.
    pub thumb: Option<String>,
    /// Type in words, such as `JPEG image`.
    pub kind: String,
    /// Size in words, such as `240 KB`.
    pub size: String,
    /// Pixels, such as `1600 × 1200`; empty when it is no image.
    pub pixels: String,
    /// When it came.
    pub uploaded: When,
    /// Who uploaded it.
    pub who: String,
}

fn items() -> Vec<MediaItem> {
    let item = |id: &str, name: &str, alt: &str, thumb: bool| MediaItem {
        id: id.into(),
        name: name.into(),
        alt: alt.into(),
        thumb: thumb.then(|| "/_/sample.svg".to_owned()),
        kind: if thumb { "JPEG image".into() } else { "PDF document".into() },
        size: "240 KB".into(),
        pixels: if thumb { "1600 × 1200".into() } else { String::new() },
        uploaded: When::new("2026-11-20T12:00:00Z", "20 Nov 2026"),
        who: "Mara Lindqvist".into(),
    };
    vec![
        item("m1", "boards.jpg", "Three boards side by side", true),
        item("m2", "staircase-in-the-old-customs-house-before-restoration-IMG_20250214_093312.jpg", "", true),
        item("m3", "workshop.jpg", "The workshop at dusk", true),
        item("m4", "price-list.pdf", "", false),
        item("m5", "mara.jpg", "Mara planing a tread", true),
    ]
}

impl View for MediaLibrary {
    const TEMPLATE: &'static str = "admin/media.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let grid = Self {
            shell: Shell::sample("Media"),
            kinds: vec![Choice::new("", "All files").chosen(), Choice::new("image", "Images")],
            layout: "grid".into(),
            sort: Sort::descending("uploaded"),
            pager: Pager::new(1, 48, 5),
            items: items(),
            can_upload: true,
            accept: "image/jpeg,image/png,image/gif,image/webp,image/svg+xml,application/pdf".into(),
            largest: "10 MB".into(),
            space: "212 MB of 1 GB".into(),
            space_percent: 21,
            ..Self::default()
        };
        let table = Self { layout: "table".into(), ..grid.clone() };
        let empty = Self { items: Vec::new(), pager: Pager::new(1, 48, 0), ..grid.clone() };
        let refused = Self {
            problems: vec![Problem::new(
                "plan.tiff",
                "TIFF images cannot be shown on the web. Save it as PNG or JPEG.",
            )],
            ..grid.clone()
        };
        vec![("grid", grid), ("table", table), ("empty", empty), ("refused", refused)]
    }
}

/// One file (`POST {admin_base}/media/{id}`: `name`, `alt`, `caption`; `POST …/media/{id}/delete`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct MediaEdit {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// The file.
    pub item: MediaItem,
    /// `caption`.
    pub caption: String,
    /// Full address of the original.
    pub url: String,
    /// Address of a variant for this page; absent when it is no image.
    pub preview: Option<String>,
    /// Type, size, pixels, hash and the like.
    pub facts: Vec<Fact>,
    /// Where it is used.
    pub uses: Vec<Link>,
    /// Whether this user may change it.
    pub can_edit: bool,
    /// Whether this user may delete it.
    pub can_delete: bool,
}

impl View for MediaEdit {
    const TEMPLATE: &'static str = "admin/media-edit.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let item = items().swap_remove(0);
        vec![(
            "usual",
            Self {
                shell: Shell::sample("boards.jpg").under("Media", "/acme/admin/media"),
                caption: "Oak, ash and elm, planed.".into(),
                url: "https://sites.example/acme/media/boards.jpg".into(),
                preview: item.thumb.clone(),
                facts: vec![
                    Fact::new("Type", "JPEG image"),
                    Fact::new("Size", "240 KB"),
                    Fact::new("Pixels", "1600 × 1200"),
                    Fact::new("Uploaded", "20 Nov 2026 by Mara Lindqvist"),
                ],
                uses: vec![Link::new("Oak, ash and elm", "/acme/admin/content/0190-3")],
                item,
                can_edit: true,
                can_delete: true,
                ..Self::default()
            },
        )]
    }
}

/// Choosing a file for a field (`GET {admin_base}/media/picker?field=&return_to=`). As a page each file is a link
/// to `return_to` with `field=id` added; the script shows the same page's list in a dialogue.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MediaPicker {
    /// The frame.
    pub shell: Shell,
    /// Field that will hold the id.
    pub field: String,
    /// Path to go back to, with a `?` and other parameters already in it.
    pub return_to: String,
    /// Text to look for.
    pub q: String,
    /// The parameters of this page as a query string, without page.
    pub query: String,
    /// Always by upload, latest first.
    pub sort: Sort,
    /// Which page of the list this is.
    pub pager: Pager,
    /// The files.
    pub items: Vec<MediaItem>,
    /// Whether this user may upload.
    pub can_upload: bool,
    /// Types that are taken, for the `accept` attribute.
    pub accept: String,
}

impl View for MediaPicker {
    const TEMPLATE: &'static str = "admin/media-picker.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            shell: Shell::sample("Choose an image").under("Oak, ash and elm", "/acme/admin/content/0190-3"),
            field: "featured".into(),
            return_to: "/acme/admin/content/0190-3?".into(),
            query: "field=featured".into(),
            pager: Pager::new(1, 24, 4),
            items: items().into_iter().filter(|item| item.thumb.is_some()).collect(),
            can_upload: true,
            accept: "image/*".into(),
            ..Self::default()
        };
        let empty = Self { items: Vec::new(), pager: Pager::new(1, 24, 0), ..full.clone() };
        vec![("full", full), ("empty", empty)]
    }
}
