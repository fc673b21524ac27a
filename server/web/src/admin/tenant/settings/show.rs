//! The screen.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::preferences;

use super::as_typed;
use crate::{
    admin::frame,
    error::Result,
    extract::{Can, need},
    state::Web,
};

/// Shows the settings.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Settings>) -> Result {
    let kept = preferences::settings(&can.at.site).await?;
    let version = preferences::settings_mark(&kept);
    let view = super::view(&request, &web, &can, as_typed(&kept), version).await?;
    frame::show(&web, &request, can.at.path(), &view)
}
