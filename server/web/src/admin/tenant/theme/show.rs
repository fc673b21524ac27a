//! The screen; also where the library leads back to with a picture that was chosen.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use rowhouse_domain::MediaId;
use rowhouse_engine::preferences;
use serde::Deserialize;

use crate::{
    admin::frame,
    error::Result,
    extract::{Can, need},
    state::Web,
};

/// A picture that was just chosen; it counts once the form is saved.
#[derive(Debug, Deserialize)]
pub struct Asked {
    logo: Option<MediaId>,
}

/// Shows the themes and the settings of the one in use.
///
/// # Errors
/// What the database says.
pub async fn show(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Themes>,
    asked: Query<Asked>,
) -> Result {
    let mut page = preferences::theme_page(&can.at.site, &can.actor()).await?;
    if let Some(id) = asked.logo {
        page.logo = preferences::logo(&can.at.site, id).await?;
    }
    let view = super::view(&request, &web, &can, &page, &BTreeMap::new());
    frame::show(&web, &request, can.at.path(), &view)
}
