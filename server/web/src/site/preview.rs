//! A page before it is public, for whoever has a signed link to it.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_engine::pages::{self, Draft};
use rowhouse_render::context::Overlay;

use super::page;
use crate::{admin::framed, error::Result, extract::At, state::Web};

/// Shows it as it was saved last. Nothing of it is kept.
///
/// # Errors
/// If the link is not ours, or too old.
pub async fn show(request: HttpRequest, _web: Data<Web>, at: At, token: Path<String>) -> Result {
    let item = pages::previewed(&at.site, &token)?;
    let overlay = Overlay {
        user: String::new(),
        edit_url: Some(at.link(&format!("/admin/content/{item}"))),
        admin_url: at.link("/admin"),
        preview: true,
    };
    let draft = Draft::Saved { item, version: None };
    let served = pages::preview(&at.site, &at.base, draft, Some(overlay)).await?;
    Ok(framed(page::respond(&request, &served)))
}
