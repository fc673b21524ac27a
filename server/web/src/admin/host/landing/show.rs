//! The form, as it was chosen.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::pages;

use crate::{admin::frame, error::Result, extract::SuperUser, state::Web};

/// The screen.
///
/// # Errors
/// What the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser) -> Result {
    let landing = pages::landing_choice(web.node()).await?;
    frame::show(&web, &request, "", &super::view(&request, &web, &who, landing))
}
