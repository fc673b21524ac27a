//! Removing a user. What they wrote becomes the remover's.

use actix_web::web::Path;
use rowhouse_domain::UserId;
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

/// Removes the user, once their name was typed.
///
/// # Errors
/// If there is none, or what the database says.
pub async fn delete(asked: Asked<Can<need::Users>>, id: Path<UserId>) -> Result {
    let (web, can) = (&asked.web, &asked.who);
    let (site, actor, at_user) = (&can.at.site, can.actor(), address_of(can, *id));
    let user = identity::user(site, &actor, *id).await?;
    let name = user.summary.display_name;
    let items = usize::try_from(user.items).unwrap_or(usize::MAX);
    let question = Question {
        heading: format!("Delete {name}?"),
        consequences: vec![
            format!("What they wrote ({}) becomes yours.", say::count(items, "item")),
            "This cannot be undone.".into(),
        ],
        word: Some(user.summary.name),
        action: format!("{at_user}/delete"),
        button: "Delete user".into(),
        cancel: at_user.clone(),
        ..Question::default()
    };
    asked
        .first("/users", question, async || {
            let done = identity::delete_user(site, &actor, *id, Some(can.who.user)).await;
            let to = if done.is_ok() { format!("{}/users", can.admin()) } else { at_user };
            back(web, &can.at, &to, done, &format!("{name} is deleted."))
        })
        .await
}
