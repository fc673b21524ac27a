//! A one-time link by which a super user chooses a new password.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_engine::{EngineError, identity::supers};

use super::{HERE, id_of, once, reset_address};
use crate::{
    admin::{
        frame,
        host::{Pressed, back},
        view::SuperUsers,
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// Makes it, shows it once and mails it, if there is an address.
///
/// # Errors
/// If there is no such super user, or what the catalogue says.
pub async fn make(
    request: HttpRequest,
    web: Data<Web>,
    who: SuperUser,
    id: Path<String>,
    posted: Posted<Pressed>,
) -> Result {
    who.accept(posted)?;
    let (core, id) = (web.node().core(), id_of(&id)?);
    let link = match supers::send_reset_link(core, &who.actor(), id, &reset_address(&web)).await {
        Ok(link) => once(&web, &link),
        Err(error @ EngineError::Conflict(_)) => return back(&web, HERE, Err(error), ""),
        Err(error) => return Err(error.into()),
    };
    let view = super::view(&request, &web, &who).await?;
    let id = id.to_string();
    let called = view.rows.iter().find(|row| row.id == id).map(|row| row.name.clone());
    let view = SuperUsers { link_for: called.unwrap_or_default(), link: Some(link), ..view };
    frame::show(&web, &request, "", &view)
}
