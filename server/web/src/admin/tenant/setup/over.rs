//! What a set-up link leads to once it was used: the way to the door.

use actix_web::{HttpRequest, web::Data};

use super::view;
use crate::{admin::frame, error::Result, extract::At, state::Web};

/// Says that the site is set up.
///
/// # Errors
/// A fault in the template.
pub async fn show(request: HttpRequest, web: Data<Web>, at: At) -> Result {
    let view = view(&request, &web, &at, true);
    frame::show(&web, &request, at.path(), &view)
}
