//! Answers to what went wrong, in the dress of whoever was asked: the tenant's theme, the admin's frame, or
//! a neutral page. The cause is logged here, once; the page shows a request id.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use rowhouse_domain::{TenantId, tenant::TenantState};
use rowhouse_engine::pages::{self, Trouble};

use crate::{
    admin,
    context::{self, Area},
    error::WebError,
    state::Web,
};

/// What a failed handler leaves for the front to dress.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The status.
    pub status: StatusCode,
    /// What the visitor is told.
    pub words: String,
    /// Why a tenant is out of service.
    pub out: Option<TenantState>,
    /// Where signing in happens, if that is what is missing.
    pub sign_in: Option<String>,
}

impl Failure {
    /// For a status that came without words.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let words = status.canonical_reason().unwrap_or("Something went wrong").to_owned();
        Self { status, words, out: None, sign_in: None }
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        answer(self)
    }
}

/// The answer to an error: a status with a note for the front.
#[must_use]
pub fn answer(error: &WebError) -> HttpResponse {
    let status = error.status();
    if status.is_server_error() {
        tracing::error!(status = status.as_u16(), cause = %error, "a request failed");
    }
    let mut builder = HttpResponse::build(status);
    if let Some(wait) = error.retry_after() {
        builder.insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
    }
    let mut response = builder.finish();
    let sign_in = match error {
        WebError::SignInNeeded { sign_in } => Some(sign_in.clone()),
        _ => None,
    };
    response.extensions_mut().insert(Failure { status, words: error.public_words(), out: None, sign_in });
    response
}

/// 503 for a tenant that does not serve.
#[must_use]
pub async fn out_of_service(web: &Web, tenant: TenantId, state: TenantState) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE);
    let mut response = response.insert_header((header::RETRY_AFTER, "120")).finish();
    let known = web.node().tenant(tenant).await.ok().flatten();
    let title = known.map(|tenant| tenant.title.clone()).unwrap_or_default();
    response.extensions_mut().insert(Failure {
        status: StatusCode::SERVICE_UNAVAILABLE,
        words: title,
        out: Some(state),
        sign_in: None,
    });
    response
}

/// The page for a failure.
pub async fn page(web: &Web, request: &HttpRequest, failure: &Failure) -> HttpResponse {
    if let Some(sign_in) = &failure.sign_in {
        return HttpResponse::SeeOther()
            .insert_header((header::LOCATION, sign_in.clone()))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish();
    }
    let mut builder = HttpResponse::build(failure.status);
    builder.insert_header((header::CACHE_CONTROL, "no-store"));
    if failure.status == StatusCode::SERVICE_UNAVAILABLE || failure.status == StatusCode::TOO_MANY_REQUESTS {
        builder.insert_header((header::RETRY_AFTER, "5"));
    }
    let html = match context::area(request) {
        Some(area) if is_admin(request) => admin::fault_page(web, request, &area, failure),
        Some(Area::Tenant(at)) => pages::trouble(&at.site, &at.base, &trouble(request, failure)).await,
        _ => pages::neutral_trouble(web.node(), &trouble(request, failure)),
    };
    builder.content_type("text/html; charset=utf-8").body(html)
}

fn is_admin(request: &HttpRequest) -> bool {
    let path = request.path();
    path == "/admin" || path.starts_with("/admin/")
}

fn trouble(request: &HttpRequest, failure: &Failure) -> Trouble {
    let id = context::facts(request).id.to_string();
    match (failure.status, failure.out) {
        (_, Some(state)) => Trouble::OutOfService { state, title: failure.words.clone() },
        (StatusCode::NOT_FOUND, _) => Trouble::NotFound,
        (StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED, _) => Trouble::Forbidden,
        (StatusCode::SERVICE_UNAVAILABLE, _) => Trouble::Busy { request_id: id },
        (status, _) if status.is_server_error() => Trouble::Internal { request_id: id },
        (status, _) => Trouble::Refused { status: status.as_u16(), words: failure.words.clone() },
    }
}
