//! Signing out.

use actix_web::web::Data;
use rowhouse_engine::identity;

use crate::{
    admin::{tenant::Pressed, view::Tone},
    error::Result,
    extract::{Member, Posted, session_scope},
    flash,
    state::Web,
};

/// Ends the session, here and in the database.
///
/// # Errors
/// What the database says.
pub async fn leave(web: Data<Web>, member: Member, posted: Posted<Pressed>) -> Result {
    member.accept(posted)?;
    identity::sign_out(&member.at.site, &member.token).await?;
    let at = &member.at;
    let mut answer =
        flash::see_other(&web, at.path(), &at.link("/admin/sign-in"), Tone::Good, "You are signed out.");
    flash::append(&mut answer, &web.cookies().remove(&session_scope(&web, at)));
    Ok(answer)
}
