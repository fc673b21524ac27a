//! A new term.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::content;

use super::{Typed, screen};
use crate::{
    admin::{say, view::Tone},
    error::Result,
    extract::{Can, Posted, need},
    flash,
    state::Web,
};

/// Makes it.
///
/// # Errors
/// What the database says.
pub async fn create(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Terms>,
    posted: Posted<Typed>,
) -> Result {
    let typed = member.accept(posted)?;
    let input = match typed.read() {
        Ok(input) => input,
        Err(problems) => return screen(&web, &request, &member, &typed, problems).await,
    };
    match content::create_term(&member.at.site, &member.actor(), typed.taxonomy(), input).await {
        Ok(term) => {
            let back = format!("{}/terms?taxonomy={}", member.admin(), term.taxonomy);
            Ok(flash::see_other(
                &web,
                member.at.path(),
                &back,
                Tone::Good,
                &format!("Added “{}”.", term.name),
            ))
        }
        Err(error) => screen(&web, &request, &member, &typed, say::refusal(error)?).await,
    }
}
