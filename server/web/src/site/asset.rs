//! Files of themes and of the admin, and the stylesheet of a site's settings.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path},
};
use rowhouse_engine::pages::{self, Asset};

use crate::{
    error::{Result, WebError},
    extract::At,
    reply,
    state::Web,
};

fn answer(asset: Asset) -> HttpResponse {
    if asset.current {
        return reply::immutable(asset.content_type, asset.bytes);
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(asset.bytes)
}

/// A theme's file.
///
/// # Errors
/// If no theme has it.
pub async fn theme(web: Data<Web>, path: Path<(String, String, String)>) -> Result {
    let (theme, hash, file) = path.into_inner();
    pages::asset(web.node(), &theme, &hash, &file).map(answer).ok_or(WebError::NotFound)
}

/// The stylesheet of a site's settings.
///
/// # Errors
/// What the database says.
pub async fn stylesheet(at: At, path: Path<String>) -> Result {
    Ok(answer(pages::stylesheet(&at.site, &path).await?))
}

/// A file of the admin.
///
/// # Errors
/// If there is none of that name.
pub async fn admin(web: Data<Web>, path: Path<(String, String)>) -> Result {
    let (hash, name) = path.into_inner();
    let file = web.assets().get(&name).ok_or(WebError::NotFound)?;
    let asset =
        Asset { bytes: file.bytes.clone(), content_type: file.content_type, current: file.hash == hash };
    Ok(answer(asset))
}
