//! The menu of one place.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use rowhouse_domain::content::MenuPlace;
use serde::Deserialize;

use super::{Typed, screen};
use crate::{
    error::Result,
    extract::{Can, need},
    state::Web,
};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    place: String,
}

/// Shows it, and what can be added.
///
/// # Errors
/// What the database says.
pub async fn show(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Menus>,
    asked: Query<Asked>,
) -> Result {
    let place = asked.place.parse().unwrap_or(MenuPlace::Main);
    screen(&web, &request, &member, place, &Typed::default(), Vec::new()).await
}
