//! The colour of the site in its admin: a stylesheet of two custom properties. Also for the doors, so that
//! people see whose door it is before they type a password.

use actix_web::{HttpRequest, HttpResponse, http::header};
use rowhouse_engine::preferences;
use sha2::{Digest, Sha256};

use crate::{error::Result, extract::At};

/// The stylesheet. It is asked for again each time, because the colour can change while its address stays.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, at: At) -> Result {
    let css = preferences::accent_stylesheet(&at.site).await?;
    let tag: String = hex::encode(Sha256::digest(css.as_bytes())).chars().take(16).collect();
    let tag = format!("\"{tag}\"");
    let known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|h| h.as_bytes() == tag.as_bytes());
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, "no-cache"));
    if known {
        return Ok(answer.finish());
    }
    Ok(answer.content_type("text/css; charset=utf-8").body(css))
}
