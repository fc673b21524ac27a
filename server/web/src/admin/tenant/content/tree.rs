//! Pages and categories in the order of their trees, as choices of a form.

use std::collections::HashSet;

use rowhouse_engine::content::{ItemRow, PublicTerm};

use super::titled;
use crate::admin::view::Choice;

/// Deeper levels are shown at this one.
const DEEPEST: u8 = 8;

struct Leaf<'a, K> {
    id: K,
    parent: Option<K>,
    label: &'a str,
}

/// The leaves in tree order with their depths. What stands below something unknown or in a circle stands at
/// the top.
fn flattened<'a, K: Copy + Eq + std::hash::Hash>(leaves: &[Leaf<'a, K>]) -> Vec<(K, &'a str, u8)> {
    let known: HashSet<K> = leaves.iter().map(|leaf| leaf.id).collect();
    let mut out = Vec::with_capacity(leaves.len());
    let mut seen = HashSet::new();
    let top: Vec<&Leaf<'a, K>> =
        leaves.iter().filter(|leaf| leaf.parent.is_none_or(|p| !known.contains(&p))).collect();
    let mut waiting: Vec<(&Leaf<'a, K>, u8)> = top.into_iter().rev().map(|leaf| (leaf, 0)).collect();
    while let Some((leaf, depth)) = waiting.pop() {
        if !seen.insert(leaf.id) {
            continue;
        }
        out.push((leaf.id, leaf.label, depth));
        let below = leaves.iter().filter(|other| other.parent == Some(leaf.id)).rev();
        waiting.extend(below.map(|other| (other, (depth + 1).min(DEEPEST))));
    }
    out.extend(leaves.iter().filter(|leaf| !seen.contains(&leaf.id)).map(|leaf| (leaf.id, leaf.label, 0)));
    out
}

/// Categories as choices; `fits` leaves out what must not be chosen.
pub(crate) fn of_terms(terms: &[PublicTerm], fits: impl Fn(&PublicTerm) -> bool) -> Vec<Choice> {
    let leaves: Vec<_> = terms
        .iter()
        .filter(|term| fits(term))
        .map(|term| Leaf { id: term.id, parent: term.parent, label: &term.name })
        .collect();
    let choice = |(id, label, depth): (rowhouse_domain::TermId, &str, u8)| {
        Choice::new(&id.to_string(), label).at_depth(depth)
    };
    flattened(&leaves).into_iter().map(choice).collect()
}

/// Pages as choices, without `but` and what stands below it.
pub(crate) fn of_pages(pages: &[ItemRow], but: Option<rowhouse_domain::ItemId>) -> Vec<Choice> {
    let leaves: Vec<_> = pages
        .iter()
        .map(|page| Leaf { id: page.id, parent: page.parent, label: titled(&page.title) })
        .collect();
    let mut choices = Vec::new();
    let mut hidden: Option<u8> = None;
    for (id, label, depth) in flattened(&leaves) {
        if hidden.is_some_and(|level| depth <= level) {
            hidden = None;
        }
        if Some(id) == but {
            hidden = Some(depth);
        }
        if hidden.is_none() {
            choices.push(Choice::new(&id.to_string(), label).at_depth(depth));
        }
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(pairs: &[(u8, Option<u8>)]) -> Vec<(u8, u8)> {
        let leaves: Vec<_> =
            pairs.iter().map(|(id, parent)| Leaf { id: *id, parent: *parent, label: "" }).collect();
        flattened(&leaves).into_iter().map(|(id, _, depth)| (id, depth)).collect()
    }

    #[test]
    fn children_follow_their_parents() {
        assert_eq!(
            order(&[(1, Some(2)), (2, None), (3, Some(1)), (4, None)]),
            [(2, 0), (1, 1), (3, 2), (4, 0)]
        );
    }

    #[test]
    fn orphans_and_circles_are_still_there() {
        assert_eq!(order(&[(1, Some(9)), (2, Some(3)), (3, Some(2))]), [(1, 0), (2, 0), (3, 0)]);
    }
}
