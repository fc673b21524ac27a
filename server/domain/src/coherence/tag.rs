//! One thing a page can depend on. A tag has a short stable text, because it is written into the tenant's
//! revision table and read by other nodes and other builds.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::id::{ItemId, MediaId, TermId, UserId};

/// The free part of a tag: a path or a name of 1 to 512 bytes without control characters (a line feed
/// separates tags in their stored form).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagText(Arc<str>);

impl TagText {
    /// The longest free part in bytes.
    pub const LONGEST: usize = 512;

    /// The text as a part of a tag, if it is fit for one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::LONGEST && !text.chars().any(char::is_control);
        fits.then(|| Self(text.into()))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name for something a page depends on. A change lists the tags it touched; a render lists those it
/// was made from; what they share decides whether the render is still true.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {
    /// Everything the tenant shows: touches and depends on every other tag.
    Everything,
    /// A page or post: its published text, title, address and state.
    Item(ItemId),
    /// A list by name, for example `post` or `post/2026-11`: which items are in it and their order.
    List(TagText),
    /// A category or tag: its name, address and place in the tree.
    Term(TermId),
    /// The menu shown at a place.
    Menu(TagText),
    /// The site's settings.
    Settings,
    /// The chosen theme and its settings.
    Theme,
    /// What answers at a path.
    Route(TagText),
    /// That nothing answers at a path.
    Absence(TagText),
    /// An uploaded file: its address, size and description.
    Media(MediaId),
    /// The public face of an author.
    Author(UserId),
    /// The table of redirects.
    Redirects,
}

/// A text that names no tag of this build's vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a tag of this vocabulary: {0:?}")]
pub struct UnknownTag(pub String);

impl Tag {
    /// The list of this name; [`Tag::Everything`] if the name cannot be part of a tag, which is never wrong.
    #[must_use]
    pub fn list(name: &str) -> Self {
        TagText::parse(name).map_or(Self::Everything, Self::List)
    }

    /// The menu at this place, or [`Tag::Everything`] as for [`Tag::list`].
    #[must_use]
    pub fn menu(place: &str) -> Self {
        TagText::parse(place).map_or(Self::Everything, Self::Menu)
    }

    /// What answers at this tenant-relative path, or [`Tag::Everything`] as for [`Tag::list`].
    #[must_use]
    pub fn route(path: &str) -> Self {
        TagText::parse(path).map_or(Self::Everything, Self::Route)
    }

    /// That nothing answers at this tenant-relative path, or [`Tag::Everything`] as for [`Tag::list`].
    #[must_use]
    pub fn absence(path: &str) -> Self {
        TagText::parse(path).map_or(Self::Everything, Self::Absence)
    }

    /// The word for the kind of tag, as written before the colon.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Everything => "*",
            Self::Item(_) => "item",
            Self::List(_) => "list",
            Self::Term(_) => "term",
            Self::Menu(_) => "menu",
            Self::Settings => "settings",
            Self::Theme => "theme",
            Self::Route(_) => "route",
            Self::Absence(_) => "absence",
            Self::Media(_) => "media",
            Self::Author(_) => "author",
            Self::Redirects => "redirects",
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        match self {
            Self::Everything | Self::Settings | Self::Theme | Self::Redirects => f.write_str(kind),
            Self::Item(id) => write!(f, "{kind}:{id}"),
            Self::Term(id) => write!(f, "{kind}:{id}"),
            Self::Media(id) => write!(f, "{kind}:{id}"),
            Self::Author(id) => write!(f, "{kind}:{id}"),
            Self::List(text) | Self::Menu(text) | Self::Route(text) | Self::Absence(text) => {
                write!(f, "{kind}:{}", text.as_str())
            }
        }
    }
}

impl FromStr for Tag {
    type Err = UnknownTag;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = match text.split_once(':') {
            None => match text {
                "*" => Some(Self::Everything),
                "settings" => Some(Self::Settings),
                "theme" => Some(Self::Theme),
                "redirects" => Some(Self::Redirects),
                _ => None,
            },
            Some((kind, rest)) => match kind {
                "item" => rest.parse().ok().map(Self::Item),
                "term" => rest.parse().ok().map(Self::Term),
                "media" => rest.parse().ok().map(Self::Media),
                "author" => rest.parse().ok().map(Self::Author),
                "list" => TagText::parse(rest).map(Self::List),
                "menu" => TagText::parse(rest).map(Self::Menu),
                "route" => TagText::parse(rest).map(Self::Route),
                "absence" => TagText::parse(rest).map(Self::Absence),
                _ => None,
            },
        };
        known.ok_or_else(|| UnknownTag(text.to_owned()))
    }
}

impl Serialize for Tag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_comes_back_from_its_text() {
        let tags = [
            Tag::Everything,
            Tag::Item(ItemId::fresh()),
            Tag::list("post/2026-11"),
            Tag::Term(TermId::fresh()),
            Tag::menu("main"),
            Tag::Settings,
            Tag::Theme,
            Tag::route("/über uns:teil"),
            Tag::absence("/"),
            Tag::Media(MediaId::fresh()),
            Tag::Author(UserId::fresh()),
            Tag::Redirects,
        ];
        for tag in tags {
            assert_eq!(tag.to_string().parse(), Ok(tag.clone()), "{tag}");
        }
    }

    #[test]
    fn a_foreign_word_is_no_tag_and_an_unfit_path_is_everything() {
        for text in ["", "widget:1", "item:", "item:7", "list:", "route:/a\nsettings", "settings:"] {
            assert!(text.parse::<Tag>().is_err(), "{text:?}");
        }
        assert_eq!(Tag::route("/a\nb"), Tag::Everything);
        assert_eq!(Tag::route(&"x".repeat(513)), Tag::Everything);
    }
}
