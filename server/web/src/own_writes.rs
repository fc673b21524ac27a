//! Who changed something in the browser sees it with the next request, on whichever node that lands: the
//! answer to a form of the admin carries the version that the site has now, and a node that does not know that
//! version yet asks before it answers. Worth something for signed-out eyes alone; who is signed in is never
//! answered from memory.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    body::BoxBody,
    dev::ServiceResponse,
    http::{Method, header},
};
use rowhouse_domain::coherence::Version;

use crate::{
    context::{self, Area},
    state::Web,
};

const COOKIE: &str = "rowhouse_seen";

/// Long enough for every node to have heard, whatever is broken.
const LASTS: Duration = Duration::from_secs(120);

/// The version that this browser was told of.
#[must_use]
pub fn seen(web: &Web, request: &HttpRequest, path: &str) -> Option<Version> {
    let text = web.cookies().read(request, &web.cookies().scope(COOKIE, path))?;
    let (n, token) = text.split_once('.')?;
    Some(Version { n: n.parse().ok()?, token: token.parse().ok()? })
}

/// Puts the version into the answer to a form of a tenant's admin.
pub fn tell(web: &Web, response: &mut ServiceResponse<BoxBody>) {
    let request = response.request();
    // the front has taken the base off the path
    let admin = request.path().starts_with("/admin");
    if request.method() != Method::POST || !admin || response.status().is_server_error() {
        return;
    }
    let Some(Area::Tenant(at)) = context::area(request) else { return };
    let Some(Version { n, token }) = at.site.version() else { return };
    let scope = web.cookies().scope(COOKIE, at.base.path());
    let cookie = web.cookies().write(&scope, &format!("{n}.{token}"), Some(LASTS));
    if let Ok(value) = header::HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
