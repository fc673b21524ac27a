//! Lists of posts: the blog's front, archives of a category, a tag or a month, with paging.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::{Author, Head, Picture, Site, Term, View};
use crate::html::SafeHtml;

/// A list of posts as `listing.html` sees it.
#[derive(Clone, Debug, Serialize)]
pub struct ListingView {
    /// The site around it.
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
    /// The list.
    pub listing: Listing,
}

impl View for ListingView {
    const TEMPLATE: &'static str = "listing.html";
}

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// What the posts have in common.
    pub kind: ListingKind,
    /// Heading: the term's name, or the list's own title. For a month the theme formats `month`.
    pub title: String,
    /// A text about the term; may be empty.
    pub description: SafeHtml,
    /// For a month archive, `2026-11`.
    pub month: Option<String>,
    /// The posts of this page, in order.
    pub posts: Vec<PostSummary>,
    /// Where in the list this page is.
    pub paging: Paging,
}

/// What the posts of a list have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ListingKind {
    /// All posts.
    Blog,
    /// A category.
    Category,
    /// A tag.
    Tag,
    /// A month.
    Month,
    /// An author.
    Author,
}

/// A post within a list.
#[derive(Clone, Debug, Serialize)]
pub struct PostSummary {
    /// Heading.
    pub title: String,
    /// Tenant-relative path.
    pub path: String,
    /// Plain text; empty for a protected post.
    pub excerpt: String,
    /// The picture that belongs to the post as a whole.
    pub picture: Option<Picture>,
    /// Who wrote it.
    pub author: Option<Author>,
    /// When it was first published.
    pub published: Option<Timestamp>,
    /// Categories, the main one first.
    pub categories: Vec<Term>,
    /// Whether it stays at the top.
    pub sticky: bool,
    /// Whether its text asks for a password.
    pub protected: bool,
}

/// Where in a list a page of it is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Paging {
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
    /// Number of posts in all pages.
    pub total: u64,
    /// Tenant-relative path of the page with newer posts.
    pub previous: Option<String>,
    /// Tenant-relative path of the page with older posts.
    pub next: Option<String>,
    /// Numbers to offer: first, last and those around this one.
    pub numbers: Vec<PageNumber>,
}

/// One entry of the row of page numbers.
#[derive(Clone, Debug, Serialize)]
pub struct PageNumber {
    /// The page's number.
    pub number: u32,
    /// Tenant-relative path.
    pub path: String,
    /// Whether numbers were left out just before this one.
    pub gap: bool,
}

impl Paging {
    /// The paging of `total` posts, `per_page` a page, at page `page`; `path_of` gives the tenant-relative
    /// path of a page. Zero `per_page` counts as one.
    #[must_use]
    pub fn new(page: u32, per_page: u32, total: u64, path_of: impl Fn(u32) -> String) -> Self {
        let pages = u32::try_from(total.div_ceil(u64::from(per_page.max(1)))).unwrap_or(u32::MAX).max(1);
        let near = page.saturating_sub(2)..=page.saturating_add(2);
        let mut wanted: Vec<u32> = near.filter(|n| (1..=pages).contains(n)).collect();
        wanted.extend([1, pages]);
        wanted.sort_unstable();
        wanted.dedup();
        let mut last = 0;
        let mut numbers = Vec::with_capacity(wanted.len());
        for number in wanted {
            numbers.push(PageNumber { number, path: path_of(number), gap: number > last + 1 });
            last = number;
        }
        Self {
            page,
            pages,
            total,
            previous: (page > 1).then(|| path_of(page - 1)),
            next: (page < pages).then(|| path_of(page + 1)),
            numbers,
        }
    }
}
