//! Uploaded files: inert in every browser, and cached for ever, since a file never changes under its id.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Path,
};
use rowhouse_domain::MediaId;
use rowhouse_engine::pages;

use crate::{
    error::{Result, WebError},
    extract::At,
    headers,
};

/// A file or a part of it.
///
/// # Errors
/// If there is none, or the store of files fails.
pub async fn show(request: HttpRequest, at: At, path: Path<(String, String)>) -> Result {
    let (id, variant) = path.into_inner();
    let id: MediaId = id.parse().map_err(|_| WebError::NotFound)?;
    // a service worker from here would rule over every site of this origin
    if request.headers().contains_key("service-worker") {
        return Err(WebError::NotFound);
    }
    let tag = format!("\"{}-{variant}\"", id.0.simple());
    let known =
        request.headers().get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == tag.as_bytes());
    let file = pages::media_file(&at.site, id, &variant, range(&request)).await?;
    let partial = file.range.end - file.range.start < file.size;
    let status = match (known, partial) {
        (true, _) => StatusCode::NOT_MODIFIED,
        (_, true) => StatusCode::PARTIAL_CONTENT,
        _ => StatusCode::OK,
    };
    let mut answer = HttpResponse::build(status);
    answer
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::ETAG, tag))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header(("content-security-policy", headers::CSP_MEDIA))
        .insert_header(("cross-origin-resource-policy", "same-origin"))
        .insert_header((header::CONTENT_TYPE, file.mime));
    if !file.inline {
        answer.insert_header((header::CONTENT_DISPOSITION, "attachment"));
    }
    if known {
        return Ok(answer.finish());
    }
    if partial {
        let text = format!("bytes {}-{}/{}", file.range.start, file.range.end.saturating_sub(1), file.size);
        answer.insert_header((header::CONTENT_RANGE, text));
    }
    let body = actix_web::body::SizedStream::new(
        file.range.end - file.range.start,
        futures_util::StreamExt::map(file.stream, |piece| piece.map_err(WebError::Engine)),
    );
    Ok(answer.body(body))
}

/// The one range that is understood: `bytes=from-to` and `bytes=from-`.
fn range(request: &HttpRequest) -> Option<std::ops::Range<u64>> {
    let text = request.headers().get(header::RANGE)?.to_str().ok()?;
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let from: u64 = from.parse().ok()?;
    let to = if to.is_empty() { u64::MAX } else { to.parse::<u64>().ok()?.checked_add(1)? };
    (from < to).then_some(from..to)
}
