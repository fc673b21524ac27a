//! The front of the house: every request passes here once. It gets an id, is matched to a tenant by host and
//! prefix, has the prefix taken off its path, and its answer gets the headers that all answers carry. A
//! tenant that does not serve is answered here, so no handler can fall through to another.

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{ConnectionType, Method, StatusCode, Uri, header},
    middleware::Next,
    web::Data,
};
use rowhouse_domain::{
    Moment,
    addressing::{RequestPath, Resolution},
    tenant::TenantState,
};
use tracing::Instrument;

use crate::{
    context::{Area, Facts, Tenancy},
    error::WebError,
    fault, forwarded, headers, own_writes,
    site::page,
    state::Web,
};

/// Matches, hands on, and finishes the answer.
///
/// # Errors
/// Only what the framework itself cannot answer.
pub async fn front<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(web) = request.app_data::<Data<Web>>().map(|data| data.get_ref().clone()) else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let facts = Facts {
        id: uuid::Uuid::now_v7().simple().to_string(),
        arrived: web.node().core().clock.moment(),
        secure: forwarded::is_secure(&request, &web),
    };
    match page::at_once(&web, &request, facts.arrived) {
        Some(answer) => Ok(at_once(&web, request.into_response(answer), &facts)),
        None => at_length(&web, request, next, facts).await,
    }
}

/// Finishes a page from memory: nothing is matched, waited for or kept for later.
fn at_once(web: &Web, mut answer: ServiceResponse<BoxBody>, facts: &Facts) -> ServiceResponse<BoxBody> {
    set_headers(web, &mut answer, &facts.id);
    let request = answer.request();
    log(web, &answer, request.method(), request.path(), facts);
    answer
}

async fn at_length<B: MessageBody + 'static>(
    web: &Web,
    request: ServiceRequest,
    next: Next<B>,
    facts: Facts,
) -> Result<ServiceResponse<BoxBody>, Error> {
    request.extensions_mut().insert(facts.clone());
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let span = tracing::info_span!("request", id = %facts.id, tenant = tracing::field::Empty);
    let answer = answer(web, request, next, facts.arrived).instrument(span.clone()).await?;
    let _inside = span.enter();
    log(web, &answer, &method, &path, &facts);
    Ok(answer)
}

async fn answer<B: MessageBody + 'static>(
    web: &Web,
    mut request: ServiceRequest,
    next: Next<B>,
    arrived: Moment,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = match place(web, &mut request, arrived).await {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(answer) => request.into_response(answer),
    };
    finish(web, response).await
}

/// Finds out whom the request is for and prepares it for that area's routes, or answers.
async fn place(web: &Web, request: &mut ServiceRequest, arrived: Moment) -> Result<(), HttpResponse> {
    web.node().know_tenants(arrived).await;
    if !web.node().knows_its_tenants() {
        let cause = rowhouse_engine::EngineError::Unavailable(
            "the catalogue was not to be asked for too long".into(),
        );
        return Err(fault::answer(&WebError::Engine(cause)));
    }
    let (host, path) = (forwarded::host(request, web).to_owned(), request.uri().path().to_owned());
    let mut found = web.node().resolve(&host, &path);
    let may_be_new =
        matches!(found, Resolution::UnknownPrefix { .. } | Resolution::Default { strange_host: true, .. });
    if may_be_new {
        web.node().look_again(arrived).await;
        found = web.node().resolve(&host, &path);
    }
    match found {
        Resolution::Tenant { tenant, state, base, rest } => {
            tracing::Span::current().record("tenant", base.to_string());
            enter_tenant(web, request, tenant, state, base, &rest).await
        }
        Resolution::Default { rest, .. } => {
            request.extensions_mut().insert(Area::Host);
            rewrite(request, &rest);
            Ok(())
        }
        Resolution::Redirect { host, path } => Err(moved(web, request, host.as_ref(), &path)),
        Resolution::UnknownPrefix { .. } | Resolution::BadPath => Err(fault::answer(&WebError::NotFound)),
    }
}

async fn enter_tenant(
    web: &Web,
    request: &mut ServiceRequest,
    tenant: rowhouse_domain::TenantId,
    state: TenantState,
    base: rowhouse_domain::addressing::Base,
    rest: &RequestPath,
) -> Result<(), HttpResponse> {
    if !matches!(state, TenantState::Running | TenantState::Uninitialised) {
        return Err(fault::out_of_service(web, tenant, state));
    }
    let site = web.node().site(tenant).await.map_err(|error| fault::answer(&WebError::Engine(error)))?;
    let at = Tenancy { site, base };
    let area = match state {
        TenantState::Running => Area::Tenant(at),
        // only its set-up page and what that page loads
        _ if rest.as_str() == "/setup" || rest.as_str().starts_with(crate::assets::PATH) => {
            Area::Unfinished(at)
        }
        _ => return Err(fault::out_of_service(web, tenant, state)),
    };
    request.extensions_mut().insert(area);
    rewrite(request, rest);
    Ok(())
}

/// Takes the base off the path, so that one route table serves every tenant.
fn rewrite(request: &mut ServiceRequest, rest: &RequestPath) {
    let path = rest.to_url_path();
    if request.uri().path() == path {
        return;
    }
    let text = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    if let Ok(uri) = text.parse::<Uri>() {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// 301 to the same thing's proper address; the query goes along.
fn moved(
    web: &Web,
    request: &ServiceRequest,
    host: Option<&rowhouse_domain::name::HostName>,
    path: &str,
) -> HttpResponse {
    let query = request.uri().query().map(|q| format!("?{q}")).unwrap_or_default();
    let to = match host {
        None => format!("{path}{query}"),
        Some(host) => {
            let public = &web.node().settings().public_url;
            let port = public.port().map(|p| format!(":{p}")).unwrap_or_default();
            format!("{}://{}{port}{path}{query}", public.scheme(), host.to_url_host())
        }
    };
    let mut answer = HttpResponse::build(StatusCode::MOVED_PERMANENTLY);
    // not for ever: addresses of tenants can change hands
    answer.insert_header((header::CACHE_CONTROL, "no-cache")).insert_header((header::LOCATION, to)).finish()
}

/// Turns failures into pages and adds what every answer carries.
async fn finish(
    web: &Web,
    mut response: ServiceResponse<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let failure = response.response_mut().extensions_mut().remove::<fault::Failure>();
    let bare = failure.is_none() && response.status().is_client_error() && is_empty(&response);
    let failure = failure.or_else(|| bare.then(|| fault::Failure::of_status(response.status())));
    if let Some(failure) = failure {
        let page = fault::page(web, response.request(), &failure).await;
        response = response.into_response(page);
    }
    own_writes::tell(web, &mut response);
    let facts = crate::context::facts(response.request());
    set_headers(web, &mut response, &facts.id);
    Ok(response)
}

/// What every answer carries.
fn set_headers(web: &Web, response: &mut ServiceResponse<BoxBody>, id: &str) {
    let headers = response.headers_mut();
    headers.insert(header::HeaderName::from_static("x-served-by"), web.node_name());
    headers::set(headers, "x-request-id", id);
    headers::set_default(headers, "x-content-type-options", "nosniff");
    headers::set_default(headers, "referrer-policy", "strict-origin-when-cross-origin");
    headers::set_default(headers, "content-security-policy", headers::CSP_PUBLIC);
    if web.is_closing() {
        // the framework writes this header itself and drops one set by hand
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
}

fn is_empty(response: &ServiceResponse<BoxBody>) -> bool {
    use actix_web::body::BodySize;
    matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0))
        && response.request().method() != Method::HEAD
}

/// One line for each request, with what operators look for.
fn log(web: &Web, answer: &ServiceResponse<BoxBody>, method: &Method, path: &str, facts: &Facts) {
    let took = web.node().core().clock.moment().since(facts.arrived);
    let status = answer.status();
    web.times().note(status, took);
    if status.is_server_error() {
        let cache = cache_of(answer);
        tracing::warn!(%method, path, status = status.as_u16(), ms = took.as_millis(), cache, "answered");
    } else {
        let (id, cache) = (facts.id.as_str(), cache_of(answer));
        tracing::debug!(id, %method, path, status = status.as_u16(), ms = took.as_millis(), cache, "answered");
    }
}

fn cache_of(answer: &ServiceResponse<BoxBody>) -> &str {
    answer.headers().get(headers::CACHE).and_then(|h| h.to_str().ok()).unwrap_or("-")
}
