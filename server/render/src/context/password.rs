//! The form in front of a post or page that asks for a password.

use std::sync::Arc;

use serde::Serialize;

use super::{Head, Site, View};

/// A protected text, locked (`password.html`).
#[derive(Clone, Debug, Serialize)]
pub struct PasswordView {
    /// The site around it.
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
    /// Title of the protected text.
    pub title: String,
    /// Where the form is sent, tenant-relative.
    pub action: String,
    /// Whether the last try was wrong.
    pub wrong: bool,
    /// Token against forged forms, sent as `csrf`; none where the site needs none.
    pub csrf: Option<String>,
}

impl View for PasswordView {
    const TEMPLATE: &'static str = "password.html";
}
