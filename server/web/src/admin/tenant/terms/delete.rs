//! A term taken away.

use actix_web::web::Path;
use rowhouse_domain::TermId;
use rowhouse_engine::content;

use crate::{
    admin::{
        confirm::{Asked, Question},
        view::Tone,
    },
    error::Result,
    extract::{Can, need},
    flash,
};

/// Deletes it, once that was confirmed.
///
/// # Errors
/// If it is not there, or what the database says.
pub async fn delete(asked: Asked<Can<need::Terms>>, id: Path<TermId>) -> Result {
    let (web, member) = (&asked.web, &asked.who);
    let list = format!("{}/terms", member.admin());
    let question = Question {
        heading: "Delete this term?".into(),
        consequences: vec!["What carries it stays and only loses the label.".into()],
        action: format!("{list}/{id}/delete"),
        button: "Delete".into(),
        cancel: list.clone(),
        ..Question::default()
    };
    asked
        .first("/terms", question, async || {
            content::delete_term(&member.at.site, &member.actor(), *id).await?;
            Ok(flash::see_other(web, member.at.path(), &list, Tone::Good, "Deleted."))
        })
        .await
}
