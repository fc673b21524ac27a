//! The screen.

use actix_web::{HttpRequest, web::Data};

use crate::{admin::frame, error::Result, extract::Member, state::Web};

/// Shows one's own account.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, member: Member) -> Result {
    let view = super::view(&request, &web, &member).await?;
    frame::show(&web, &request, member.at.path(), &view)
}
