//! All super users.

use actix_web::{HttpRequest, web::Data};

use crate::{admin::frame, error::Result, extract::SuperUser, state::Web};

/// The screen.
///
/// # Errors
/// What the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser) -> Result {
    frame::show(&web, &request, "", &super::view(&request, &web, &who).await?)
}
