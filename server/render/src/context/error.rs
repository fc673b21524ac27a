//! Pages that say what went wrong, in the site's own dress and without any cause.

use std::sync::Arc;

use serde::Serialize;

use super::{Head, Site, View};

/// Nothing is published here (`404.html`). One body serves all missing paths of a site, so it does not
/// repeat the path that was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NotFoundView {
    /// The site around it.
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
}

impl View for NotFoundView {
    const TEMPLATE: &'static str = "404.html";
}

/// Not for this visitor (`403.html`).
#[derive(Clone, Debug, Serialize)]
pub struct ForbiddenView {
    /// The site around it.
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
    /// Where to sign in, with base; none if that would not help.
    pub sign_in_url: Option<String>,
}

impl View for ForbiddenView {
    const TEMPLATE: &'static str = "403.html";
}

/// Something broke (`500.html`).
#[derive(Clone, Debug, Serialize)]
pub struct ServerErrorView {
    /// The site around it.
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
    /// What to quote when reporting it.
    pub request_id: String,
}

impl View for ServerErrorView {
    const TEMPLATE: &'static str = "500.html";
}
