//! Out of the bin.

use actix_web::web::{Data, Path};
use rowhouse_domain::ItemId;
use rowhouse_engine::content;

use crate::{
    admin::{
        tenant::{Pressed, content::titled},
        view::Tone,
    },
    error::Result,
    extract::{Member, Posted},
    flash,
    state::Web,
};

/// Takes it out, as a draft.
///
/// # Errors
/// If it is not there, or may not be deleted by the user either.
pub async fn restore(web: Data<Web>, member: Member, id: Path<ItemId>, posted: Posted<Pressed>) -> Result {
    member.accept(posted)?;
    let row = content::unbin(&member.at.site, &member.actor(), *id).await?;
    let editor = format!("{}/content/{id}", member.admin());
    let told = format!("“{}” is a draft again.", titled(&row.title));
    let list = format!("{}/bin", member.admin());
    Ok(flash::with_link(&web, member.at.path(), &list, Tone::Good, &told, Some(("Open it", editor.as_str()))))
}
