//! Headers that every answer carries, and the content security policies of the areas.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Public pages: nothing but what the site itself serves; nobody frames them.
pub const CSP_PUBLIC: &str = "default-src 'self'; img-src 'self' data: https:; media-src 'self' https:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Previews may be framed by the admin of the same site.
pub const CSP_PREVIEW: &str = "default-src 'self'; img-src 'self' data: https:; media-src 'self' https:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";
/// The admin: as public pages, without pictures from elsewhere, with frames of its own previews.
pub const CSP_ADMIN: &str = "default-src 'self'; img-src 'self' data: blob:; frame-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Uploaded files: inert, whatever they are.
pub const CSP_MEDIA: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// What every answer has unless its handler says otherwise.
pub const EVERYWHERE: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP_PUBLIC)),
];

/// How a page was come by.
pub const CACHE: HeaderName = HeaderName::from_static("x-rowhouse-cache");

/// Sets a header that is ours and valid.
pub fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
