//! Two people saved: both texts side by side, and a form for the text to keep.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use rowhouse_engine::content::{self, StaleSave, compare_documents};

use super::{differ, form::Typed, titled};
use crate::{
    admin::{
        frame, say,
        view::{Conflict, ConflictSide, Link},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// Shows both texts. Nothing was overwritten.
///
/// # Errors
/// What the database says, or a fault in the template.
pub(super) async fn show(
    web: &Web,
    request: &HttpRequest,
    member: &Member,
    stale: &StaleSave,
    typed: &Typed,
) -> Result<HttpResponse> {
    let (site, actor) = (&member.at.site, member.actor());
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let compared = compare_documents(&stale.theirs.document, &stale.yours);
    let title = "Someone else saved this first";
    let mut shell = frame::member(web, request, member, title, "/content");
    let list = format!("{}/content", member.admin());
    shell.crumbs.push(Link::new("Content", &list));
    let name = titled(&stale.theirs.document.title);
    shell.crumbs.push(Link::new(name, &format!("{list}/{}", stale.item)));
    let theirs = &stale.theirs;
    let view = Conflict {
        shell,
        id: stale.item.to_string(),
        mine: ConflictSide {
            version: typed.version,
            who: "You".into(),
            when: say::when(site.now(), &zone),
            title: stale.yours.title.clone(),
            body: stale.yours.body.clone(),
        },
        theirs: ConflictSide {
            version: theirs.number.unsigned_abs().into(),
            who: theirs.author_name.clone().unwrap_or_else(|| "Somebody".to_owned()),
            when: say::when(theirs.created_at, &zone),
            title: theirs.document.title.clone(),
            body: theirs.document.body.clone(),
        },
        diff: differ::rows(&compared),
        fields: differ::fields(member, &compared).await?,
        carry: typed.carried(),
        action: if typed.action.is_empty() { "save".into() } else { typed.action.clone() },
    };
    let mut answer = frame::show(web, request, member.at.path(), &view)?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}
