//! Categories and tags.

pub mod create;
pub mod delete;
pub mod edit;
pub mod list;

use actix_web::{HttpRequest, HttpResponse};
use rowhouse_domain::{
    TermId,
    content::Taxonomy,
    name::Slug,
    permission::{Area, Permission},
};
use rowhouse_engine::content::{self, PublicTerm, TermCount, TermInput};
use serde::Deserialize;

use super::content::tree;
use crate::{
    admin::{
        frame, say,
        view::{Choice, Problem, Shell, Tab, TermForm, TermRow, Terms},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// The fields of a term as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    taxonomy: String,
    name: String,
    slug: String,
    parent: String,
    description: String,
}

impl Typed {
    fn of(term: &PublicTerm) -> Self {
        Self {
            taxonomy: term.taxonomy.to_string(),
            name: term.name.clone(),
            slug: term.slug.to_string(),
            parent: term.parent.map(|id| id.to_string()).unwrap_or_default(),
            description: term.description.clone(),
        }
    }

    fn taxonomy(&self) -> Taxonomy {
        self.taxonomy.parse().unwrap_or(Taxonomy::Category)
    }

    /// What the fields mean, or what is wrong with them.
    fn read(&self) -> Result<TermInput, Vec<Problem>> {
        let typed = self.slug.trim();
        let slug = match typed {
            "" => Ok(None),
            typed => Slug::parse(typed).map(Some),
        };
        let slug = slug.map_err(|e| vec![Problem::new("slug", &say::sentence(&e.to_string()))])?;
        Ok(TermInput {
            name: self.name.clone(),
            slug,
            parent: self.parent.parse().ok(),
            description: self.description.replace("\r\n", "\n"),
        })
    }

    /// The form; a term cannot stand below `own` or what is below it.
    fn form(&self, all: &[TermCount], own: Option<TermId>) -> TermForm {
        let mut parents = Vec::new();
        if self.taxonomy() == Taxonomy::Category && !all.is_empty() {
            let terms: Vec<PublicTerm> = all.iter().map(|counted| counted.term.clone()).collect();
            parents.push(Choice::new("", "None"));
            parents
                .extend(tree::of_terms(&terms, |term| Some(term.id) != own && !is_below(&terms, term, own)));
        }
        for choice in &mut parents {
            choice.selected = choice.value == self.parent;
        }
        TermForm {
            name: self.name.clone(),
            slug: self.slug.clone(),
            description: self.description.clone(),
            parents,
        }
    }
}

fn is_below(all: &[PublicTerm], term: &PublicTerm, above: Option<TermId>) -> bool {
    let parent_of = |id: TermId| all.iter().find(|t| t.id == id).and_then(|t| t.parent);
    above.is_some()
        && std::iter::successors(term.parent, |id| parent_of(*id)).take(all.len()).any(|id| Some(id) == above)
}

const fn words(taxonomy: Taxonomy) -> (&'static str, &'static str) {
    match taxonomy {
        Taxonomy::Category => ("category", "categories"),
        Taxonomy::Tag => ("tag", "tags"),
    }
}

/// The address of a term's archive on the public site.
fn archive(shell: &Shell, term: &PublicTerm) -> String {
    format!("{}/{}/{}", shell.public_url.trim_end_matches('/'), term.taxonomy, term.slug)
}

/// The list of a taxonomy with the form for a new term.
async fn screen(
    web: &Web,
    request: &HttpRequest,
    member: &Member,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<HttpResponse> {
    let taxonomy = typed.taxonomy();
    let all = content::terms(&member.at.site, &member.actor(), taxonomy).await?;
    let shell = frame::member(web, request, member, "Categories and tags", "/terms");
    let tab = |(label, key)| {
        let href = format!("{}/terms?taxonomy={key}", member.admin());
        Tab::new(label, &href, key == taxonomy.as_str())
    };
    let (singular, plural) = words(taxonomy);
    let view = Terms {
        tabs: [("Categories", "category"), ("Tags", "tag")].map(tab).to_vec(),
        taxonomy: taxonomy.to_string(),
        singular: singular.into(),
        plural: plural.into(),
        tree: taxonomy == Taxonomy::Category,
        rows: rows(&shell, &all),
        form: typed.form(&all, None),
        can_edit: member.actor().may(Permission::Site(Area::Terms)),
        shell,
        problems,
    };
    if view.problems.is_empty() {
        frame::show(web, request, member.at.path(), &view)
    } else {
        frame::show_problems(web, request, member.at.path(), &view)
    }
}

fn rows(shell: &Shell, all: &[TermCount]) -> Vec<TermRow> {
    let terms: Vec<PublicTerm> = all.iter().map(|counted| counted.term.clone()).collect();
    let row = |choice: Choice| {
        let counted = all.iter().find(|counted| counted.term.id.to_string() == choice.value)?;
        Some(TermRow {
            id: choice.value,
            name: choice.label,
            slug: counted.term.slug.to_string(),
            depth: choice.depth,
            count: counted.count,
            live_url: archive(shell, &counted.term),
        })
    };
    tree::of_terms(&terms, |_| true).into_iter().filter_map(row).collect()
}
