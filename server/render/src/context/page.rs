//! A page: a text with a place in the tree of the site.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::{Head, Picture, Site, View};
use crate::html::SafeHtml;

/// A page of the site, as `page.html` sees it.
#[derive(Clone, Debug, Serialize)]
pub struct PageView {
    /// The site around it.
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
    /// The page.
    pub page: Page,
}

impl View for PageView {
    const TEMPLATE: &'static str = "page.html";
}

/// The text of a page and its surroundings.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Heading.
    pub title: String,
    /// Tenant-relative path.
    pub path: String,
    /// The text, sanitised and with the base in its links.
    pub body: SafeHtml,
    /// A lead or summary in plain text; may be empty.
    pub excerpt: String,
    /// The picture that belongs to the page as a whole.
    pub picture: Option<Picture>,
    /// The pages above this one, from the top, without the front page and without itself.
    pub breadcrumbs: Vec<Crumb>,
    /// The published pages directly below this one, in their order.
    pub children: Vec<Crumb>,
    /// When it was first published.
    pub published: Option<Timestamp>,
    /// When its published form last changed.
    pub modified: Option<Timestamp>,
}

/// A link to another page.
#[derive(Clone, Debug, Serialize)]
pub struct Crumb {
    /// Title of the target.
    pub title: String,
    /// Tenant-relative path.
    pub path: String,
}
