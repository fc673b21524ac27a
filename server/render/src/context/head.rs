//! What belongs to the document rather than to its body: title, description, addresses, social cards, and
//! the bar that only a signed-in person sees.

use jiff::Timestamp;
use serde::Serialize;

use super::Picture;

/// The head of one page.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// Title of this page alone; the layout adds the site's.
    pub title: String,
    /// One or two sentences for search results and cards; none rather than empty.
    pub description: Option<String>,
    /// Tenant-relative path of this page, with query if that selects content (`/blog?page=2`).
    pub path: String,
    /// Address search engines should keep, absolute; none for error pages.
    pub canonical: Option<String>,
    /// Whether this is the site's front page.
    pub home: bool,
    /// What the page is to a social card.
    pub kind: OpenGraphKind,
    /// Picture for the card.
    pub picture: Option<Picture>,
    /// Directives for robots, for example `noindex`; none allows everything.
    pub robots: Option<String>,
    /// When it was first published.
    pub published: Option<Timestamp>,
    /// When its published form last changed.
    pub modified: Option<Timestamp>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The bar for signed-in people. Always none in a page that is kept or shared.
    pub overlay: Option<Overlay>,
}

impl Head {
    /// A head with a title and a path, and nothing else.
    #[must_use]
    pub fn new(title: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            description: None,
            path: path.into(),
            canonical: None,
            home: false,
            kind: OpenGraphKind::Website,
            picture: None,
            robots: None,
            published: None,
            modified: None,
            author: None,
            overlay: None,
        }
    }
}

/// The `og:type` of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OpenGraphKind {
    /// A page of a site.
    Website,
    /// A dated text with an author.
    Article,
}

/// A bar above the page for people who may edit.
#[derive(Clone, Debug, Serialize)]
pub struct Overlay {
    /// Name of the signed-in person.
    pub user: String,
    /// Where this page is edited, with base; none if this person may not edit it.
    pub edit_url: Option<String>,
    /// The administration, with base.
    pub admin_url: String,
    /// Whether what is shown is not the published version.
    pub preview: bool,
}
