//! One file of the library.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use rowhouse_domain::MediaId;
use rowhouse_engine::{
    content::{self, MediaRow},
    pages,
};
use serde::Deserialize;

use super::{super::content::titled, item, kind, may_manage, pixels, variant};
use crate::{
    admin::{
        frame, say,
        view::{Fact, Link, MediaEdit, Problem, Tone},
    },
    error::Result,
    extract::{Member, Posted},
    flash,
    state::Web,
};

/// Width of the form that is shown.
const SHOWN: u32 = 640;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    alt: String,
    caption: String,
}

/// Shows it.
///
/// # Errors
/// If it is not there, or what the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, member: Member, id: Path<MediaId>) -> Result {
    let row = content::media_item(&member.at.site, &member.actor(), *id).await?;
    screen(&web, &request, &member, row, Vec::new()).await
}

/// Describes it.
///
/// # Errors
/// If it is not there, may not be changed by the user, or what the database says.
pub async fn save(
    request: HttpRequest,
    web: Data<Web>,
    member: Member,
    id: Path<MediaId>,
    posted: Posted<Typed>,
) -> Result {
    let typed = member.accept(posted)?;
    let (site, actor) = (&member.at.site, member.actor());
    // both are single lines, whatever browsers make of a box with several
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (alt, caption) = (one_line(&typed.alt), one_line(&typed.caption));
    match content::describe_media(site, &actor, *id, &typed.name, &alt, &caption).await {
        Ok(_) => {
            let here = format!("{}/media/{id}", member.admin());
            Ok(flash::see_other(&web, member.at.path(), &here, Tone::Good, "Saved."))
        }
        Err(error) => {
            let problems = say::refusal(error)?;
            let mut row = content::media_item(site, &actor, *id).await?;
            (row.media.name, row.media.alt, row.media.caption) = (typed.name, typed.alt, typed.caption);
            screen(&web, &request, &member, row, problems).await
        }
    }
}

async fn screen(
    web: &Web,
    request: &HttpRequest,
    member: &Member,
    row: MediaRow,
    problems: Vec<Problem>,
) -> Result<HttpResponse> {
    let (site, actor, base) = (&member.at.site, member.actor(), member.at.path());
    let names = content::account_names(site, &actor).await?;
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let uses = content::media_usage(site, &actor, row.media.id).await?;
    let editor = |id| format!("{}/content/{id}", member.admin());
    let mut shell = frame::member(web, request, member, &row.media.name, "/media");
    shell.crumbs.push(Link::new("Media", &format!("{}/media", member.admin())));
    let origin = pages::origin_of(&web.node().settings().public_url, &member.at.base);
    let item = item(base, &row, &names, &zone);
    let view = MediaEdit {
        shell,
        problems,
        caption: row.media.caption.clone(),
        url: format!("{origin}{base}/media/{}/original", row.media.id),
        preview: variant(base, &row.media, SHOWN),
        facts: facts(&row, &item.uploaded.text, &item.who),
        uses: uses.iter().map(|used| Link::new(titled(&used.title), &editor(used.id))).collect(),
        can_edit: may_manage(member, &row),
        can_delete: may_manage(member, &row),
        item,
    };
    if view.problems.is_empty() {
        frame::show(web, request, base, &view)
    } else {
        frame::show_problems(web, request, base, &view)
    }
}

fn facts(row: &MediaRow, day: &str, who: &str) -> Vec<Fact> {
    let mut facts = vec![Fact::new("Type", kind(&row.media.mime))];
    let size = pixels(&row.media);
    if !size.is_empty() {
        facts.push(Fact::new("Pixels", &size));
    }
    facts.push(Fact::new("Size with smaller forms", &say::size(row.bytes)));
    let by = if who.is_empty() { String::new() } else { format!(" by {who}") };
    facts.push(Fact::new("Uploaded", &format!("{day}{by}")));
    facts
}
