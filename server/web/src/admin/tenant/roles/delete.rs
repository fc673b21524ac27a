//! Removing a role, also from those who have it.

use actix_web::web::Path;
use rowhouse_domain::RoleId;
use rowhouse_engine::identity;

use super::address_of;
use crate::{
    admin::{
        confirm::{Asked, Question},
        say,
        tenant::back,
    },
    error::Result,
    extract::{Can, need},
};

/// Removes the role.
///
/// # Errors
/// If there is none, or what the database says.
pub async fn delete(asked: Asked<Can<need::Roles>>, id: Path<RoleId>) -> Result {
    let (web, can) = (&asked.web, &asked.who);
    let (site, actor, at_role) = (&can.at.site, can.actor(), address_of(can, *id));
    let role = identity::role(site, &actor, *id).await?;
    let users = usize::try_from(role.users).unwrap_or(usize::MAX);
    let question = Question {
        heading: format!("Delete the role “{}”?", role.title),
        consequences: vec![format!("{} would lose it.", say::count(users, "user"))],
        action: format!("{at_role}/delete"),
        button: "Delete role".into(),
        cancel: at_role.clone(),
        ..Question::default()
    };
    asked
        .first("/roles", question, async || {
            let done = identity::delete_role(site, &actor, *id).await;
            let to = if done.is_ok() { format!("{}/roles", can.admin()) } else { at_role };
            back(web, &can.at, &to, done, &format!("The role “{}” is deleted.", role.title))
        })
        .await
}
