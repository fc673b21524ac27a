//! Ending sessions elsewhere.

use actix_web::web::{Data, Path};
use rowhouse_engine::{EngineError, identity};

use crate::{
    admin::{tenant::Pressed, view::Tone},
    error::Result,
    extract::{Member, Posted},
    flash,
    state::Web,
};

/// Ends one of one's own sessions.
///
/// # Errors
/// If it is none of theirs, or what the database says.
pub async fn revoke(web: Data<Web>, member: Member, id: Path<String>, posted: Posted<Pressed>) -> Result {
    member.accept(posted)?;
    let at = &member.at;
    if !identity::revoke_session(&at.site, &member.who, &id).await? {
        return Err(EngineError::NotFound("session any more").into());
    }
    Ok(flash::see_other(
        &web,
        at.path(),
        &at.link("/admin/account"),
        Tone::Good,
        "That browser is signed out.",
    ))
}

/// Ends all but this one.
///
/// # Errors
/// What the database says.
pub async fn revoke_others(web: Data<Web>, member: Member, posted: Posted<Pressed>) -> Result {
    member.accept(posted)?;
    let at = &member.at;
    identity::revoke_other_sessions(&at.site, &member.who).await?;
    let text = "You are signed out everywhere else.";
    Ok(flash::see_other(&web, at.path(), &at.link("/admin/account"), Tone::Good, text))
}
