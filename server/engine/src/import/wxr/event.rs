//! What an export holds, as types. Names follow WordPress where the thing is WordPress's own.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::DateTime};

/// One thing that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum WxrEvent {
    /// The site itself; always the first event.
    Site(Site),
    /// Someone who wrote.
    Author(Author),
    /// A category.
    Category(Category),
    /// A tag.
    Tag(Tag),
    /// A term of another taxonomy, menus among them.
    Term(Term),
    /// A post, a page, an attachment, a menu entry or something else.
    Item(Box<Item>),
}

/// The exported site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Its title, as text.
    pub title: String,
    /// Its tag line, as text.
    pub description: String,
    /// Its language, as in `en-GB`; empty if not told.
    pub language: String,
    /// The address of the WordPress network that it was part of.
    pub base_site_url: String,
    /// Its own address.
    pub base_blog_url: String,
    /// The version of the format, `1.0` to `1.2`.
    pub version: String,
}

/// Someone who wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The number in WordPress.
    pub id: Option<u64>,
    /// The sign-in name, which items refer to.
    pub login: String,
    /// The mail address.
    pub email: String,
    /// The name that is shown, as text.
    pub display_name: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
}

/// A category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Category {
    /// The number in WordPress.
    pub id: Option<u64>,
    /// The slug, decoded.
    pub slug: String,
    /// The slug of the parent, if it has one.
    pub parent: Option<String>,
    /// The name, as text.
    pub name: String,
    /// The description, as text.
    pub description: String,
}

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// The number in WordPress.
    pub id: Option<u64>,
    /// The slug, decoded.
    pub slug: String,
    /// The name, as text.
    pub name: String,
    /// The description, as text.
    pub description: String,
}

/// A term of any taxonomy. Exports repeat some categories and tags here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// The number in WordPress.
    pub id: Option<u64>,
    /// Its taxonomy: `nav_menu` for menus.
    pub taxonomy: String,
    /// The slug, decoded.
    pub slug: String,
    /// The slug of the parent, if it has one.
    pub parent: Option<String>,
    /// The name, as text.
    pub name: String,
    /// The description, as text.
    pub description: String,
}

/// A term as an item names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermRef {
    /// Its taxonomy.
    pub taxonomy: String,
    /// Its slug, decoded.
    pub slug: String,
    /// Its name, as text.
    pub name: String,
}

/// What an item is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// A post.
    #[default]
    Post,
    /// A page.
    Page,
    /// An uploaded file.
    Attachment,
    /// An entry of a menu.
    MenuEntry,
    /// A type that a plugin brought, by its name.
    Other(String),
}

/// The state of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Public.
    #[default]
    Published,
    /// Not finished. Also what WordPress saved by itself.
    Draft,
    /// Waiting for review.
    Pending,
    /// Public only for signed-in editors.
    Private,
    /// To be public at its date.
    Scheduled,
    /// In the bin.
    Trashed,
    /// That of its parent: attachments.
    Inherited,
    /// A state that a plugin brought, by its name.
    Other(String),
}

/// Something about an item that could not be read as it should; the rest of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The element.
    pub field: &'static str,
    /// What is the matter.
    pub reason: String,
}

/// A post, a page, an attachment, a menu entry or something else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// The number in WordPress; `None` if the export has none that can be read.
    pub id: Option<u64>,
    /// The number of the parent.
    pub parent: Option<u64>,
    /// The title, as text.
    pub title: String,
    /// The slug, decoded; empty for drafts that never had one.
    pub slug: String,
    /// The old address.
    pub link: String,
    /// The identifier in feeds.
    pub guid: String,
    /// The sign-in name of the author.
    pub author: String,
    /// The body as WordPress keeps it: see [`super::convert`].
    pub body: String,
    /// The excerpt, in HTML.
    pub excerpt: String,
    /// When it was, or will be, published.
    pub published: Option<Timestamp>,
    /// The same in the site's own time, which old addresses are made of.
    pub published_local: Option<DateTime>,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    /// Its state.
    pub status: Status,
    /// The password that its readers need.
    pub password: Option<String>,
    /// Whether it stays on top of lists.
    pub sticky: bool,
    /// Its place among its siblings.
    pub menu_order: i32,
    /// Its categories.
    pub categories: Vec<TermRef>,
    /// Its tags.
    pub tags: Vec<TermRef>,
    /// Its terms of other taxonomies, menus among them.
    pub terms: Vec<TermRef>,
    /// Its further fields, bounded in number and length; of repeated ones the last.
    pub meta: BTreeMap<String, String>,
    /// Where an attachment's file is.
    pub attachment_url: Option<String>,
    /// How many comments it has in the export.
    pub comments: u32,
    /// What could not be read as it should.
    pub warnings: Vec<Warning>,
    /// The line of the file where it begins, from 1.
    pub line: u64,
}

impl Item {
    pub(super) fn warn(&mut self, field: &'static str, reason: impl Into<String>) {
        self.warnings.push(Warning { field, reason: reason.into() });
    }

    /// The description of a picture for those who do not see it.
    #[must_use]
    pub fn alt_text(&self) -> Option<&str> {
        self.meta.get("_wp_attachment_image_alt").map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The number of the picture that stands for it.
    #[must_use]
    pub fn featured_image(&self) -> Option<u64> {
        self.meta.get("_thumbnail_id")?.trim().parse().ok()
    }
}

/// How many of each kind were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Authors.
    pub authors: u32,
    /// Categories.
    pub categories: u32,
    /// Tags.
    pub tags: u32,
    /// Terms of other taxonomies.
    pub terms: u32,
    /// Posts.
    pub posts: u32,
    /// Pages.
    pub pages: u32,
    /// Attachments.
    pub attachments: u32,
    /// Menu entries.
    pub menu_entries: u32,
    /// Items of other types.
    pub others: u32,
    /// Comments of all items.
    pub comments: u32,
}

impl Counts {
    pub(super) fn count(&mut self, event: &WxrEvent) {
        let counter = match event {
            WxrEvent::Site(_) => return,
            WxrEvent::Author(_) => &mut self.authors,
            WxrEvent::Category(_) => &mut self.categories,
            WxrEvent::Tag(_) => &mut self.tags,
            WxrEvent::Term(_) => &mut self.terms,
            WxrEvent::Item(item) => {
                self.comments += item.comments;
                match item.kind {
                    ItemKind::Post => &mut self.posts,
                    ItemKind::Page => &mut self.pages,
                    ItemKind::Attachment => &mut self.attachments,
                    ItemKind::MenuEntry => &mut self.menu_entries,
                    ItemKind::Other(_) => &mut self.others,
                }
            }
        };
        *counter += 1;
    }
}
