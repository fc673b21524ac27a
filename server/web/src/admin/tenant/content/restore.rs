//! Making an old version the latest one again.

use actix_web::web::{Data, Path};
use rowhouse_domain::ItemId;
use rowhouse_engine::content;
use serde::Deserialize;

use crate::{
    admin::view::Tone,
    error::Result,
    extract::{Member, Posted},
    flash,
    state::Web,
};

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    version: u64,
}

/// Restores it as a draft.
///
/// # Errors
/// If the item or the version is not there, or may not be edited.
pub async fn restore(web: Data<Web>, member: Member, id: Path<ItemId>, posted: Posted<Wanted>) -> Result {
    let number = member.accept(posted)?.version;
    let (site, actor) = (&member.at.site, member.actor());
    let old = content::version_numbered(site, &actor, *id, number).await?;
    content::restore(site, &actor, *id, old.id).await?;
    let here = format!("{}/content/{id}", member.admin());
    let told = format!("Version {number} is the latest one again. Publish it to show it to visitors.");
    Ok(flash::see_other(&web, member.at.path(), &here, Tone::Good, &told))
}
