//! What the Default tenant answers at the base address: a neutral page, no tenant's content.

use std::sync::Arc;

use serde::Serialize;

use super::{Head, Site, View};
use crate::html::SafeHtml;

/// The landing page (`landing.html`).
#[derive(Clone, Debug, Serialize)]
pub struct LandingView {
    /// The host's own name and language (see [`Site::bare`]).
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
    /// The operator's text; may be empty.
    pub text: SafeHtml,
    /// The administration, with base; none if it lives elsewhere or should not be shown.
    pub admin_url: Option<String>,
}

impl View for LandingView {
    const TEMPLATE: &'static str = "landing.html";
}
