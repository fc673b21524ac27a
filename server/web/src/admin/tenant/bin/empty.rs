//! Deleting everything in the bin that the user may delete.

use rowhouse_domain::ItemId;
use rowhouse_engine::content::{self, BulkAction, ItemFilter};

use super::may_delete;
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

/// Items deleted by one look.
const AT_ONCE: u64 = 100;

/// Empties it, once that was confirmed by a word.
///
/// # Errors
/// What the database says.
pub async fn empty(asked: Asked<Member>) -> Result {
    let (web, member) = (&asked.web, &asked.who);
    let list = format!("{}/bin", member.admin());
    let question = Question {
        heading: "Empty the bin?".into(),
        consequences: vec![
            "Everything in it and all its versions go for ever.".into(),
            "This cannot be undone.".into(),
        ],
        word: Some("empty".into()),
        action: format!("{list}/empty"),
        button: "Empty the bin".into(),
        cancel: list.clone(),
        ..Question::default()
    };
    asked
        .first("/bin", question, async || {
            let (deleted, left) = purge(member).await?;
            let told = match left {
                0 => format!("Deleted {} for ever.", say::count(deleted, "item")),
                left => {
                    format!(
                        "Deleted {} for ever; {} stayed.",
                        say::count(deleted, "item"),
                        say::count(left, "item")
                    )
                }
            };
            let tone = if left == 0 { Tone::Good } else { Tone::Warning };
            Ok(flash::see_other(web, member.at.path(), &list, tone, &told))
        })
        .await
}

/// Deletes what may be deleted; answers how many were and how many were not.
async fn purge(member: &Member) -> Result<(usize, usize)> {
    let (site, actor) = (&member.at.site, member.actor());
    let (mut deleted, mut left) = (0, 0);
    loop {
        let filter = ItemFilter { bin: true, offset: left as u64, limit: AT_ONCE, ..ItemFilter::default() };
        let rows = content::items(site, &actor, filter).await?.rows;
        if rows.is_empty() {
            return Ok((deleted, left));
        }
        let ids: Vec<ItemId> = rows.iter().filter(|row| may_delete(member, row)).map(|row| row.id).collect();
        let done = content::bulk(site, &actor, BulkAction::Delete, &ids).await?;
        let gone = done.iter().filter(|one| one.problem.is_none()).count();
        deleted += gone;
        left += rows.len() - gone;
    }
}
