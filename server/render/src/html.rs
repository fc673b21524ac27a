//! HTML that may be put into a page as it is. Only this crate's sanitiser makes it.

use serde::Serialize;

/// Sanitised HTML. Made by [`crate::sanitise`] and [`crate::markdown`] alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes what the sanitiser returned.
    pub(crate) fn vouched(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The HTML as a string.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}
