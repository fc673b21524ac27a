//! The path under which a tenant lives on a host that it shares with others.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    TenantName, TenantNameError, name_type,
    reserved::{is_reserved_at_base, is_reserved_in_tenant},
    tenant::check_label,
};

/// A prefix of one or more segments, `/acme` or `/eu/acme`: lower case, a slash in front, none behind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prefix(Arc<str>);

name_type!(Prefix, PrefixError);

/// Why a text is not a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PrefixError {
    /// No slash in front.
    #[error("a prefix begins with a slash: write {0:?}")]
    NoSlash(String),
    /// Nothing but slashes: that is the base itself.
    #[error("a prefix needs at least one name after the slash, as in \"/acme\"")]
    Empty,
    /// A slash behind, or two together.
    #[error("a prefix has single slashes and none at its end: write {0:?}")]
    ExtraSlash(String),
    /// More than 200 bytes.
    #[error("the prefix has {0} bytes: 200 are allowed")]
    TooLong(usize),
    /// One segment is not a name.
    #[error("{segment:?} in the prefix: {cause}")]
    Segment {
        /// The segment as written.
        segment: String,
        /// What is wrong with it.
        cause: TenantNameError,
    },
    /// A segment that would hide the system's own pages, here or in the tenant around it.
    #[error("{0:?} is reserved for the system: choose another prefix")]
    Reserved(String),
}

impl Prefix {
    /// The longest prefix, in bytes.
    pub const MAX: usize = 200;

    /// Reads a prefix exactly as written.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        if text.len() > Self::MAX {
            return Err(PrefixError::TooLong(text.len()));
        }
        let extra = text.ends_with('/') || text.as_bytes().windows(2).any(|two| two == b"//");
        if extra || !text.starts_with('/') {
            return Err(Self::untidy(text));
        }
        for (depth, segment) in text.split('/').skip(1).enumerate() {
            // Deeper ones too: the prefix /eu/admin would take the admin area from the tenant at /eu.
            if is_reserved_in_tenant(segment) || (depth == 0 && is_reserved_at_base(segment)) {
                return Err(PrefixError::Reserved(segment.to_owned()));
            }
            check_label(segment)
                .map_err(|cause| PrefixError::Segment { segment: segment.to_owned(), cause })?;
        }
        Ok(Self(text.into()))
    }

    /// What is wrong with the slashes of a text.
    fn untidy(text: &str) -> PrefixError {
        let tidy: Vec<&str> = text.split('/').filter(|segment| !segment.is_empty()).collect();
        let tidy = format!("/{}", tidy.join("/"));
        match text.starts_with('/') {
            _ if tidy == "/" => PrefixError::Empty,
            false => PrefixError::NoSlash(tidy),
            true => PrefixError::ExtraSlash(tidy),
        }
    }

    /// The prefix a tenant has when none is chosen: its name.
    #[must_use]
    pub fn of(name: &TenantName) -> Self {
        Self(format!("/{name}").into())
    }

    /// The segments, outermost first; never empty.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').skip(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_more_segments_are_a_prefix() {
        let eu = Prefix::parse("/eu/acme").unwrap();
        assert_eq!(eu.segments().collect::<Vec<_>>(), ["eu", "acme"]);
        assert_eq!(Prefix::of(&"acme".parse().unwrap()), "/acme".parse().unwrap());
    }

    #[test]
    fn each_broken_rule_has_its_own_answer() {
        use PrefixError as E;
        let rows = [
            ("", E::Empty),
            ("/", E::Empty),
            ("acme", E::NoSlash("/acme".into())),
            ("/acme/", E::ExtraSlash("/acme".into())),
            ("/eu//acme", E::ExtraSlash("/eu/acme".into())),
            ("/admin", E::Reserved("admin".into())),
            ("/livez/x", E::Reserved("livez".into())),
            ("/_x", E::Reserved("_x".into())),
            ("/.well-known", E::Reserved(".well-known".into())),
            ("/eu/admin", E::Reserved("admin".into())),
            ("/robots.txt", E::Reserved("robots.txt".into())),
            (
                "/Acme",
                E::Segment { segment: "Acme".into(), cause: TenantNameError::UpperCase("acme".into()) },
            ),
            ("/a/b.c", E::Segment { segment: "b.c".into(), cause: TenantNameError::Character('.') }),
        ];
        for (text, error) in rows {
            assert_eq!(Prefix::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(Prefix::parse(&"/abc".repeat(51)), Err(E::TooLong(204)));
        assert!(Prefix::parse(&"/abc".repeat(50)).is_ok());
    }
}
