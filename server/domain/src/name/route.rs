//! The path of a page inside its tenant, without the base under which the tenant is shown.
//!
//! Stored decoded, lower case and in Unicode's composed form (NFC), so that a comparison of bytes is a
//! comparison of addresses. The redirect from other spellings is asked for by [`RoutePath::canonical`].

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{Slug, name_type, reserved::is_reserved_in_tenant};

/// RFC 3986 §2.3: what never needs encoding.
const OTHERS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A tenant-relative path in its canonical form: `/`, or segments of `[a-z0-9._~-]` and letters of other
/// scripts, without a slash at the end; at most 400 bytes. The first segment is not the system's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoutePath(Arc<str>);

name_type!(RoutePath, RoutePathError);

/// Why a text is not the path of a page.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RoutePathError {
    /// No slash in front.
    #[error("a path begins with a slash, as in \"/about\"")]
    NoSlash,
    /// A spelling of another path; carries the path to write.
    #[error("write the path as \"{0}\"")]
    NotCanonical(RoutePath),
    /// A segment of one or two dots.
    #[error("a path cannot have \".\" or \"..\" as a part")]
    Dots,
    /// A character that a path cannot have.
    #[error("{0:?} cannot be in a path: use letters, digits, hyphens, dots, underscores and tildes")]
    Character(char),
    /// A first segment that the system needs for itself.
    #[error("paths under \"/{0}\" are reserved for the system: choose another beginning")]
    Reserved(String),
    /// More than 400 bytes.
    #[error("the path has {0} bytes: 400 are allowed")]
    TooLong(usize),
}

/// A path as asked for, and whether it was spelled otherwise than it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The path meant.
    pub path: RoutePath,
    /// Whether the spelling differs, so that the visitor is to be redirected to `path`.
    pub redirect: bool,
}

impl RoutePath {
    /// The longest path, in bytes.
    pub const MAX: usize = 400;

    /// The front page.
    #[must_use]
    pub fn root() -> Self {
        Self("/".into())
    }

    /// Reads a path (decoded) that is already in its canonical form.
    ///
    /// # Errors
    /// Says which rule the text breaks, and for another spelling of a valid path what to write.
    pub fn parse(text: &str) -> Result<Self, RoutePathError> {
        let Canonical { path, redirect } = Self::canonical(text)?;
        if redirect { Err(RoutePathError::NotCanonical(path)) } else { Ok(path) }
    }

    /// Finds the path that a spelling (decoded) means: case, Unicode form, doubled and trailing slashes
    /// do not matter.
    ///
    /// # Errors
    /// The text is not a spelling of any path a page can have.
    pub fn canonical(text: &str) -> Result<Canonical, RoutePathError> {
        if !text.starts_with('/') {
            return Err(RoutePathError::NoSlash);
        }
        // most paths, and then the same
        let folded: String =
            if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase().nfc().collect() };
        let mut path = String::with_capacity(folded.len());
        for segment in folded.split('/').filter(|s| !s.is_empty()) {
            check_segment(segment)?;
            if path.is_empty() && is_reserved_in_tenant(segment) {
                return Err(RoutePathError::Reserved(segment.to_owned()));
            }
            path.push('/');
            path.push_str(segment);
        }
        if path.is_empty() {
            path.push('/');
        }
        if path.len() > Self::MAX {
            return Err(RoutePathError::TooLong(path.len()));
        }
        let redirect = path != text;
        Ok(Canonical { path: Self(path.into()), redirect })
    }

    /// Whether this is the front page.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.as_str() == "/"
    }

    /// The segments, outermost first; none for the front page.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|s| !s.is_empty())
    }

    /// The path around this one; `None` for the front page.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self.0.rsplit_once('/') {
            _ if self.is_root() => None,
            None | Some(("", _)) => Some(Self::root()),
            Some((parent, _)) => Some(Self(parent.into())),
        }
    }

    /// The path of a child.
    ///
    /// # Errors
    /// The child would be too long, or one of the system's own at the top.
    pub fn join(&self, slug: &Slug) -> Result<Self, RoutePathError> {
        let base = if self.is_root() { "" } else { self.as_str() };
        Self::parse(&format!("{base}/{slug}"))
    }

    /// Percent-encoded, as it stands in a URL behind the base.
    #[must_use]
    pub fn to_url_path(&self) -> String {
        utf8_percent_encode(&self.0, OTHERS).to_string()
    }
}

fn check_segment(segment: &str) -> Result<(), RoutePathError> {
    if segment == "." || segment == ".." {
        return Err(RoutePathError::Dots);
    }
    let allowed = |c: char| match c {
        '-' | '.' | '_' | '~' => true,
        _ if c.is_ascii() => c.is_ascii_alphanumeric(),
        _ => c.is_alphanumeric() || is_combining_mark(c),
    };
    segment.chars().find(|c| !allowed(*c)).map_or(Ok(()), |wrong| Err(RoutePathError::Character(wrong)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(text: &str) -> RoutePath {
        RoutePath::parse(text).unwrap()
    }

    #[test]
    fn spellings_lead_to_one_path() {
        let rows = [
            ("/", "/", false),
            ("/about", "/about", false),
            ("/About", "/about", true),
            ("/about/", "/about", true),
            ("//a//b", "/a/b", true),
            ("/2026/10/x_y~z.html", "/2026/10/x_y~z.html", false),
            ("/Über", "/über", true),
            ("/u\u{308}ber", "/über", true),
            ("/पृष्ठ", "/पृष्ठ", false),
            ("/blog/admin", "/blog/admin", false),
        ];
        for (text, canonical, redirect) in rows {
            let found = RoutePath::canonical(text).unwrap();
            assert_eq!((found.path.as_str(), found.redirect), (canonical, redirect), "{text:?}");
        }
    }

    #[test]
    fn what_no_page_can_have_is_refused() {
        use RoutePathError as E;
        let rows = [
            ("", E::NoSlash),
            ("about", E::NoSlash),
            ("/a/../b", E::Dots),
            ("/./b", E::Dots),
            ("/a b", E::Character(' ')),
            ("/a%20b", E::Character('%')),
            ("/a\\b", E::Character('\\')),
            ("/a\0", E::Character('\0')),
            ("/a;b", E::Character(';')),
            ("/a\u{37e}b", E::Character(';')),
            ("/a\u{202e}b", E::Character('\u{202e}')),
            ("/Admin/x", E::Reserved("admin".into())),
            ("/_x", E::Reserved("_x".into())),
            ("/.git", E::Reserved(".git".into())),
            ("//media", E::Reserved("media".into())),
        ];
        for (text, error) in rows {
            assert_eq!(RoutePath::canonical(text), Err(error), "{text:?}");
        }
        assert_eq!(RoutePath::parse("/A/"), Err(E::NotCanonical(path("/a"))));
        assert_eq!(RoutePath::parse(&"/a".repeat(201)), Err(E::TooLong(402)));
    }

    #[test]
    fn paths_have_parents_and_children() {
        assert_eq!(path("/a/b").parent(), Some(path("/a")));
        assert_eq!(path("/a").parent(), Some(RoutePath::root()));
        assert_eq!(RoutePath::root().parent(), None);
        let slug = Slug::parse("news").unwrap();
        assert_eq!(RoutePath::root().join(&slug), Ok(path("/news")));
        assert_eq!(path("/a").join(&slug), Ok(path("/a/news")));
        let admin = Slug::parse("admin").unwrap();
        assert!(RoutePath::root().join(&admin).is_err() && path("/a").join(&admin).is_ok());
        assert_eq!(path("/a/b").segments().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn urls_are_percent_encoded() {
        assert_eq!(path("/über/x~y").to_url_path(), "/%C3%BCber/x~y");
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own_canonical_form(text in "/\\PC{0,40}") {
            if let Ok(found) = RoutePath::canonical(&text) {
                prop_assert_eq!(RoutePath::parse(found.path.as_str()), Ok(found.path));
            }
        }
    }
}
