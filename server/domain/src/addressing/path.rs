//! The path of a request, decoded once and made harmless: no empty or dotted segments, no slashes in
//! disguise, no control characters. Everything behind this point works on decoded text.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::name::{Canonical, RoutePath, RoutePathError};

/// RFC 3986 §3.3 `pchar` except the percent sign.
const OTHERS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Longer paths are nobody's.
const MAX: usize = 4096;

/// A path behind its base: decoded, begins with a slash, has none at its end (the root excepted), and
/// none twice. Upper case stays: what it means is for the one who answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestPath(String);

impl RequestPath {
    /// Decodes a raw path (without query) and tidies its slashes; `None` if it cannot be anybody's.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        Asked::parse(raw).map(|asked| asked.rest(0))
    }

    /// The decoded path. Never decode it again.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The decoded segments; none for the root.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|s| !s.is_empty())
    }

    /// Percent-encoded again.
    #[must_use]
    pub fn to_url_path(&self) -> String {
        let mut url = String::with_capacity(self.0.len());
        for segment in self.segments() {
            url.push('/');
            url.extend(utf8_percent_encode(segment, OTHERS));
        }
        if url.is_empty() { "/".to_owned() } else { url }
    }

    /// The page that this path means.
    ///
    /// # Errors
    /// No page can have this path.
    pub fn route(&self) -> Result<Canonical, RoutePathError> {
        RoutePath::canonical(&self.0)
    }
}

/// One segment as it came and as it is meant.
pub(super) struct Segment<'a> {
    pub raw: &'a str,
    pub text: Cow<'a, str>,
}

impl Segment<'_> {
    /// In lower case where case does not matter: prefixes and the system's words are ASCII.
    pub fn folded(&self) -> String {
        self.text.to_ascii_lowercase()
    }
}

/// A request's path, taken apart.
pub(super) struct Asked<'a> {
    pub segments: Vec<Segment<'a>>,
    /// There were slashes side by side.
    pub doubled: bool,
    /// There was a slash at the end.
    pub trailing: bool,
}

impl<'a> Asked<'a> {
    pub fn parse(raw: &'a str) -> Option<Self> {
        if !raw.starts_with('/') || raw.len() > MAX || raw.contains(['?', '#']) {
            return None;
        }
        let segments = raw.split('/').filter(|s| !s.is_empty());
        let segments = segments.map(|raw| decode(raw).map(|text| Segment { raw, text }));
        Some(Self {
            segments: segments.collect::<Option<_>>()?,
            doubled: raw.contains("//"),
            trailing: raw.ends_with('/'),
        })
    }

    /// What is left behind the first `taken` segments.
    pub fn rest(&self, taken: usize) -> RequestPath {
        let mut rest = String::new();
        for segment in self.segments.iter().skip(taken) {
            rest.push('/');
            rest.push_str(&segment.text);
        }
        RequestPath(if rest.is_empty() { "/".to_owned() } else { rest })
    }

    /// All of it, with the first segment in lower case.
    pub fn folding_first(&self) -> RequestPath {
        match self.segments.first() {
            None => self.rest(0),
            Some(first) if self.segments.len() == 1 => RequestPath(format!("/{}", first.folded())),
            Some(first) => RequestPath(format!("/{}{}", first.folded(), self.rest(1).0)),
        }
    }

    /// Whether the request was spelled as its address is: `prefix` in front, single slashes, and one at
    /// the end exactly when nothing is asked behind the prefix.
    pub fn is_tidy<'p>(&self, prefix: impl Iterator<Item = &'p str>) -> bool {
        let mut taken = 0;
        for (segment, own) in self.segments.iter().zip(prefix) {
            if segment.raw != own {
                return false;
            }
            taken += 1;
        }
        !self.doubled && self.trailing == (self.segments.len() == taken)
    }
}

fn decode(raw: &str) -> Option<Cow<'_, str>> {
    let escape = |tail: &str| tail.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !raw.split('%').skip(1).all(escape) {
        return None;
    }
    let text = percent_decode_str(raw).decode_utf8().ok()?;
    let harmless =
        text != "." && text != ".." && !text.contains(|c: char| c == '/' || c == '\\' || c.is_control());
    harmless.then_some(text)
}
