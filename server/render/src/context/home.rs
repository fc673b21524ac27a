//! The front page: a page of the site, the newest posts, or both.

use std::sync::Arc;

use serde::Serialize;

use super::{Head, Page, Paging, PostSummary, Site, View};

/// The front page as `home.html` sees it.
#[derive(Clone, Debug, Serialize)]
pub struct HomeView {
    /// The site around it.
    pub site: Arc<Site>,
    /// The document's head, with `home` set.
    pub head: Head,
    /// The page chosen as front page; none if the front is the blog.
    pub page: Option<Page>,
    /// The newest posts; beside a chosen page a theme may show a few of them.
    pub posts: Vec<PostSummary>,
    /// Paging, if the front is the blog.
    pub paging: Option<Paging>,
}

impl View for HomeView {
    const TEMPLATE: &'static str = "home.html";
}
