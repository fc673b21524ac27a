//! A redirect taken away.

use actix_web::web::Path;
use rowhouse_domain::RedirectId;
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
pub async fn delete(asked: Asked<Can<need::Redirects>>, id: Path<RedirectId>) -> Result {
    let (web, member) = (&asked.web, &asked.who);
    let list = format!("{}/redirects", member.admin());
    let question = Question {
        heading: "Delete this redirect?".into(),
        consequences: vec!["Old links to it will find nothing.".into()],
        action: format!("{list}/{id}/delete"),
        button: "Delete".into(),
        cancel: list.clone(),
        ..Question::default()
    };
    asked
        .first("/redirects", question, async || {
            content::delete_redirect(&member.at.site, &member.actor(), *id).await?;
            Ok(flash::see_other(web, member.at.path(), &list, Tone::Good, "Deleted."))
        })
        .await
}
