//! One segment of a public address, made from a title or typed by an editor.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::name_type;

/// A slug: `[a-z0-9]` in words joined by single hyphens, at most 120 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(Arc<str>);

name_type!(Slug, SlugError);

/// Why a text is not a slug.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SlugError {
    /// Nothing was given.
    #[error("the slug is empty: give some letters or digits")]
    Empty,
    /// More than 120 bytes.
    #[error("the slug has {0} characters: 120 are allowed")]
    TooLong(usize),
    /// Other characters, or hyphens at an end or together; carries the slug that would do.
    #[error("a slug has lower-case letters, digits and single hyphens: write \"{0}\"")]
    Shape(Slug),
}

impl Slug {
    /// The longest slug, in bytes.
    pub const MAX: usize = 120;

    /// Reads a slug exactly as written.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        if text.is_empty() {
            return Err(SlugError::Empty);
        }
        let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !text.split('-').all(word) {
            return Err(SlugError::Shape(Self::derive(text)));
        }
        if text.len() > Self::MAX {
            return Err(SlugError::TooLong(text.len()));
        }
        Ok(Self(text.into()))
    }

    /// Makes a slug of any title in any script; `untitled` when nothing in it can be spelled. Cut between
    /// words where the title is too long.
    #[must_use]
    pub fn derive(title: &str) -> Self {
        let spelled = deunicode::deunicode_with_tofu(title, " ");
        let mut slug = String::new();
        for word in spelled.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'') {
            let word: String = word.chars().filter(|c| *c != '\'').map(|c| c.to_ascii_lowercase()).collect();
            if word.is_empty() {
                continue;
            }
            if slug.is_empty() {
                slug.extend(word.chars().take(Self::MAX));
            } else if slug.len() + 1 + word.len() > Self::MAX {
                break;
            } else {
                slug.push('-');
                slug.push_str(&word);
            }
        }
        Self(if slug.is_empty() { "untitled".into() } else { slug.into() })
    }

    /// The same slug with a number behind it, for when the plain one is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let tail = format!("-{number}");
        let head: String = self.0.chars().take(Self::MAX - tail.len()).collect();
        Self(format!("{}{tail}", head.trim_end_matches('-')).into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn titles_become_readable_slugs() {
        let rows = [
            ("About us", "about-us"),
            ("  What's   new?! ", "whats-new"),
            ("Don’t stop", "dont-stop"),
            ("Café & Brötchen", "cafe-brotchen"),
            ("Привет мир", "privet-mir"),
            ("北京", "bei-jing"),
            ("a_b/c.d", "a-b-c-d"),
            ("--", "untitled"),
            ("", "untitled"),
        ];
        for (title, slug) in rows {
            assert_eq!(Slug::derive(title).as_str(), slug, "{title:?}");
        }
    }

    #[test]
    fn long_titles_are_cut_between_words() {
        let slug = Slug::derive(&"word ".repeat(60));
        assert!(slug.as_str().len() <= Slug::MAX && slug.as_str().ends_with("-word"));
        assert_eq!(Slug::derive(&"x".repeat(500)).as_str().len(), Slug::MAX);
        assert_eq!(Slug::derive(&"x".repeat(500)).numbered(12).as_str().len(), Slug::MAX);
    }

    #[test]
    fn a_wrong_slug_is_answered_with_a_right_one() {
        for wrong in ["About Us", "-a", "a-", "a--b", "é"] {
            let Err(SlugError::Shape(right)) = Slug::parse(wrong) else { panic!("{wrong:?} was taken") };
            assert_eq!(Slug::parse(right.as_str()), Ok(right));
        }
        assert_eq!(Slug::parse(""), Err(SlugError::Empty));
        assert_eq!(Slug::parse(&"x".repeat(121)), Err(SlugError::TooLong(121)));
    }

    proptest! {
        #[test]
        fn whatever_is_derived_parses(title in "\\PC*", number in any::<u32>()) {
            let slug = Slug::derive(&title);
            prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug.clone()));
            let next = slug.numbered(number);
            prop_assert_eq!(Slug::parse(next.as_str()), Ok(next));
        }
    }
}
