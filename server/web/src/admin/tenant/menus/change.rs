//! An entry of a menu moved, renamed or removed.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::{MenuEntryId, content::MenuPlace};
use rowhouse_engine::content::{self, MenuMove};
use serde::Deserialize;

use super::{Typed, back, problems, screen};
use crate::{
    error::{Result, WebError},
    extract::{Can, Posted, need},
    state::Web,
};

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    action: String,
    label: String,
    href: Option<String>,
}

/// Does what the button says.
///
/// # Errors
/// If the entry is not there, or what the database says.
pub async fn change(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Menus>,
    path: Path<(String, MenuEntryId)>,
    posted: Posted<Wanted>,
) -> Result {
    let wanted = member.accept(posted)?;
    let (place, id) = path.into_inner();
    let place: MenuPlace = place.parse().map_err(|_| WebError::NotFound)?;
    let (site, actor) = (&member.at.site, member.actor());
    let step = match wanted.action.as_str() {
        "up" => Some(MenuMove::Up),
        "down" => Some(MenuMove::Down),
        "indent" => Some(MenuMove::In),
        "outdent" => Some(MenuMove::Out),
        _ => None,
    };
    let (done, told) = match (step, wanted.action.as_str()) {
        (Some(step), _) => (content::move_menu_entry(site, &actor, place, id, step).await, "Moved."),
        (None, "remove") => {
            (content::remove_menu_entry(site, &actor, place, id).await, "Removed from the menu.")
        }
        (None, _) => {
            let href = wanted.href.as_deref();
            (content::rename_menu_entry(site, &actor, place, id, &wanted.label, href).await, "Saved.")
        }
    };
    match done {
        Ok(_) => Ok(back(&web, &member, place, told)),
        Err(error) => {
            let typed = Typed { label: wanted.label, href: wanted.href.unwrap_or_default() };
            screen(&web, &request, &member, place, &typed, problems(error)?).await
        }
    }
}
