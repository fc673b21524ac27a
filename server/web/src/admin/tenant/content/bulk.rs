//! One act on all that was ticked in the list.

use actix_web::web::Data;
use rowhouse_domain::ItemId;
use rowhouse_engine::content::{self, BulkAction};
use serde::Deserialize;

use crate::{
    admin::{say, view::Tone},
    error::{Result, WebError},
    extract::{Member, Posted},
    flash,
    state::Web,
};

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ticked {
    action: String,
    id: Vec<String>,
    query: String,
}

/// Does it, and says what became of it.
///
/// # Errors
/// For an act that is none, or what the database says.
pub async fn run(web: Data<Web>, member: Member, posted: Posted<Ticked>) -> Result {
    let ticked = member.accept(posted)?;
    let action: BulkAction =
        ticked.action.parse().map_err(|_| WebError::BadRequest("there is no such action".into()))?;
    let ids: Vec<ItemId> = ticked.id.iter().filter_map(|id| id.parse().ok()).collect();
    let back = format!("{}/content?{}", member.admin(), ticked.query);
    if ids.is_empty() {
        let told = "Nothing was chosen. Tick what it is about first.";
        return Ok(flash::see_other(&web, member.at.path(), &back, Tone::Warning, told));
    }
    let done = content::bulk(&member.at.site, &member.actor(), action, &ids).await?;
    let refused: Vec<&str> = done.iter().filter_map(|one| one.problem.as_deref()).collect();
    let bin = format!("{}/bin", member.admin());
    let link = (action == BulkAction::Bin).then_some(("Open the bin", bin.as_str()));
    let (tone, text) = told(action, done.len() - refused.len(), &refused);
    Ok(flash::with_link(&web, member.at.path(), &back, tone, &text, link))
}

fn told(action: BulkAction, done: usize, refused: &[&str]) -> (Tone, String) {
    let items = say::count(done, "item");
    let did = match action {
        BulkAction::Publish => format!("Published {items}."),
        BulkAction::Unpublish => format!("Took {items} off the site."),
        BulkAction::Bin => format!("Moved {items} to the bin."),
        BulkAction::Unbin => format!("Restored {items}."),
        BulkAction::Delete => format!("Deleted {items} for ever."),
    };
    let Some(first) = refused.first() else { return (Tone::Good, did) };
    let kept = say::count(refused.len(), "item");
    (Tone::Warning, format!("{did} {kept} stayed as before: {}", say::sentence(first)))
}
