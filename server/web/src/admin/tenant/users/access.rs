//! Keeping a user out, and letting them in again.

use actix_web::web::{Data, Path};
use rowhouse_domain::UserId;
use rowhouse_engine::identity;

use super::address_of;
use crate::{
    admin::{
        confirm::{Asked, Question},
        tenant::{Pressed, back},
    },
    error::Result,
    extract::{Can, Posted, need},
    state::Web,
};

/// Keeps a user out: they are signed out everywhere.
///
/// # Errors
/// If there is none, or what the database says.
pub async fn disable(asked: Asked<Can<need::Users>>, id: Path<UserId>) -> Result {
    let (web, can) = (&asked.web, &asked.who);
    let (site, actor, to) = (&can.at.site, can.actor(), address_of(can, *id));
    let name = identity::user(site, &actor, *id).await?.summary.display_name;
    let question = Question {
        heading: format!("Disable {name}?"),
        consequences: vec!["They are signed out everywhere.".into(), "What they wrote stays.".into()],
        action: format!("{to}/disable"),
        button: "Disable".into(),
        cancel: to.clone(),
        ..Question::default()
    };
    asked
        .first("/users", question, async || {
            let done = identity::set_user_disabled(site, &actor, *id, true).await;
            back(web, &can.at, &to, done, &format!("{name} is disabled and signed out everywhere."))
        })
        .await
}

/// Lets a user in again.
///
/// # Errors
/// If there is none, or what the database says.
pub async fn enable(
    web: Data<Web>,
    can: Can<need::Users>,
    id: Path<UserId>,
    posted: Posted<Pressed>,
) -> Result {
    can.accept(posted)?;
    let done = identity::set_user_disabled(&can.at.site, &can.actor(), *id, false).await;
    back(&web, &can.at, &address_of(&can, *id), done, "They can sign in again.")
}
