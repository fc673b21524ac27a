//! Removing an orphan for good. Its name has to be typed.

use actix_web::web::Path;
use rowhouse_engine::EngineError;
use uuid::Uuid;

use super::{HERE, found, name};
use crate::{
    admin::{
        confirm::{Asked, Question},
        host::back,
    },
    error::{Result, WebError},
    extract::SuperUser,
};

/// Removes it, or asks first.
///
/// # Errors
/// If there is no such orphan, or what the catalogue says.
pub async fn delete(asked: Asked<SuperUser>, id: Path<Uuid>) -> Result {
    let (web, who) = (&asked.web, &asked.who);
    let id = id.into_inner();
    let orphan = found(web, who).await?.into_iter().find(|o| o.id == id).ok_or(WebError::NotFound)?;
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
    asked
        .first("/orphans", question, async || {
            let done = match web.node().lifecycle().remove_orphan(id, &who.actor()).await {
                Ok(orphan) => match orphan.problem {
                    Some(problem) => {
                        Err(EngineError::Conflict(format!("{called} could not be removed: {problem}")))
                    }
                    None => Ok(()),
                },
                Err(error) => Err(error),
            };
            back(web, HERE, done, &format!("{called} is gone."))
        })
        .await
}
