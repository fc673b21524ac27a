//! Answers that many handlers give.

use actix_web::{
    HttpResponse,
    http::header::{self, ContentType},
};

/// A page for signed-in eyes: never stored by anybody.
#[must_use]
pub fn private_html(html: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("content-security-policy", crate::headers::CSP_ADMIN))
        .body(html)
}

/// After a form was taken: go and look.
#[must_use]
pub fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// A file whose address carries a hash of its content.
#[must_use]
pub fn immutable(content_type: &str, bytes: actix_web::web::Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(bytes)
}
