//! The words of the coherence protocol: what a page depends on ([`Tag`], [`TagSet`]), what a committed
//! change is ([`Version`], [`Change`], [`Pulse`]) and what names a finished page ([`RenderKey`]).
//!
//! These are values only. When a page may be served is decided in the cluster crate; where the rows live
//! is the store's matter.

mod key;
mod tag;
mod tag_set;
mod version;

pub use key::{KeySpace, PreHashed, PreHasher, RenderKey};
pub use tag::{Tag, TagText, UnknownTag};
pub use tag_set::{MOST_TAGS, TagSet};
pub use version::{Change, Pulse, Token, Version};

/// The number of the tag vocabulary this build writes and understands. It rises whenever a kind of tag is
/// added or changes its meaning; a change written under another number counts as a change of everything.
pub const VOCABULARY: i32 = 1;
