//! A file taken out of the library for ever.

use actix_web::web::Path;
use rowhouse_domain::MediaId;
use rowhouse_engine::content;

use crate::{
    admin::{
        confirm::{Asked, Question},
        say,
        view::Tone,
    },
    error::Result,
    extract::Member,
    flash,
};

/// Deletes it, once that was confirmed; by its name if it is in use.
///
/// # Errors
/// If it is not there, may not be deleted by the user, or what the database says.
pub async fn delete(asked: Asked<Member>, id: Path<MediaId>) -> Result {
    let (web, member) = (&asked.web, &asked.who);
    let (site, actor) = (&member.at.site, member.actor());
    let row = content::media_item(site, &actor, *id).await?;
    let uses = content::media_usage(site, &actor, *id).await?;
    let list = format!("{}/media", member.admin());
    let mut consequences = vec!["This cannot be undone.".to_owned()];
    if !uses.is_empty() {
        consequences
            .insert(0, format!("It is used in {}, which will show a gap.", say::count(uses.len(), "place")));
    }
    let question = Question {
        heading: format!("Delete {}?", row.media.name),
        consequences,
        word: (!uses.is_empty()).then(|| row.media.name.clone()),
        action: format!("{list}/{id}/delete"),
        button: "Delete file".into(),
        cancel: format!("{list}/{id}"),
        ..Question::default()
    };
    asked
        .first("/media", question, async || {
            content::delete_media(site, &actor, *id).await?;
            Ok(flash::see_other(
                web,
                member.at.path(),
                &list,
                Tone::Good,
                &format!("Deleted {}.", row.media.name),
            ))
        })
        .await
}
