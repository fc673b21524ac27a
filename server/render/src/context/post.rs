//! A post: a dated text with an author, categories and tags.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::{Head, Picture, Site, View};
use crate::html::SafeHtml;

/// A post as `post.html` sees it.
#[derive(Clone, Debug, Serialize)]
pub struct PostView {
    /// The site around it.
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
    /// The post.
    pub post: Post,
}

impl View for PostView {
    const TEMPLATE: &'static str = "post.html";
}

/// The text of a post and its surroundings.
#[derive(Clone, Debug, Serialize)]
pub struct Post {
    /// Heading.
    pub title: String,
    /// Tenant-relative path.
    pub path: String,
    /// The text, sanitised and with the base in its links.
    pub body: SafeHtml,
    /// A lead or summary in plain text; may be empty.
    pub excerpt: String,
    /// The picture that belongs to the post as a whole.
    pub picture: Option<Picture>,
    /// Who wrote it.
    pub author: Option<Author>,
    /// When it was first published; none in a preview.
    pub published: Option<Timestamp>,
    /// When its published form last changed.
    pub modified: Option<Timestamp>,
    /// Categories, the main one first.
    pub categories: Vec<Term>,
    /// Tags.
    pub tags: Vec<Term>,
    /// Number of words (see `text::word_count`).
    pub words: usize,
    /// The post published before this one.
    pub previous: Option<Neighbour>,
    /// The post published after this one.
    pub next: Option<Neighbour>,
}

/// Who wrote something.
#[derive(Clone, Debug, Serialize)]
pub struct Author {
    /// The name shown.
    pub name: String,
    /// Tenant-relative path of a list of this author's posts, if there is one.
    pub path: Option<String>,
}

/// A category or a tag with its archive.
#[derive(Clone, Debug, Serialize)]
pub struct Term {
    /// What it is called.
    pub name: String,
    /// Tenant-relative path of its archive.
    pub path: String,
}

/// The post before or after.
#[derive(Clone, Debug, Serialize)]
pub struct Neighbour {
    /// Its title.
    pub title: String,
    /// Tenant-relative path.
    pub path: String,
}
