//! A new role.

use actix_web::{HttpRequest, web::Data};
use rowhouse_domain::permission::{BuiltinRole, Grants};
use rowhouse_engine::identity;

use super::{Typed, address_of, blank};
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

/// The form, with what everybody needs who is to do anything.
///
/// # Errors
/// A fault in the template.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Roles>) -> Result {
    let usual: Grants = BuiltinRole::Contributor.default_grants();
    frame::show(&web, &request, can.at.path(), &blank(&request, &web, &can, "New role", &usual))
}

/// Makes the role.
///
/// # Errors
/// What the database says.
pub async fn create(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Roles>,
    posted: Posted<Typed>,
) -> Result {
    let typed = can.accept(posted)?;
    let made = match typed.read() {
        Ok(edit) => identity::create_role(&can.at.site, &can.actor(), &edit).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => {
            let text = "The role is there. Give it to people on their own pages.";
            Ok(flash::see_other(&web, can.at.path(), &address_of(&can, id), Tone::Good, text))
        }
        Err(error) => {
            let view = RoleEdit {
                problems: say::refusal(error)?,
                name: typed.name.clone(),
                description: typed.description.clone(),
                ..blank(&request, &web, &can, "New role", &typed.ticked())
            };
            frame::show_problems(&web, &request, can.at.path(), &view)
        }
    }
}
