//! Deleting one thing of the bin for ever.

use actix_web::web::Path;
use rowhouse_domain::ItemId;
use rowhouse_engine::content;

use crate::{
    admin::{
        confirm::{Asked, Question},
        say,
        tenant::content::titled,
        view::Tone,
    },
    error::Result,
    extract::Member,
    flash,
};

/// Deletes it, once its title was typed.
///
/// # Errors
/// If it is not there, not in the bin, or may not be deleted.
pub async fn delete(asked: Asked<Member>, id: Path<ItemId>) -> Result {
    let (web, member) = (&asked.web, &asked.who);
    let (site, actor) = (&member.at.site, member.actor());
    let row = content::item(site, &actor, *id).await?;
    let title = titled(&row.title);
    let list = format!("{}/bin", member.admin());
    let versions = usize::try_from(row.version_count).unwrap_or_default();
    let question = Question {
        heading: format!("Delete “{title}” for ever?"),
        consequences: vec![
            format!("{} of it go with it.", say::count(versions, "version")),
            "This cannot be undone.".into(),
        ],
        word: Some(title.to_owned()),
        action: format!("{list}/{id}/delete"),
        button: "Delete for ever".into(),
        cancel: list.clone(),
        ..Question::default()
    };
    asked
        .first("/bin", question, async || {
            content::delete_forever(site, &actor, *id).await?;
            Ok(flash::see_other(
                web,
                member.at.path(),
                &list,
                Tone::Good,
                &format!("“{title}” was deleted for ever."),
            ))
        })
        .await
}
