//! The catch-all of a tenant: pages, lists, feeds. Chooses the body the browser can read, answers 304 where
//! it has it already.

use actix_web::{
    HttpRequest, HttpResponse,
    body::BoxBody,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::Data,
};
use rowhouse_domain::{addressing::RequestPath, name::RoutePath};
use rowhouse_engine::pages::{self, Ask, Body, How, Render, Served, Unlocked};

use crate::{
    admin::{self, Eyes},
    error::{Result, WebError},
    extract::At,
    headers, own_writes,
    state::Web,
};

/// The cookie with the proof that a protected text was opened.
pub const UNLOCK_COOKIE: &str = "rowhouse_unlock";

/// What is kept is asked for again each time, and answered with 304 where it is still good.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// Answers whatever no other route of the tenant does.
///
/// # Errors
/// If nothing can be there, or the page cannot be made.
pub async fn show(request: HttpRequest, web: Data<Web>, at: At) -> Result {
    let route = match asked(&request)? {
        Asked::Page(route) => route,
        Asked::Elsewhere(to) => return Ok(moved(&at.link(&to), request.query_string())),
    };
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return Err(WebError::NotFound);
    }
    let ask = Ask::parse(&route, request.query_string());
    let unlocked = web.cookies().read(&request, &web.cookies().scope(UNLOCK_COOKIE, at.path()));
    let served = match (admin::eyes(&web, &request, &at, &ask).await?, unlocked) {
        (Eyes::Visitor, None) => {
            let seen = own_writes::seen(&web, &request, at.path());
            pages::serve(&at.site, &at.base, ask, at.arrived, seen).await?
        }
        (eyes, unlocked) => {
            let overlay = if let Eyes::Member(overlay) = eyes { overlay } else { None };
            let unlocked = unlocked.map(Unlocked);
            pages::serve_private(&at.site, &at.base, &ask, unlocked.as_ref(), overlay).await?
        }
    };
    Ok(respond(&request, &served))
}

enum Asked {
    Page(RoutePath),
    Elsewhere(String),
}

/// The route that a path means, or its proper spelling.
fn asked(request: &HttpRequest) -> Result<Asked> {
    let path = RequestPath::parse(request.path()).ok_or(WebError::NotFound)?;
    let canonical = path.route().map_err(|_| WebError::NotFound)?;
    Ok(if canonical.redirect {
        Asked::Elsewhere(canonical.path.to_url_path())
    } else {
        Asked::Page(canonical.path)
    })
}

fn moved(path: &str, query: &str) -> HttpResponse {
    let to = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    HttpResponse::MovedPermanently()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .finish()
}

/// The answer for a page: the best encoding, or 304.
#[must_use]
pub fn respond(request: &HttpRequest, served: &Served) -> HttpResponse {
    let render = &served.render;
    let (body, encoding) = choose(render, request.headers());
    let known = render.status == 200 && matches(request.headers(), &body.etag);
    let status = StatusCode::from_u16(render.status).unwrap_or(StatusCode::OK);
    let mut answer = HttpResponse::new(if known { StatusCode::NOT_MODIFIED } else { status });
    let private = served.how == How::Bypass;
    let headers = answer.headers_mut();
    headers.insert(header::ETAG, body.etag.clone());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CACHE_CONTROL, if private { PRIVATE } else { REVALIDATE });
    headers.insert(headers::CACHE, HeaderValue::from_static(served.how.as_str()));
    for (name, value) in &render.headers {
        headers.insert(name.clone(), value.clone());
    }
    if known {
        return answer;
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.insert(header::CONTENT_TYPE, render.content_type.clone());
    answer.set_body(BoxBody::new(body.bytes.clone()))
}

fn choose<'r>(render: &'r Render, headers: &HeaderMap) -> (&'r Body, Option<&'static str>) {
    let Some(accepts) = headers.get(header::ACCEPT_ENCODING).and_then(|h| h.to_str().ok()) else {
        return (&render.identity, None);
    };
    if let Some(body) = render.brotli.as_ref().filter(|_| accepted(accepts, "br")) {
        return (body, Some("br"));
    }
    if let Some(body) = render.gzip.as_ref().filter(|_| accepted(accepts, "gzip")) {
        return (body, Some("gzip"));
    }
    (&render.identity, None)
}

/// Whether a list of codings names this one without refusing it.
fn accepted(list: &str, coding: &str) -> bool {
    list.split(',').any(|item| {
        let mut parts = item.split(';');
        let named = parts.next().is_some_and(|name| name.trim().eq_ignore_ascii_case(coding));
        let refused =
            parts.any(|p| matches!(p.trim().strip_prefix("q="), Some(q) if q.parse() == Ok(0.0_f32)));
        named && !refused
    })
}

/// Whether the browser has exactly this body.
fn matches(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let is_named = |list: &HeaderValue| {
        let (Ok(list), Ok(etag)) = (list.to_str(), etag.to_str()) else { return false };
        list.split(',').any(|tag| tag.trim() == "*" || tag.trim().trim_start_matches("W/") == etag)
    };
    // what we sent comes back as it was
    headers.get_all(header::IF_NONE_MATCH).any(|list| list == etag || is_named(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_are_read_with_their_weights() {
        assert!(accepted("gzip, br", "br"));
        assert!(accepted("BR;q=0.1", "br"));
        assert!(!accepted("br;q=0, gzip", "br"));
        assert!(!accepted("", "br") && !accepted("brotli", "br"));
    }
}
