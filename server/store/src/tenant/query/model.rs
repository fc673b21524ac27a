//! What queries about content answer: plain values without anything of the database in them.
//!
//! `Public…` is what visitors see: the published version and nothing else.

use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, MediaId, MenuEntryId, RedirectId, TermId, UserId, VersionId,
    content::{Document, Fields, Format, Kind, MenuPlace, Status, Taxonomy},
    name::{RoutePath, Slug},
};
use serde::{Deserialize, Serialize};

use super::month::Month;

/// The published form of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicItem {
    /// Its id.
    pub id: ItemId,
    /// What it is.
    pub kind: Kind,
    /// The version that is shown.
    pub version: VersionId,
    /// Where it stands.
    pub route: RoutePath,
    /// The title, as text.
    pub title: String,
    /// How `body` is written.
    pub format: Format,
    /// The text as written: to be rendered and sanitised, and to be withheld where `password` is set.
    pub body: String,
    /// A summary as written; empty means: derived from the body.
    pub excerpt: String,
    /// The rest of the published version.
    pub fields: Fields,
    /// Who wrote it.
    pub author: Option<PublicAuthor>,
    /// Its terms: in the order in which the editor chose them.
    pub terms: Vec<PublicTerm>,
    /// The picture that stands for it.
    pub featured: Option<PublicMedia>,
    /// The page above it.
    pub parent: Option<ItemId>,
    /// Whether it stands above other posts.
    pub sticky: bool,
    /// Its place among siblings.
    pub menu_order: i32,
    /// The word that opens it.
    pub password: Option<String>,
    /// Whether search engines are asked to leave it out.
    pub noindex: bool,
    /// When it was first published.
    pub published_at: Timestamp,
    /// When its published form last changed.
    pub updated_at: Timestamp,
}

/// The public face of somebody who writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicAuthor {
    /// The account.
    pub id: UserId,
    /// The name that is shown.
    pub name: String,
    /// A few words about them.
    pub bio: String,
}

/// A category or tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicTerm {
    /// Its id.
    pub id: TermId,
    /// Whether it is a category or a tag.
    pub taxonomy: Taxonomy,
    /// Its name.
    pub name: String,
    /// Its part of the archive's address.
    pub slug: Slug,
    /// The category around it.
    pub parent: Option<TermId>,
    /// A text about it, in Markdown.
    pub description: String,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicMedia {
    /// Its id.
    pub id: MediaId,
    /// The file's name.
    pub name: String,
    /// Its media type, found from the content.
    pub mime: String,
    /// Width in pixels, of pictures.
    pub width: Option<u32>,
    /// Height in pixels, of pictures.
    pub height: Option<u32>,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// A line to stand below it.
    pub caption: String,
    /// The hash of its content.
    pub hash: String,
    /// Smaller forms.
    pub variants: Vec<MediaVariant>,
}

/// A smaller form of a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaVariant {
    /// The form's name, as its address has it.
    pub name: String,
    /// Its media type; it may be another than the original's.
    pub mime: String,
    /// The hash of its content.
    pub hash: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A published item as others point to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicLink {
    /// The item.
    pub id: ItemId,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub route: RoutePath,
}

/// Which posts a list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostList {
    /// All, those that stick first.
    Front,
    /// All, strictly by date: feeds.
    Newest,
    /// Those in a category or in one below it.
    Category(TermId),
    /// Those with a tag.
    Tag(TermId),
    /// Those of a month of the site's time zone.
    Month(Month),
    /// Those of an author.
    Author(UserId),
}

/// Some posts of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostPage {
    /// The posts asked for.
    pub items: Vec<PublicItem>,
    /// How many the list holds.
    pub total: u64,
}

/// The posts beside a post.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Neighbours {
    /// The next older one.
    pub older: Option<PublicLink>,
    /// The next newer one.
    pub newer: Option<PublicLink>,
}

/// A term and how many published items have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermCount {
    /// The term.
    pub term: PublicTerm,
    /// Published items.
    pub count: u64,
}

/// A month and how many posts it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MonthCount {
    /// The month.
    pub month: Month,
    /// Published posts.
    pub count: u64,
}

/// An entry of a menu with where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicMenuEntry {
    /// Its words.
    pub title: String,
    /// Where it leads: a tenant-relative path or an address elsewhere.
    pub target: String,
    /// The item it leads to, where it leads to one.
    pub item: Option<ItemId>,
    /// Entries below it.
    pub children: Vec<PublicMenuEntry>,
}

/// Where an old address leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicRedirect {
    /// A tenant-relative path or an address elsewhere.
    pub to: String,
    /// Whether browsers may remember it.
    pub permanent: bool,
}

/// An address for search engines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SitemapItem {
    /// The item; ask for the next ones after it.
    pub id: ItemId,
    /// Where it stands.
    pub route: RoutePath,
    /// When its published form last changed.
    pub updated_at: Timestamp,
}

/// One saved version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionRow {
    /// Its id.
    pub id: VersionId,
    /// Whose version.
    pub item: ItemId,
    /// Counted from 1 within the item.
    pub number: i32,
    /// Who saved it, if the account still exists.
    pub author: Option<UserId>,
    /// The name of that account.
    pub author_name: Option<String>,
    /// What it is worth remembering for: `restored from 3`.
    pub note: String,
    /// When it was saved.
    pub created_at: Timestamp,
    /// The content.
    pub document: Document,
}

/// An entry of a menu as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MenuRow {
    /// Its id.
    pub id: MenuEntryId,
    /// Where the menu is shown.
    pub place: MenuPlace,
    /// The entry above it.
    pub parent: Option<MenuEntryId>,
    /// Its place among its siblings.
    pub position: i32,
    /// Its words; empty means the title of its item.
    pub title: String,
    /// The item it leads to.
    pub item: Option<ItemId>,
    /// Or the address.
    pub url: Option<String>,
    /// Where it was imported from.
    pub source: Option<String>,
}

/// A redirect as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RedirectRow {
    /// Its id.
    pub id: RedirectId,
    /// The old path.
    pub from: RoutePath,
    /// Where it leads, unless to an item.
    pub to: Option<String>,
    /// The item it leads to.
    pub item: Option<ItemId>,
    /// Whether browsers may remember it.
    pub permanent: bool,
    /// Whether it was made because something moved.
    pub automatic: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A file of the library as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MediaRow {
    /// What visitors see of it.
    pub media: PublicMedia,
    /// Who uploaded it.
    pub account: Option<UserId>,
    /// Bytes of the original and all its variants.
    pub bytes: u64,
    /// Where it was imported from.
    pub source: Option<String>,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When its description last changed.
    pub updated_at: Timestamp,
}

/// An item as editors see it: its own row, and of its latest version what a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemRow {
    /// Its id.
    pub id: ItemId,
    /// What it is.
    pub kind: Kind,
    /// Whose it is.
    pub author: Option<UserId>,
    /// The name of that account.
    pub author_name: Option<String>,
    /// Where it is in its life.
    pub status: Status,
    /// What was saved last.
    pub latest_version: VersionId,
    /// What visitors see.
    pub published_version: Option<VersionId>,
    /// How many versions there were.
    pub version_count: i32,
    /// The title of the latest version.
    pub title: String,
    /// The slug of the latest version.
    pub slug: Slug,
    /// When the latest version was saved.
    pub saved_at: Timestamp,
    /// Where it stands, while it is published.
    pub route: Option<RoutePath>,
    /// The page above it.
    pub parent: Option<ItemId>,
    /// Whether it stands above other posts.
    pub sticky: bool,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
    /// When its published form last changed.
    pub updated_at: Timestamp,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When its latest version is to be published.
    pub publish_at: Option<Timestamp>,
    /// When it is to be taken back.
    pub unpublish_at: Option<Timestamp>,
    /// When it was put into the bin.
    pub deleted_at: Option<Timestamp>,
    /// Who is editing it, and until when that is believed.
    pub lock: Option<(UserId, Timestamp)>,
    /// Where it was imported from.
    pub source: Option<String>,
}

impl ItemRow {
    /// Whether visitors see it.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        self.published_version.is_some() && self.deleted_at.is_none()
    }

    /// Whether visitors see something other than the latest version.
    #[must_use]
    pub fn has_unpublished_changes(&self) -> bool {
        self.published_version.is_some_and(|version| version != self.latest_version)
    }
}
