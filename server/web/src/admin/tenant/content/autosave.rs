//! Keeping what is being typed, without making a version of it.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use rowhouse_domain::ItemId;
use rowhouse_engine::{EngineError, content};

use super::form::Typed;
use crate::{
    admin::{say, tenant::Pressed, view::Tone},
    error::Result,
    extract::{Member, Posted},
    flash,
    state::Web,
};

/// Keeps it, and says when. Tags that do not exist yet are made when a version is saved, not here.
///
/// # Errors
/// [`EngineError::Conflict`] if somebody else saved meanwhile, or what the database says.
pub async fn keep(member: Member, id: Path<ItemId>, posted: Posted<Typed>) -> Result {
    let typed = member.accept(posted)?;
    let (site, actor) = (&member.at.site, member.actor());
    let opened = content::open(site, &actor, *id).await?;
    if u64::from(opened.latest.number.unsigned_abs()) != typed.version {
        let told = "someone else saved this meanwhile; save to see both texts";
        return Err(EngineError::Conflict(told.into()).into());
    }
    let around = content::surroundings(site, &actor, None).await?;
    let zone = say::zone(&around.settings.time_zone);
    let mut meant = typed.meant(opened.row.kind, &opened.latest.document.fields, &zone);
    let known = around.tags.iter().filter(|tag| meant.tags.contains(&tag.name)).map(|tag| tag.id);
    meant.document.fields.terms.extend(known);
    content::autosave(site, &actor, *id, opened.latest.id, meant.document).await?;
    // whoever types still has it open
    content::take_lock(site, &actor, *id, false).await?;
    let saved = say::time(site.now(), &zone);
    Ok(HttpResponse::Ok().json(serde_json::json!({ "saved": saved })))
}

/// Forgets what was kept.
///
/// # Errors
/// What the database says.
pub async fn discard(web: Data<Web>, member: Member, id: Path<ItemId>, posted: Posted<Pressed>) -> Result {
    member.accept(posted)?;
    content::discard_autosave(&member.at.site, &member.actor(), *id).await?;
    let here = format!("{}/content/{id}", member.admin());
    Ok(flash::see_other(
        &web,
        member.at.path(),
        &here,
        Tone::Good,
        "Forgotten. This is the text as it was saved.",
    ))
}
