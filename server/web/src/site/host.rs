//! What the Default tenant shows to strangers: a neutral page, and what robots read at the root.

use actix_web::{HttpResponse, http::header, web::Data};
use rowhouse_engine::pages;

use crate::{
    error::{Result, WebError},
    state::Web,
};

/// The landing page, or the way to where it was set to lead.
///
/// # Errors
/// What the catalogue says.
pub async fn landing(web: Data<Web>) -> Result {
    Ok(match pages::landing(web.node()).await? {
        Ok(html) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .body(html),
        Err(to) => HttpResponse::Found().insert_header((header::LOCATION, to)).finish(),
    })
}

/// Rules for robots, for all prefix tenants together.
pub async fn robots(web: Data<Web>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(pages::merged_robots(web.node()))
}

/// The sitemaps of all prefix tenants.
pub async fn sitemap(web: Data<Web>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/xml; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(pages::sitemap_index(web.node()))
}

/// Everything else at the base address.
///
/// # Errors
/// Always: there is nothing.
pub async fn nothing() -> Result {
    Err(WebError::NotFound)
}
