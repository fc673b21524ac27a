//! A job tried again, or given up.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::JobId;
use rowhouse_engine::jobs;

use super::HERE;
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

/// Has it tried now.
///
/// # Errors
/// If it is not there, or what the catalogue says.
pub async fn retry(web: Data<Web>, who: SuperUser, id: Path<JobId>, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    let done = jobs::retry_own(web.node().lifecycle(), &who.actor(), *id).await;
    back(&web, HERE, done, "It is tried now.")
}

/// Gives it up, once that was confirmed.
///
/// # Errors
/// If it is not there, or what the catalogue says.
pub async fn discard(
    request: HttpRequest,
    web: Data<Web>,
    who: SuperUser,
    id: Path<JobId>,
    posted: Posted<Answer>,
) -> Result {
    let answer = who.accept(posted)?;
    let question = Question {
        heading: "Discard this job?".into(),
        consequences: vec!["It will not be done.".into()],
        action: format!("{HERE}/{id}/discard"),
        button: "Discard".into(),
        cancel: HERE.into(),
        ..Question::default()
    };
    if !question.agrees(&answer) {
        let shell = frame::host(&web, &request, &who, "Discard", "/system");
        return question.ask(&web, &request, "", shell, &answer);
    }
    let done = jobs::discard_own(web.node().lifecycle(), &who.actor(), *id).await;
    back(&web, HERE, done, "Discarded.")
}
