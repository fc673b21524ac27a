//! How people are named: the login and the mail address.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{HostError, HostName, name_type};

/// A login: 1 to 60 of `[a-z0-9._-]` with a letter or digit among them. Case does not matter; kept lower.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(Arc<str>);

name_type!(UserName, UserNameError);

/// Why a text is not a user name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UserNameError {
    /// Nothing, or punctuation only.
    #[error("the user name needs at least one letter or digit")]
    Empty,
    /// More than 60 characters.
    #[error("the user name has {0} characters: 60 are allowed")]
    TooLong(usize),
    /// A character outside the set.
    #[error("{0:?} cannot be in a user name: use letters a to z, digits, dots, hyphens and underscores")]
    Character(char),
}

impl UserName {
    /// The longest user name, in characters.
    pub const MAX: usize = 60;

    /// Reads a login in any case; blanks around it are dropped.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, UserNameError> {
        let text = text.trim();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if let Some(wrong) = text.chars().find(|c| !allowed(*c)) {
            return Err(UserNameError::Character(wrong));
        }
        if !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
            return Err(UserNameError::Empty);
        }
        if text.len() > Self::MAX {
            return Err(UserNameError::TooLong(text.len()));
        }
        Ok(Self(text.to_ascii_lowercase().into()))
    }
}

/// A mail address with an ASCII local part. The domain is lower case and in its ASCII form; the local part
/// stays as written, because only its own server may say whether case matters there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(Arc<str>);

name_type!(EmailAddress, EmailError);

/// Why a text is not a mail address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EmailError {
    /// There is no `@`.
    #[error("a mail address looks like \"name@example.org\"")]
    NoAt,
    /// More than 254 bytes, or more than 64 before the `@` (RFC 5321 §4.5.3.1).
    #[error("the mail address is too long: 254 characters are allowed, 64 of them before the @")]
    TooLong,
    /// What stands before the `@` is empty or not made of dotted atoms.
    #[error("{0:?} cannot stand before the @: use letters, digits and single dots")]
    Local(String),
    /// What stands behind the `@` is not a host name.
    #[error("behind the @: {0}")]
    Domain(#[from] HostError),
}

impl EmailAddress {
    /// Reads an address; blanks around it are dropped. Quoted local parts are not accepted.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(EmailError::NoAt)?;
        if !local.split('.').all(is_atom) {
            return Err(EmailError::Local(local.to_owned()));
        }
        let domain = HostName::parse(domain)?;
        if domain.is_address() {
            return Err(HostError::Invalid(domain.into()).into());
        }
        let address = format!("{local}@{domain}");
        if local.len() > 64 || address.len() > 254 {
            return Err(EmailError::TooLong);
        }
        Ok(Self(address.into()))
    }

    /// The form in which two addresses are compared: all lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// RFC 5322 §3.2.3 `1*atext`.
fn is_atom(text: &str) -> bool {
    let atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    !text.is_empty() && text.bytes().all(atext)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_ignore_case() {
        assert_eq!(UserName::parse(" Anna.B_1 ").unwrap().as_str(), "anna.b_1");
        assert_eq!(UserName::parse("a b"), Err(UserNameError::Character(' ')));
        assert_eq!(UserName::parse("ä"), Err(UserNameError::Character('ä')));
        assert_eq!(UserName::parse("..."), Err(UserNameError::Empty));
        assert_eq!(UserName::parse(&"x".repeat(61)), Err(UserNameError::TooLong(61)));
    }

    #[test]
    fn addresses_keep_the_local_part_and_normalise_the_domain() {
        let address = EmailAddress::parse(" Anna+x@Bücher.Example ").unwrap();
        assert_eq!(address.as_str(), "Anna+x@xn--bcher-kva.example");
        assert_eq!(address.key(), "anna+x@xn--bcher-kva.example");
        assert!(EmailAddress::parse("root@localhost").is_ok());
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for bad in [
            "",
            "anna",
            "@a.org",
            "anna@",
            "a..b@c.org",
            ".a@c.org",
            "a b@c.org",
            "a@b@c.org",
            "a@127.0.0.1",
            "a@b.org\nBcc: x@y.z",
            "a\r@b.org",
            "\"a\"@b.org",
            "<a@b.org>",
            "ä@b.org",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
        let long = format!("{}@a.org", "x".repeat(65));
        assert_eq!(EmailAddress::parse(&long), Err(EmailError::TooLong));
    }
}
