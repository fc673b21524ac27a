//! The page of a site that is there but does not answer now: suspended, in quarantine, being set up.

use std::sync::Arc;

use serde::Serialize;

use super::{Head, Site, View};

/// The site cannot be shown (`503.html`).
#[derive(Clone, Debug, Serialize)]
pub struct UnavailableView {
    /// The site as far as it is known: the name and base suffice (see [`Site::bare`]).
    pub site: Arc<Site>,
    /// The document's head.
    pub head: Head,
    /// Why, in a word.
    pub reason: UnavailableReason,
    /// What to quote when asking about it; none where nothing is wrong.
    pub request_id: Option<String>,
}

impl View for UnavailableView {
    const TEMPLATE: &'static str = "503.html";
}

/// Why a site does not answer. Visitors are not told more than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UnavailableReason {
    /// Switched off by its operator.
    Suspended,
    /// In quarantine after a failure.
    Failed,
    /// Not set up yet.
    Uninitialised,
    /// A part the site needs does not answer for the moment.
    Busy,
}
