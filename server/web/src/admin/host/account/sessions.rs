//! Ending one's own sessions elsewhere.

use actix_web::web::{Data, Path};
use rowhouse_engine::identity::supers;

use crate::{
    admin::{
        host::{Pressed, see},
        say,
        view::Tone,
    },
    error::{Result, WebError},
    extract::{Posted, SuperUser},
    state::Web,
};

/// Ends one.
///
/// # Errors
/// If there is no such session, or what the catalogue says.
pub async fn revoke(web: Data<Web>, who: SuperUser, id: Path<String>, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    if !supers::revoke_session(web.node().core(), &who.who, &id).await? {
        return Err(WebError::NotFound);
    }
    Ok(see(&web, "/admin/account", Tone::Good, "That browser is signed out."))
}

/// Ends all but this one.
///
/// # Errors
/// What the catalogue says.
pub async fn revoke_others(web: Data<Web>, who: SuperUser, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    let ended = supers::revoke_other_sessions(web.node().core(), &who.who).await?;
    let text = format!("{} ended.", say::count(ended, "session"));
    Ok(see(&web, "/admin/account", Tone::Good, &text))
}
