//! What the front finds out about a request before any handler runs: its id, its time, whom it is for.

use std::fmt;

use actix_web::{HttpMessage, HttpRequest, http::header::HeaderValue};
use rowhouse_domain::{Moment, addressing::Base};
use rowhouse_engine::Site;

/// The id of a request, as it is sent.
#[derive(Clone, Debug)]
pub struct RequestId(pub HeaderValue);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// Facts of one request.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id, in the log, the answer and on error pages.
    pub id: RequestId,
    /// When it began.
    pub arrived: Moment,
    /// Whether the browser reached us over https.
    pub secure: bool,
}

/// The tenant a request is for, and where it was met.
#[derive(Clone)]
pub struct Tenancy {
    /// The tenant's live state.
    pub site: Site,
    /// The host and prefix of this request.
    pub base: Base,
}

/// Whom a request is for; handlers are chosen by it.
#[derive(Clone)]
pub enum Area {
    /// A tenant that serves.
    Tenant(Tenancy),
    /// A tenant that its administrator has yet to set up.
    Unfinished(Tenancy),
    /// The Default tenant.
    Host,
}

/// The facts of a request.
#[must_use]
pub fn facts(request: &HttpRequest) -> Facts {
    request.extensions().get::<Facts>().cloned().unwrap_or_else(|| Facts {
        id: RequestId(HeaderValue::from_static("")),
        arrived: Moment::default(),
        secure: false,
    })
}

/// Whom a request is for.
#[must_use]
pub fn area(request: &HttpRequest) -> Option<Area> {
    request.extensions().get::<Area>().cloned()
}

/// The path that stands before every path of the area: `""` or `/acme`.
#[must_use]
pub fn base_path(request: &HttpRequest) -> String {
    match area(request) {
        Some(Area::Tenant(at) | Area::Unfinished(at)) => at.base.path().to_owned(),
        Some(Area::Host) | None => String::new(),
    }
}
