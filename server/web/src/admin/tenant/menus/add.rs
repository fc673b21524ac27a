//! New entries of a menu.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::content::MenuPlace;
use rowhouse_engine::{
    EngineError,
    content::{self, MenuTarget},
};
use serde::Deserialize;

use super::{Typed, back, offered, problems, screen};
use crate::{
    admin::{say, view::Problem},
    error::{Result, WebError},
    extract::{Can, Member, Posted, need},
    state::Web,
};

/// What the forms send: pages that were ticked, or a link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    target: String,
    page: Vec<String>,
    label: String,
    href: String,
}

/// Adds them at the end.
///
/// # Errors
/// What the database says.
pub async fn add(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Menus>,
    place: Path<String>,
    posted: Posted<Wanted>,
) -> Result {
    let wanted = member.accept(posted)?;
    let place: MenuPlace = place.parse().map_err(|_| WebError::NotFound)?;
    let done = match wanted.target.as_str() {
        "link" => {
            let target = MenuTarget::Address(wanted.href.clone());
            content::add_menu_entry(&member.at.site, &member.actor(), place, target, &wanted.label, None)
                .await
                .map(|_| 1)
        }
        _ if wanted.page.is_empty() => {
            let told = vec![Problem::new("page", "Tick what to add first.")];
            return screen(&web, &request, &member, place, &Typed::default(), told).await;
        }
        _ => ticked(&member, place, &wanted.page).await,
    };
    match done {
        Ok(added) => {
            let told = format!("Added {}.", say::count(added, "menu item"));
            Ok(back(&web, &member, place, &told))
        }
        Err(error) => {
            let typed = Typed { label: wanted.label, href: wanted.href };
            screen(&web, &request, &member, place, &typed, problems(error)?).await
        }
    }
}

/// Adds pages and lists by what their ticks stand for.
async fn ticked(member: &Member, place: MenuPlace, values: &[String]) -> Result<usize, EngineError> {
    let (site, actor) = (&member.at.site, member.actor());
    let offered = offered(&content::surroundings(site, &actor, None).await?);
    for value in values {
        let Some(choice) = offered.iter().find(|choice| choice.value == *value) else {
            return Err(EngineError::NotFound("page"));
        };
        let (target, words) = match value.parse() {
            Ok(id) => (MenuTarget::Item(id), ""),
            Err(_) => (MenuTarget::Address(value.clone()), choice.label.as_str()),
        };
        content::add_menu_entry(site, &actor, place, target, words, None).await?;
    }
    Ok(values.len())
}
