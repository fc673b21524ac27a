//! Keeping a super user out, and letting them in again.

use actix_web::web::{Data, Path};
use rowhouse_engine::identity::supers;

use super::{HERE, id_of};
use crate::{
    admin::{
        confirm::{Asked, Question},
        host::{Pressed, back},
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// Keeps them out, or asks first.
///
/// # Errors
/// If there is no such super user, or what the catalogue says.
pub async fn disable(asked: Asked<SuperUser>, id: Path<String>) -> Result {
    let (web, who) = (&asked.web, &asked.who);
    let user = id_of(&id)?;
    let question = Question {
        heading: "Disable this super user?".into(),
        consequences: vec!["They are signed out everywhere, and their links end.".into()],
        action: format!("{HERE}/{user}/disable"),
        button: "Disable".into(),
        cancel: HERE.into(),
        ..Question::default()
    };
    asked
        .first("/super-users", question, async || {
            let done = supers::disable(web.node().core(), &who.actor(), Some(&who.who.user), user).await;
            back(web, HERE, done, "They are kept out.")
        })
        .await
}

/// Lets them in again.
///
/// # Errors
/// As [`disable`].
pub async fn enable(web: Data<Web>, who: SuperUser, id: Path<String>, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    let done = supers::enable(web.node().core(), &who.actor(), id_of(&id)?).await;
    back(&web, HERE, done, "They can sign in again.")
}
