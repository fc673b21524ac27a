//! One term.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use rowhouse_domain::{TermId, content::Taxonomy};
use rowhouse_engine::{
    EngineError,
    content::{self, TermCount},
};

use super::{Typed, archive, words};
use crate::{
    admin::{
        frame, say,
        view::{Link, Problem, TermEdit, Tone},
    },
    error::Result,
    extract::{Can, Member, Posted, need},
    flash,
    state::Web,
};

/// Shows its form.
///
/// # Errors
/// If it is not there, or what the database says.
pub async fn show(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Terms>,
    id: Path<TermId>,
) -> Result {
    let all = siblings(&member, *id).await?;
    let typed = all.iter().find(|c| c.term.id == *id).map(|c| Typed::of(&c.term)).unwrap_or_default();
    screen(&web, &request, &member, (*id, &all), &typed, Vec::new())
}

/// Changes it.
///
/// # Errors
/// If it is not there, or what the database says.
pub async fn save(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Terms>,
    id: Path<TermId>,
    posted: Posted<Typed>,
) -> Result {
    let mut typed = member.accept(posted)?;
    let all = siblings(&member, *id).await?;
    if let Some(counted) = all.first() {
        typed.taxonomy = counted.term.taxonomy.to_string();
    }
    let input = match typed.read() {
        Ok(input) => input,
        Err(problems) => return screen(&web, &request, &member, (*id, &all), &typed, problems),
    };
    match content::update_term(&member.at.site, &member.actor(), *id, input).await {
        Ok(term) => {
            let back = format!("{}/terms?taxonomy={}", member.admin(), term.taxonomy);
            Ok(flash::see_other(
                &web,
                member.at.path(),
                &back,
                Tone::Good,
                &format!("Saved “{}”.", term.name),
            ))
        }
        Err(error) => screen(&web, &request, &member, (*id, &all), &typed, say::refusal(error)?),
    }
}

/// All terms of the taxonomy that the term is in.
async fn siblings(member: &Member, id: TermId) -> Result<Vec<TermCount>> {
    for taxonomy in Taxonomy::ALL {
        let all = content::terms(&member.at.site, &member.actor(), *taxonomy).await?;
        if all.iter().any(|counted| counted.term.id == id) {
            return Ok(all);
        }
    }
    Err(EngineError::NotFound("category or tag").into())
}

fn screen(
    web: &Web,
    request: &HttpRequest,
    member: &Member,
    (id, all): (TermId, &[TermCount]),
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<HttpResponse> {
    let Some(counted) = all.iter().find(|counted| counted.term.id == id) else {
        return Err(EngineError::NotFound("category or tag").into());
    };
    let mut shell = frame::member(web, request, member, &counted.term.name, "/terms");
    let back = format!("{}/terms?taxonomy={}", member.admin(), counted.term.taxonomy);
    shell.crumbs.push(Link::new("Categories and tags", &back));
    let view = TermEdit {
        problems,
        id: id.to_string(),
        singular: words(counted.term.taxonomy).0.into(),
        count: counted.count,
        form: typed.form(all, Some(id)),
        live_url: archive(&shell, &counted.term),
        shell,
    };
    if view.problems.is_empty() {
        frame::show(web, request, member.at.path(), &view)
    } else {
        frame::show_problems(web, request, member.at.path(), &view)
    }
}
