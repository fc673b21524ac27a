//! Signing out.

use actix_web::web::Data;
use rowhouse_engine::identity::supers;

use crate::{
    admin::{
        host::{Pressed, see},
        view::Tone,
    },
    error::Result,
    extract::{Posted, SuperUser, super_scope},
    flash,
    state::Web,
};

/// Ends the session, here and in the catalogue.
///
/// # Errors
/// What the catalogue says.
pub async fn leave(web: Data<Web>, who: SuperUser, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    supers::sign_out(web.node().core(), &who.token).await?;
    let mut answer = see(&web, "/admin/sign-in", Tone::Good, "You are signed out.");
    flash::append(&mut answer, &web.cookies().remove(&super_scope(&web)));
    Ok(answer)
}
