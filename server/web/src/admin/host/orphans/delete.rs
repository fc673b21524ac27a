//! Removing an orphan for good. Its name has to be typed.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_engine::EngineError;
use uuid::Uuid;

use super::{HERE, found, name};
use crate::{
    admin::{
        confirm::{Answer, Question},
        frame,
        host::back,
    },
    error::{Result, WebError},
    extract::{Posted, SuperUser},
    state::Web,
};

/// Removes it, or asks first.
///
/// # Errors
/// If there is no such orphan, or what the catalogue says.
pub async fn delete(
    request: HttpRequest,
    web: Data<Web>,
    who: SuperUser,
    id: Path<Uuid>,
    posted: Posted<Answer>,
) -> Result {
    let answer = who.accept(posted)?;
    let id = id.into_inner();
    let orphan = found(&web, &who).await?.into_iter().find(|o| o.id == id).ok_or(WebError::NotFound)?;
    let called = name(&orphan);
    let question = Question {
        heading: format!("Delete {called}?"),
        consequences: vec!["This cannot be undone.".into()],
        word: Some(called.clone()),
        action: format!("{HERE}/{id}/delete"),
        button: "Delete".into(),
        cancel: HERE.into(),
        ..Question::default()
    };
    if !question.agrees(&answer) {
        let shell = frame::host(&web, &request, &who, "Delete orphan", "/orphans");
        return question.ask(&web, &request, "", shell, &answer);
    }
    let done = match web.node().lifecycle().remove_orphan(id, &who.actor()).await {
        Ok(orphan) => match orphan.problem {
            Some(problem) => Err(EngineError::Conflict(format!("{called} could not be removed: {problem}"))),
            None => Ok(()),
        },
        Err(error) => Err(error),
    };
    back(&web, HERE, done, &format!("{called} is gone."))
}
