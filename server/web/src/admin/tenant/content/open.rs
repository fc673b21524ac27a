//! The editor of something that was saved before.

use actix_web::{
    HttpRequest,
    web::{Data, Path, Query},
};
use rowhouse_domain::ItemId;
use rowhouse_engine::content::{self, LockState};
use serde::Deserialize;

use super::{editor::Desk, form::Typed};
use crate::{
    admin::{say, view::EditLock},
    error::Result,
    extract::Member,
    state::Web,
};

/// What the address adds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Whether to open what was kept automatically.
    autosave: String,
    /// A picture that was just chosen.
    featured: Option<String>,
}

/// Shows the editor, and notes that it is open.
///
/// # Errors
/// If it is not there, or may not be edited.
pub async fn show(
    request: HttpRequest,
    web: Data<Web>,
    member: Member,
    id: Path<ItemId>,
    asked: Query<Asked>,
) -> Result {
    let (site, actor) = (&member.at.site, member.actor());
    let opened = content::open(site, &actor, *id).await?;
    let around = content::surroundings(site, &actor, None).await?;
    let zone = say::zone(&around.settings.time_zone);
    let held = match opened.row.deleted_at {
        None => content::take_lock(site, &actor, *id, false).await?,
        Some(_) => LockState::Gone,
    };
    let lock = match held {
        LockState::Held { by, until } => Some(EditLock {
            who: around.names.iter().find(|(who, _)| *who == by).map_or("Somebody", |(_, n)| n).to_owned(),
            since: say::when(until.checked_sub(content::LOCK).unwrap_or(until), &zone),
        }),
        LockState::Taken | LockState::Gone => None,
    };
    let restored = opened.autosave.as_ref().filter(|_| !asked.autosave.is_empty());
    let document = restored.map_or(&opened.latest.document, |kept| &kept.document);
    let mut typed = Typed::of(document, &around.tags, Some(&opened.row), &zone);
    typed.version = opened.latest.number.unsigned_abs().into();
    if let Some(kept) = restored.filter(|kept| kept.base != opened.latest.id) {
        // saving it has to show that somebody else saved in between
        typed.version = content::version(site, &actor, *id, kept.base).await?.number.unsigned_abs().into();
    }
    if let Some(featured) = &asked.featured {
        typed.featured.clone_from(featured);
    }
    let restored = restored.is_some();
    let kind = opened.row.kind;
    let desk =
        Desk { web: &web, request: &request, member: &member, kind, opened: Some(&opened), lock, restored };
    desk.show(&typed, Vec::new()).await
}
