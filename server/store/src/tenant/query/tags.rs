//! Names of lists, so that those who read one and those who change it spell it alike.

use rowhouse_domain::{
    ItemId, TermId, UserId,
    coherence::Tag,
    content::{Kind, Taxonomy},
};

use super::month::Month;

/// All published items of a kind, their order and addresses.
pub(super) fn all(kind: Kind) -> Tag {
    Tag::list(kind.as_str())
}

/// The published items that have a term.
pub(super) fn with_term(taxonomy: Taxonomy, term: TermId) -> Tag {
    Tag::list(&format!("post/{taxonomy}/{term}"))
}

/// The published posts of a month of the site's time zone.
pub(super) fn of_month(month: Month) -> Tag {
    Tag::list(&format!("post/{month}"))
}

/// The published posts of an author.
pub(super) fn of_author(author: UserId) -> Tag {
    Tag::list(&format!("post/author/{author}"))
}

/// The published pages directly below a page.
pub(super) fn children(parent: ItemId) -> Tag {
    Tag::list(&format!("page/children/{parent}"))
}

/// Which terms a taxonomy has, their slugs and how they hang together.
pub(super) fn terms(taxonomy: Taxonomy) -> Tag {
    Tag::list(&format!("term/{taxonomy}"))
}
