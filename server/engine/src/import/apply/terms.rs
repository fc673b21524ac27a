//! Categories and tags: found by their slugs, or made, parents first.

use std::collections::{HashMap, HashSet};

use rowhouse_domain::{TermId, content::Taxonomy, name::Slug};
use rowhouse_store::PublicTerm;

use super::{
    ground::Ground,
    report::Report,
    survey::{OldTerm, Survey, term_key},
    text,
};
use crate::{error::Result, site::Site};

/// Terms written at once.
const BATCH: usize = 100;

/// The terms by taxonomy and by what items call them.
#[derive(Debug, Default)]
pub(super) struct Terms(HashMap<(Taxonomy, String), (TermId, Slug)>);

impl Terms {
    pub(super) fn id(&self, taxonomy: Taxonomy, slug: &str, name: &str) -> Option<TermId> {
        self.0.get(&(taxonomy, term_key(slug, name))).map(|(id, _)| *id)
    }

    /// The address of a term's list.
    pub(super) fn address(&self, taxonomy: Taxonomy, slug: &str) -> Option<String> {
        self.0.get(&(taxonomy, slug.to_owned())).map(|(_, slug)| format!("/{taxonomy}/{slug}"))
    }
}

/// The taxonomy here of one there.
pub(super) fn taxonomy(name: &str) -> Option<Taxonomy> {
    match name {
        "category" => Some(Taxonomy::Category),
        "post_tag" => Some(Taxonomy::Tag),
        _ => None,
    }
}

/// Finds or makes all categories and tags.
#[crate::boxed]
pub(super) async fn settle(
    site: &Site,
    survey: &Survey,
    ground: &Ground,
    report: &mut Report,
) -> Result<Terms> {
    let mut terms = Terms::default();
    let mut new = Vec::new();
    for taxonomy in Taxonomy::ALL {
        new.extend(Work::new(*taxonomy, ground).settle(survey, &mut terms, report));
    }
    for batch in new.chunks(BATCH) {
        let batch = batch.to_vec();
        site.write(move |s| {
            Box::pin(async move {
                for term in &batch {
                    s.create_term(term).await?;
                }
                Ok(())
            })
        })
        .await?;
    }
    Ok(terms)
}

struct Work<'a> {
    taxonomy: Taxonomy,
    there: HashMap<Slug, &'a PublicTerm>,
    /// Slugs that a term of the export has: two that are spelled alike here stay two.
    claimed: HashSet<Slug>,
}

impl<'a> Work<'a> {
    fn new(taxonomy: Taxonomy, ground: &'a Ground) -> Self {
        let there = match taxonomy {
            Taxonomy::Category => &ground.categories,
            Taxonomy::Tag => &ground.tags,
        };
        let there = there.iter().map(|term| (term.slug.clone(), term)).collect();
        Self { taxonomy, there, claimed: HashSet::new() }
    }

    fn settle(&mut self, survey: &Survey, terms: &mut Terms, report: &mut Report) -> Vec<PublicTerm> {
        let own = |term: &&OldTerm| taxonomy(&term.taxonomy) == Some(self.taxonomy);
        let mut waiting: Vec<&OldTerm> = survey.terms.iter().filter(own).collect();
        let slugs: HashSet<&str> = waiting.iter().map(|term| term.slug.as_str()).collect();
        let mut new = Vec::new();
        while !waiting.is_empty() {
            let placed = |slug: &str| terms.0.contains_key(&(self.taxonomy, slug.to_owned()));
            let is_ready = |term: &&OldTerm| match term.parent.as_deref() {
                None => true,
                Some(parent) => placed(parent) || !slugs.contains(parent),
            };
            let (mut ready, mut later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_ready);
            if ready.is_empty() {
                // categories below one another in a circle: the first one stands at the top
                let first = later.remove(0);
                report.warn(
                    &first.name,
                    None,
                    "categories were below one another in a circle; it is at the top now",
                );
                ready.push(first);
            }
            for term in ready {
                new.extend(self.one(term, terms, report));
            }
            waiting = later;
        }
        new
    }

    fn one(&mut self, old: &OldTerm, terms: &mut Terms, report: &mut Report) -> Option<PublicTerm> {
        let name = text::line(&old.name, 200);
        let wanted = text::slug(&old.slug, &name);
        let numbered = (2..10_000).map(|n| wanted.numbered(n));
        let slug =
            std::iter::once(wanted.clone()).chain(numbered).find(|slug| !self.claimed.contains(slug))?;
        self.claimed.insert(slug.clone());
        let tally = match self.taxonomy {
            Taxonomy::Category => &mut report.categories,
            Taxonomy::Tag => &mut report.tags,
        };
        let key = (self.taxonomy, term_key(&old.slug, &old.name));
        if let Some(there) = self.there.get(&slug) {
            tally.unchanged += 1;
            terms.0.insert(key, (there.id, slug));
            return None;
        }
        tally.created += 1;
        let parent = old.parent.as_ref().and_then(|parent| terms.0.get(&(self.taxonomy, parent.clone())));
        let term = PublicTerm {
            id: TermId::fresh(),
            taxonomy: self.taxonomy,
            name: if name.is_empty() { slug.to_string() } else { name },
            slug: slug.clone(),
            parent: parent.map(|(id, _)| *id),
            description: text::cut(&text::body(&old.description), 2_000),
        };
        terms.0.insert(key, (term.id, slug));
        Some(term)
    }
}
