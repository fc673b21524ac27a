//! What every answer gets before it leaves: failures become pages, common headers are put in, and it is logged.

use actix_web::{
    body::BoxBody,
    dev::ServiceResponse,
    http::{
        ConnectionType, Method,
        header::{HeaderMap, HeaderName},
    },
};
use rowhouse_domain::Moment;

use crate::{
    context::{self, RequestId},
    fault, headers, own_writes,
    state::Web,
    times::Counts,
};

const SERVED_BY: HeaderName = HeaderName::from_static("x-served-by");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Finishes a page from memory, which has none of these headers and cannot fail.
pub(super) fn at_once(
    web: &Web,
    mut answer: ServiceResponse<BoxBody>,
    id: RequestId,
    times: &Counts,
    arrived: Moment,
) -> ServiceResponse<BoxBody> {
    let headers = answer.headers_mut();
    for (name, value) in headers::EVERYWHERE {
        headers.insert(name, value);
    }
    name(web, headers, id);
    close_if_leaving(web, &mut answer);
    let request = answer.request();
    log(web, times, &answer, request.method(), request.path(), arrived);
    answer
}

/// Turns failures into pages and adds what every answer carries.
pub(super) async fn finish(web: &Web, mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let failure = response.response_mut().extensions_mut().remove::<fault::Failure>();
    let bare = failure.is_none() && response.status().is_client_error() && is_empty(&response);
    let failure = failure.or_else(|| bare.then(|| fault::Failure::of_status(response.status())));
    if let Some(failure) = failure {
        let page = fault::page(web, response.request(), &failure).await;
        response = response.into_response(page);
    }
    own_writes::tell(web, &mut response);
    let id = context::facts(response.request()).id;
    let headers = response.headers_mut();
    for (name, value) in headers::EVERYWHERE {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    name(web, headers, id);
    close_if_leaving(web, &mut response);
    response
}

/// Who answered, and which request.
fn name(web: &Web, headers: &mut HeaderMap, id: RequestId) {
    headers.insert(SERVED_BY, web.node_name());
    headers.insert(REQUEST_ID, id.0);
}

fn close_if_leaving(web: &Web, response: &mut ServiceResponse<BoxBody>) {
    if web.is_closing() {
        // the framework writes this header itself and drops one set by hand
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
}

fn is_empty(response: &ServiceResponse<BoxBody>) -> bool {
    use actix_web::body::{BodySize, MessageBody};
    matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0))
        && response.request().method() != Method::HEAD
}

/// One line for each request, with what operators look for.
pub(super) fn log(
    web: &Web,
    times: &Counts,
    answer: &ServiceResponse<BoxBody>,
    method: &Method,
    path: &str,
    arrived: Moment,
) {
    let took = web.node().core().clock.moment().since(arrived);
    let status = answer.status();
    times.note(status, took);
    let of = |name| text_of(answer, name);
    let (failed, status) = (status.is_server_error(), status.as_u16());
    let (ms, cache) = (took.as_millis(), &headers::CACHE);
    if failed {
        tracing::warn!(%method, path, status, ms, cache = of(cache), "answered");
    } else {
        tracing::debug!(id = of(&REQUEST_ID), %method, path, status, ms, cache = of(cache), "answered");
    }
}

fn text_of<'a>(answer: &'a ServiceResponse<BoxBody>, name: &HeaderName) -> &'a str {
    answer.headers().get(name).and_then(|h| h.to_str().ok()).unwrap_or("-")
}
