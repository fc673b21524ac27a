//! Something new: the empty editor, and its first save.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use rowhouse_domain::{
    content::{Fields, Kind},
    permission::{Act, Permission},
};
use rowhouse_engine::content;
use serde::Deserialize;

use super::{
    editor::Desk,
    form::Typed,
    save::{self, Wanted},
};
use crate::{
    admin::say,
    error::Result,
    extract::{Member, Posted},
    state::Web,
};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
}

/// Shows an empty editor.
///
/// # Errors
/// If the user may not begin one.
pub async fn show(request: HttpRequest, web: Data<Web>, member: Member, asked: Query<Asked>) -> Result {
    let kind = asked.kind.parse().unwrap_or(Kind::Page);
    member.actor().require(Permission::Item(kind, Act::Create))?;
    let desk = desk(&web, &request, &member, kind);
    desk.show(&Typed::default(), Vec::new()).await
}

const fn desk<'a>(web: &'a Web, request: &'a HttpRequest, member: &'a Member, kind: Kind) -> Desk<'a> {
    Desk { web, request, member, kind, opened: None, lock: None, restored: false }
}

/// Saves it for the first time, and goes on as its button says.
///
/// # Errors
/// If the user may not begin one, or what the database says.
pub async fn create(request: HttpRequest, web: Data<Web>, member: Member, posted: Posted<Typed>) -> Result {
    let typed = member.accept(posted)?;
    let (site, actor) = (&member.at.site, member.actor());
    let kind = typed.kind.parse().unwrap_or(Kind::Page);
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let mut meant = typed.meant(kind, &Fields::default(), &zone);
    let wanted = Wanted::of(&typed);
    meant.problems.extend(wanted.problems(&meant, site.now()));
    if !meant.problems.is_empty() {
        return desk(&web, &request, &member, kind).show(&typed, meant.problems).await;
    }
    let begun = async {
        meant.document.fields.terms.extend(content::ensure_tags(site, &actor, &meant.tags).await?);
        content::create(site, &actor, kind, meant.document.clone()).await
    };
    let row = match begun.await {
        Ok(row) => row,
        Err(error) => {
            let problems = say::refusal(error)?;
            return desk(&web, &request, &member, kind).show(&typed, problems).await;
        }
    };
    let row = save::hand_over(&member, row, &meant).await?;
    save::go_on(&web, &member, &row, wanted, &meant).await
}
