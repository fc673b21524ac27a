//! Whom a request is for. A tenant that does not serve is answered here, so no handler can fall through to another.

use actix_web::{
    HttpMessage, HttpResponse,
    dev::ServiceRequest,
    http::{StatusCode, Uri, header},
};
use rowhouse_domain::{
    Moment,
    addressing::{RequestPath, Resolution},
    tenant::TenantState,
};

use crate::{
    context::{Area, Tenancy},
    error::WebError,
    fault, forwarded,
    state::Web,
};

/// Finds out whom the request is for and prepares it for that area's routes, or answers.
pub(super) async fn place(
    web: &Web,
    request: &mut ServiceRequest,
    arrived: Moment,
) -> Result<(), HttpResponse> {
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
        return Err(fault::out_of_service(web, tenant, state).await);
    }
    let site = web.node().site(tenant).await.map_err(|error| fault::answer(&WebError::Engine(error)))?;
    let at = Tenancy { site, base };
    let area = match state {
        TenantState::Running => Area::Tenant(at),
        // only its set-up page and what that page loads
        _ if rest.as_str() == "/setup" || rest.as_str().starts_with(crate::assets::PATH) => {
            Area::Unfinished(at)
        }
        _ => return Err(fault::out_of_service(web, tenant, state).await),
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
