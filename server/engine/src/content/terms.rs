//! Categories and tags.

use std::collections::HashSet;

use rowhouse_domain::{
    RedirectId, TermId,
    content::{Kind, Taxonomy},
    name::{RoutePath, Slug},
    permission::{Act, Area, Permission},
};
use rowhouse_store::{Change, Look, PublicTerm, RedirectRow, Result as Stored, TermCount};

use super::guard;
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// Tags that one item may bring along.
const MOST_TAGS: usize = 50;

/// What was typed about a term.
#[derive(Clone, Debug, Default)]
pub struct TermInput {
    /// Its name.
    pub name: String,
    /// Its slug; made from the name where absent.
    pub slug: Option<Slug>,
    /// The category around it.
    pub parent: Option<TermId>,
    /// A text about it.
    pub description: String,
}

fn checked(mut input: TermInput) -> Result<TermInput> {
    input.name = input.name.split_whitespace().collect::<Vec<_>>().join(" ");
    input.description = input.description.trim().to_owned();
    if input.name.is_empty() || input.name.chars().count() > LONGEST_NAME {
        return Err(EngineError::invalid("name", format!("1 to {LONGEST_NAME} characters")));
    }
    if input.description.len() > 20_000 {
        return Err(EngineError::invalid("description", "at most 20000 bytes"));
    }
    Ok(input)
}

/// All terms of a taxonomy with how many published posts each has.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn terms(site: &Site, actor: &Actor, taxonomy: Taxonomy) -> Result<Vec<TermCount>> {
    actor.require(Permission::Site(Area::Admin))?;
    site.look(move |s| Box::pin(async move { s.term_counts(taxonomy).await })).await
}

/// A slug that no other term has: the one asked for, or one made from the name.
async fn free_slug(s: &mut Look, taxonomy: Taxonomy, input: &TermInput, own: Option<TermId>) -> Stored<Slug> {
    let wanted = input.slug.clone().unwrap_or_else(|| Slug::derive(&input.name));
    for number in 1..1_000 {
        let slug = if number == 1 { wanted.clone() } else { wanted.numbered(number) };
        let holder = s.term_by_slug(taxonomy, &slug).await?;
        if holder.is_none_or(|other| Some(other.id) == own) {
            return Ok(slug);
        }
        if input.slug.is_some() {
            break;
        }
    }
    Err(EngineError::invalid("slug", format!("\"{wanted}\" is taken; choose another")).into())
}

/// The parent of a category, if it is one and does not stand below `own`.
async fn fitting_parent(
    s: &mut Look,
    taxonomy: Taxonomy,
    parent: Option<TermId>,
    own: Option<TermId>,
) -> Stored<Option<TermId>> {
    if taxonomy == Taxonomy::Tag {
        return Ok(None);
    }
    let mut seen = HashSet::new();
    let mut next = parent;
    while let Some(id) = next {
        if Some(id) == own || !seen.insert(id) {
            return Err(EngineError::invalid("parent", "a category cannot stand below itself").into());
        }
        let term = s.term_by_id(id).await?.filter(|t| t.taxonomy == taxonomy);
        next = term.ok_or_else(|| EngineError::invalid("parent", "there is no such category"))?.parent;
    }
    Ok(parent)
}

async fn create_inside(s: &mut Change, taxonomy: Taxonomy, input: TermInput) -> Stored<PublicTerm> {
    let slug = free_slug(s, taxonomy, &input, None).await?;
    let parent = fitting_parent(s, taxonomy, input.parent, None).await?;
    let TermInput { name, description, .. } = input;
    let term = PublicTerm { id: TermId::fresh(), taxonomy, name, slug, parent, description };
    s.create_term(&term).await?;
    Ok(term)
}

/// Makes a term.
///
/// # Errors
/// [`EngineError::Invalid`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn create_term(
    site: &Site,
    actor: &Actor,
    taxonomy: Taxonomy,
    input: TermInput,
) -> Result<PublicTerm> {
    guard::area(actor, Area::Terms)?;
    let input = checked(input)?;
    site.write(move |s| Box::pin(async move { create_inside(s, taxonomy, input).await })).await
}

/// The tags of these names, made where they are not there yet: authors add words as they go.
///
/// # Errors
/// [`EngineError::Invalid`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn ensure_tags(site: &Site, actor: &Actor, names: &[String]) -> Result<Vec<TermId>> {
    if !actor.may(Permission::Site(Area::Terms)) {
        actor.require(Permission::Item(Kind::Post, Act::Create))?;
    }
    if names.len() > MOST_TAGS {
        return Err(EngineError::invalid("tags", format!("at most {MOST_TAGS} tags")));
    }
    let inputs = names.iter().filter(|n| !n.trim().is_empty());
    let inputs = inputs
        .map(|name| checked(TermInput { name: name.clone(), ..TermInput::default() }))
        .collect::<Result<Vec<_>>>()
        .map_err(|_| EngineError::invalid("tags", format!("a tag has 1 to {LONGEST_NAME} characters")))?;
    if inputs.is_empty() {
        return Ok(Vec::new());
    }
    site.write(move |s| {
        Box::pin(async move {
            let known = s.all_terms(Taxonomy::Tag).await?;
            let mut by_name: std::collections::HashMap<String, TermId> =
                known.into_iter().map(|t| (t.name.to_lowercase(), t.id)).collect();
            let mut ids = Vec::new();
            for input in inputs {
                let key = input.name.to_lowercase();
                let id = match by_name.get(&key) {
                    Some(id) => *id,
                    None => create_inside(s, Taxonomy::Tag, input).await?.id,
                };
                by_name.insert(key, id);
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            Ok(ids)
        })
    })
    .await
}

/// Where a term's archive stands.
fn archive(taxonomy: Taxonomy, slug: &Slug) -> Option<RoutePath> {
    RoutePath::parse(&format!("/{taxonomy}/{slug}")).ok()
}

/// Changes a term. With another slug, the old address of its archive leads to the new one.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Invalid`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn update_term(site: &Site, actor: &Actor, id: TermId, input: TermInput) -> Result<PublicTerm> {
    guard::area(actor, Area::Terms)?;
    let input = checked(input)?;
    site.write(move |s| {
        Box::pin(async move {
            let old = s.term_by_id(id).await?.ok_or(EngineError::NotFound("term"))?;
            let slug = free_slug(s, old.taxonomy, &input, Some(id)).await?;
            let parent = fitting_parent(s, old.taxonomy, input.parent, Some(id)).await?;
            let TermInput { name, description, .. } = input;
            let new = PublicTerm { id, taxonomy: old.taxonomy, name, slug, parent, description };
            s.update_term(&new).await?;
            if old.slug != new.slug {
                leave_redirect(s, &old, &new).await?;
            }
            Ok(new)
        })
    })
    .await
}

async fn leave_redirect(s: &mut Change, old: &PublicTerm, new: &PublicTerm) -> Stored<()> {
    let (Some(from), Some(to)) = (archive(old.taxonomy, &old.slug), archive(new.taxonomy, &new.slug)) else {
        return Ok(());
    };
    s.drop_redirect_at(&to).await?;
    let row = RedirectRow {
        id: RedirectId::fresh(),
        from,
        to: Some(to.into()),
        item: None,
        permanent: true,
        automatic: true,
        created_at: s.now(),
    };
    s.put_redirect(&row).await
}

/// Removes a term from all items and for ever.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn delete_term(site: &Site, actor: &Actor, id: TermId) -> Result<()> {
    guard::area(actor, Area::Terms)?;
    let there = site.write(move |s| Box::pin(async move { s.delete_term(id).await })).await?;
    if there { Ok(()) } else { Err(EngineError::NotFound("term")) }
}

/// Gives all items of one term the other, and removes the one; its archive's address leads to the other's.
///
/// # Errors
/// [`EngineError::Conflict`] if they are not of one taxonomy, [`EngineError::NotFound`],
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn merge_terms(site: &Site, actor: &Actor, from: TermId, into: TermId) -> Result<()> {
    guard::area(actor, Area::Terms)?;
    site.write(move |s| {
        Box::pin(async move {
            let old = s.term_by_id(from).await?.ok_or(EngineError::NotFound("term"))?;
            let kept = s.term_by_id(into).await?.ok_or(EngineError::NotFound("term"))?;
            if old.taxonomy == kept.taxonomy && s.merge_terms(from, into).await? {
                return leave_redirect(s, &old, &kept).await;
            }
            let told = "only two different categories or two different tags can be united";
            Err(EngineError::Conflict(told.into()).into())
        })
    })
    .await
}
