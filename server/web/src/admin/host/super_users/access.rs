//! Keeping a super user out, and letting them in again.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_engine::identity::supers;

use super::{HERE, id_of};
use crate::{
    admin::{
        confirm::{Answer, Question},
        frame,
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
pub async fn disable(
    request: HttpRequest,
    web: Data<Web>,
    who: SuperUser,
    id: Path<String>,
    posted: Posted<Answer>,
) -> Result {
    let answer = who.accept(posted)?;
    let user = id_of(&id)?;
    let question = Question {
        heading: "Disable this super user?".into(),
        consequences: vec!["They are signed out everywhere, and their links end.".into()],
        action: format!("{HERE}/{user}/disable"),
        button: "Disable".into(),
        cancel: HERE.into(),
        ..Question::default()
    };
    if !question.agrees(&answer) {
        let shell = frame::host(&web, &request, &who, "Disable super user", "/super-users");
        return question.ask(&web, &request, "", shell, &answer);
    }
    let done = supers::disable(web.node().core(), &who.actor(), Some(&who.who.user), user).await;
    back(&web, HERE, done, "They are kept out.")
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
