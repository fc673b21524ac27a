//! A job tried again, or given up.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::JobId;
use rowhouse_engine::jobs;

use super::here;
use crate::{
    admin::{
        confirm::{Answer, Question},
        frame,
        tenant::{Pressed, back},
    },
    error::Result,
    extract::{Can, Posted, need},
    state::Web,
};

/// Has it tried now.
///
/// # Errors
/// If it is not there, or what the database says.
pub async fn retry(
    web: Data<Web>,
    can: Can<need::Tools>,
    id: Path<JobId>,
    posted: Posted<Pressed>,
) -> Result {
    can.accept(posted)?;
    let done = jobs::retry(&can.at.site, &can.actor(), *id).await;
    back(&web, &can.at, &here(&can), done, "It is tried now.")
}

/// Gives it up, once that was confirmed.
///
/// # Errors
/// If it is not there, or what the database says.
pub async fn discard(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Tools>,
    id: Path<JobId>,
    posted: Posted<Answer>,
) -> Result {
    let answer = can.accept(posted)?;
    let here = here(&can);
    let question = Question {
        heading: "Discard this job?".into(),
        consequences: vec!["It will not be done.".into()],
        action: format!("{here}/{id}/discard"),
        button: "Discard".into(),
        cancel: here.clone(),
        ..Question::default()
    };
    if !question.agrees(&answer) {
        let shell = frame::member(&web, &request, &can, "Discard", "/tools");
        return question.ask(&web, &request, can.at.path(), shell, &answer);
    }
    let done = jobs::discard(&can.at.site, &can.actor(), *id).await;
    back(&web, &can.at, &here, done, "Discarded.")
}
