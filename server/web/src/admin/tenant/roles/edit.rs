//! One role: as it is, and saving what was changed.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::RoleId;
use rowhouse_engine::identity::{self, RoleSummary};

use super::{Typed, address_of, view};
use crate::{
    admin::{
        frame, say,
        view::{RoleEdit, Tone},
    },
    error::Result,
    extract::{Can, Posted, need},
    flash,
    state::Web,
};

/// Shows a role.
///
/// # Errors
/// If there is none, or what the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Roles>, id: Path<RoleId>) -> Result {
    let role = identity::role(&can.at.site, &can.actor(), *id).await?;
    frame::show(&web, &request, can.at.path(), &view(&request, &web, &can, &role))
}

/// Saves a role. Built-in ones keep their names, which their form does not send.
///
/// # Errors
/// If there is none, or what the database says.
pub async fn save(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Roles>,
    id: Path<RoleId>,
    posted: Posted<Typed>,
) -> Result {
    let mut typed = can.accept(posted)?;
    let (site, actor) = (&can.at.site, can.actor());
    let role = identity::role(site, &actor, *id).await?;
    if role.builtin {
        (typed.name, typed.description) = (role.title.clone(), role.description.clone());
    }
    let saved = match typed.read() {
        Ok(edit) => identity::edit_role(site, &actor, *id, &edit).await,
        Err(error) => Err(error),
    };
    let Err(error) = saved else {
        return Ok(flash::see_other(&web, can.at.path(), &address_of(&can, *id), Tone::Good, "Saved."));
    };
    let as_typed = RoleSummary { grants: typed.ticked(), ..role };
    let view = RoleEdit {
        problems: say::refusal(error)?,
        name: typed.name,
        description: typed.description,
        ..view(&request, &web, &can, &as_typed)
    };
    frame::show_problems(&web, &request, can.at.path(), &view)
}
