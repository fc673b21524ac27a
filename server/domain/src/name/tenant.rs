//! The name of a tenant: short, lower case, fit for a path segment, a database name and a file name.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{name_type, reserved::is_reserved_at_base};

/// A tenant's name, `[a-z0-9][a-z0-9-]{0,39}` and none of the system's own words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantName(Arc<str>);

name_type!(TenantName, TenantNameError);

/// Why a text is not a tenant name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TenantNameError {
    /// Nothing was given.
    #[error("the name is empty: give 1 to 40 letters, digits and hyphens")]
    Empty,
    /// More than 40 characters.
    #[error("the name has {0} characters: 40 are allowed")]
    TooLong(usize),
    /// Upper case; carries the name that would do.
    #[error("names are lower case: write {0:?}")]
    UpperCase(String),
    /// A hyphen at the start.
    #[error("the name begins with a hyphen: begin with a letter or a digit")]
    LeadingHyphen,
    /// A character outside the set.
    #[error("{0:?} cannot be in a name: use a to z, 0 to 9 and hyphens")]
    Character(char),
    /// A word that the system needs for itself.
    #[error("{0:?} is reserved for the system: choose another name")]
    Reserved(String),
}

impl TenantName {
    /// The longest name, in characters.
    pub const MAX: usize = 40;

    /// Reads a name exactly as written; nothing is trimmed or lower-cased.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, TenantNameError> {
        check_label(text)?;
        if text == "default" || is_reserved_at_base(text) {
            return Err(TenantNameError::Reserved(text.to_owned()));
        }
        Ok(Self(text.into()))
    }
}

/// The rule for one name, without the reserved words; segments of a prefix follow it too.
pub(super) fn check_label(text: &str) -> Result<(), TenantNameError> {
    let allowed = |sign: char| matches!(sign, 'a'..='z' | '0'..='9' | '-');
    let Some(wrong) = text.chars().find(|sign| !allowed(*sign)) else {
        // as many bytes as characters
        return match text.len() {
            0 => Err(TenantNameError::Empty),
            _ if text.starts_with('-') => Err(TenantNameError::LeadingHyphen),
            length if length > TenantName::MAX => Err(TenantNameError::TooLong(length)),
            _ => Ok(()),
        };
    };
    Err(if text.chars().any(|sign| sign.is_ascii_uppercase()) {
        TenantNameError::UpperCase(text.to_ascii_lowercase())
    } else {
        TenantNameError::Character(wrong)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_within_the_rule_are_taken_as_written() {
        for good in ["a", "9", "acme", "a-b--c-", "2026", &"x".repeat(40)] {
            assert_eq!(TenantName::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn each_broken_rule_has_its_own_answer() {
        use TenantNameError as E;
        let rows = [
            ("", E::Empty),
            ("Acme", E::UpperCase("acme".into())),
            (" acme", E::Character(' ')),
            ("ac_me", E::Character('_')),
            ("é", E::Character('é')),
            ("-a", E::LeadingHyphen),
            ("default", E::Reserved("default".into())),
            ("admin", E::Reserved("admin".into())),
        ];
        for (text, error) in rows {
            assert_eq!(TenantName::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(TenantName::parse(&"x".repeat(41)), Err(E::TooLong(41)));
    }

    #[test]
    fn serde_parses_on_the_way_in() {
        let name: TenantName = serde_json::from_str("\"acme\"").unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"acme\"");
        assert!(serde_json::from_str::<TenantName>("\"ACME\"").is_err());
    }
}
