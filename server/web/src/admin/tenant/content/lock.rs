//! Taking over from somebody who has the same thing open.

use actix_web::web::{Data, Path};
use rowhouse_domain::ItemId;
use rowhouse_engine::content;

use crate::{
    admin::{tenant::Pressed, view::Tone},
    error::Result,
    extract::{Member, Posted},
    flash,
    state::Web,
};

/// Takes it over; who had it open learns of it with their next save.
///
/// # Errors
/// If it is not there, or may not be edited.
pub async fn take_over(web: Data<Web>, member: Member, id: Path<ItemId>, posted: Posted<Pressed>) -> Result {
    member.accept(posted)?;
    content::take_lock(&member.at.site, &member.actor(), *id, true).await?;
    let here = format!("{}/content/{id}", member.admin());
    Ok(flash::see_other(&web, member.at.path(), &here, Tone::Good, "It is yours to edit now."))
}
