//! A set of tags, as a change and a render carry it. Whatever cannot be understood exactly becomes
//! "everything", so that the worst outcome is a page rendered once too often.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{VOCABULARY, tag::Tag};

/// With more tags than this a set counts as everything.
pub const MOST_TAGS: usize = 256;

/// Sorted tags without repetition, or everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TagSet {
    everything: bool,
    tags: Vec<Tag>,
}

impl TagSet {
    /// The empty set: what a change that visitors cannot see touches.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The set that contains every tag, known or not.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, tags: Vec::new() }
    }

    /// Whether this set counts as everything.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.everything && self.tags.is_empty()
    }

    /// The tags by name, in order; none if the set is everything.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Tag> {
        self.tags.iter()
    }

    /// Adds one tag.
    pub fn insert(&mut self, tag: Tag) {
        if self.everything {
            return;
        }
        match self.tags.binary_search(&tag) {
            Ok(_) => {}
            Err(_) if tag == Tag::Everything || self.tags.len() >= MOST_TAGS => *self = Self::everything(),
            Err(place) => self.tags.insert(place, tag),
        }
    }

    /// Both sets together.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.everything || other.everything {
            return Self::everything();
        }
        self.iter().chain(other.iter()).cloned().collect()
    }

    /// Whether they have a tag in common. Everything meets every set, also the empty one.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        if self.everything || other.everything {
            return true;
        }
        let (few, many) = if self.tags.len() < other.tags.len() { (self, other) } else { (other, self) };
        few.tags.iter().any(|tag| many.tags.binary_search(tag).is_ok())
    }

    /// The stored form: one tag a line, `*` for everything.
    #[must_use]
    pub fn encode(&self) -> String {
        if self.everything {
            return Tag::Everything.to_string();
        }
        self.tags.iter().map(Tag::to_string).collect::<Vec<_>>().join("\n")
    }

    /// Reads the stored form. A foreign vocabulary or an unknown tag makes it everything.
    #[must_use]
    pub fn decode(vocabulary: i32, text: &str) -> Self {
        if vocabulary != VOCABULARY {
            return Self::everything();
        }
        let tags: Result<Self, _> = text.lines().map(str::parse::<Tag>).collect();
        tags.unwrap_or_else(|_| Self::everything())
    }
}

impl FromIterator<Tag> for TagSet {
    fn from_iter<I: IntoIterator<Item = Tag>>(tags: I) -> Self {
        let mut sorted = BTreeSet::new();
        for tag in tags {
            sorted.insert(tag);
            if sorted.len() > MOST_TAGS || sorted.contains(&Tag::Everything) {
                return Self::everything();
            }
        }
        Self { everything: false, tags: sorted.into_iter().collect() }
    }
}

impl Extend<Tag> for TagSet {
    fn extend<I: IntoIterator<Item = Tag>>(&mut self, tags: I) {
        for tag in tags {
            self.insert(tag);
        }
    }
}

impl Serialize for TagSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.encode())
    }
}

impl<'de> Deserialize<'de> for TagSet {
    /// Takes the text for this build's vocabulary; whoever carries another number decodes by [`TagSet::decode`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::decode(VOCABULARY, &String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(range: std::ops::Range<usize>) -> TagSet {
        range.map(|n| Tag::list(&format!("l{n}"))).collect()
    }

    #[test]
    fn a_set_is_sorted_without_repetition_and_survives_its_text() {
        let set: TagSet = [Tag::Theme, Tag::Settings, Tag::Theme].into_iter().collect();
        assert_eq!(set.iter().cloned().collect::<Vec<_>>(), [Tag::Settings, Tag::Theme]);
        assert_eq!(TagSet::decode(VOCABULARY, &set.encode()), set);
        assert_eq!(TagSet::decode(VOCABULARY, ""), TagSet::new());
        assert!(TagSet::decode(VOCABULARY, "*").is_everything());
    }

    #[test]
    fn too_many_unknown_or_foreign_tags_are_everything() {
        assert!(!lists(0..MOST_TAGS).is_everything());
        assert!(lists(0..MOST_TAGS + 1).is_everything());
        assert!(lists(0..200).union(&lists(100..300)).is_everything());
        assert!(TagSet::decode(VOCABULARY, "settings\nwidget:9").is_everything());
        assert!(TagSet::decode(VOCABULARY + 1, "settings").is_everything());
        let mut set = lists(0..MOST_TAGS);
        set.insert(Tag::list("l0"));
        assert!(!set.is_everything());
        set.insert(Tag::Theme);
        assert!(set.is_everything());
    }

    #[test]
    fn sets_meet_in_a_shared_tag_and_everything_meets_all() {
        assert!(lists(0..5).intersects(&lists(4..9)));
        assert!(!lists(0..5).intersects(&lists(5..9)));
        assert!(TagSet::everything().intersects(&TagSet::new()));
        assert!(!TagSet::new().intersects(&TagSet::new()));
    }
}
