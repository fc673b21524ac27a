//! The tenant of a request, as the front has found it.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use rowhouse_domain::{Moment, addressing::Base};
use rowhouse_engine::Site;

use crate::{
    context::{self, Area},
    error::WebError,
};

/// A tenant that serves, and where it was met.
pub struct At {
    /// Its live state.
    pub site: Site,
    /// Host and prefix of the request.
    pub base: Base,
    /// When the request arrived.
    pub arrived: Moment,
}

impl At {
    /// The path before every path of the tenant: `""` or `/acme`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.base.path()
    }

    /// A path of the tenant with its base.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base.path())
    }
}

impl FromRequest for At {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match context::area(request) {
            Some(Area::Tenant(at)) => {
                Ok(Self { site: at.site, base: at.base, arrived: context::facts(request).arrived })
            }
            _ => Err(WebError::NotFound),
        })
    }
}

/// A tenant that is yet to be set up.
pub struct AtUnfinished {
    /// Its live state.
    pub site: Site,
    /// Host and prefix of the request.
    pub base: Base,
}

impl FromRequest for AtUnfinished {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match context::area(request) {
            Some(Area::Unfinished(at)) => Ok(Self { site: at.site, base: at.base }),
            _ => Err(WebError::NotFound),
        })
    }
}
