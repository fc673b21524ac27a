//! A term taken away.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::TermId;
use rowhouse_engine::content;

use crate::{
    admin::{
        confirm::{Answer, Question},
        frame,
        view::Tone,
    },
    error::Result,
    extract::{Can, Posted, need},
    flash,
    state::Web,
};

/// Deletes it, once that was confirmed.
///
/// # Errors
/// If it is not there, or what the database says.
pub async fn delete(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Terms>,
    id: Path<TermId>,
    posted: Posted<Answer>,
) -> Result {
    let answer = member.accept(posted)?;
    let list = format!("{}/terms", member.admin());
    let question = Question {
        heading: "Delete this term?".into(),
        consequences: vec!["What carries it stays and only loses the label.".into()],
        action: format!("{list}/{id}/delete"),
        button: "Delete".into(),
        cancel: list.clone(),
        ..Question::default()
    };
    if !question.agrees(&answer) {
        let shell = frame::member(&web, &request, &member, "Delete", "/terms");
        return question.ask(&web, &request, member.at.path(), shell, &answer);
    }
    content::delete_term(&member.at.site, &member.actor(), *id).await?;
    Ok(flash::see_other(&web, member.at.path(), &list, Tone::Good, "Deleted."))
}
