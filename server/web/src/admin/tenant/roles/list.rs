//! The list.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::identity::{self, RoleSummary};

use crate::{
    admin::{
        frame,
        view::{RoleRow, Roles},
    },
    error::Result,
    extract::{Can, need},
    state::Web,
};

fn row(role: RoleSummary) -> RoleRow {
    RoleRow {
        id: role.id.to_string(),
        name: role.title,
        description: role.description,
        users: role.assignable.then_some(role.users),
        grants: u64::try_from(role.grants.iter().count()).unwrap_or_default(),
    }
}

/// Shows the roles of the site.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Roles>) -> Result {
    let roles = identity::roles(&can.at.site, &can.actor()).await?;
    let view = Roles {
        shell: frame::member(&web, &request, &can, "Roles", "/roles"),
        rows: roles.into_iter().map(row).collect(),
        can_create: true,
    };
    frame::show(&web, &request, can.at.path(), &view)
}
