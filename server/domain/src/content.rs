//! Content: what kinds of items there are, what one saved version holds, and where it is in its life.

use serde::{Deserialize, Serialize};

use crate::{ItemId, MediaId, TermId, name::Slug, words};

words! {
    /// What an item is.
    pub enum Kind {
        /// A page in the site's hierarchy.
        Page = "page",
        /// A dated post in lists, archives and feeds.
        Post = "post",
    }
}

words! {
    /// Where an item is in its life.
    pub enum Status {
        /// Never published, or only saved since.
        Draft = "draft",
        /// Handed in for somebody who may publish.
        Review = "review",
        /// To be published at a set time.
        Scheduled = "scheduled",
        /// Visible to visitors.
        Published = "published",
        /// Was visible, is not any more.
        Archived = "archived",
    }
}

words! {
    /// How a body is written.
    pub enum Format {
        /// CommonMark with GitHub's extensions.
        Markdown = "markdown",
        /// HTML, sanitised when rendered.
        Html = "html",
    }
}

words! {
    /// A way of classifying items.
    pub enum Taxonomy {
        /// A tree that an editor plans.
        Category = "category",
        /// Words that authors add as they go.
        Tag = "tag",
    }
}

words! {
    /// A place of a theme that shows a menu.
    pub enum MenuPlace {
        /// The main navigation.
        Main = "main",
        /// Links in the footer.
        Footer = "footer",
        /// Links to profiles elsewhere.
        Social = "social",
    }
}

/// Everything that an editor writes about an item, as one version keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The title, as plain text.
    pub title: String,
    /// The last segment of the address.
    pub slug: Slug,
    /// How `body` is written.
    pub format: Format,
    /// The text.
    pub body: String,
    /// A summary; derived from the body where empty.
    pub excerpt: String,
    /// The rest, kept together.
    pub fields: Fields,
}

/// The part of a [`Document`] that is kept as one JSON value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// The page above this one.
    pub parent: Option<ItemId>,
    /// Categories and tags.
    pub terms: Vec<TermId>,
    /// The picture that stands for the item.
    pub featured: Option<MediaId>,
    /// The title for search engines; the title where empty.
    pub seo_title: String,
    /// The description for search engines; the excerpt where empty.
    pub seo_description: String,
    /// Whether search engines are asked to leave the item out.
    pub noindex: bool,
    /// Whether a post stands above the others of the first page.
    pub sticky: bool,
    /// The word that opens a protected item; readable to editors, as they pass it on.
    pub password: Option<String>,
    /// The place among siblings; smaller comes first.
    pub order: i32,
}

/// Words in a text, for reading times and reports.
#[must_use]
pub fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()
}
