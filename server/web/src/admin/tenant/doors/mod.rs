//! The doors of a site's admin: signing in and out, and choosing a password by a link. Nobody is known here
//! yet; forms are only taken from pages of this very site, and tries are limited by account and address.

mod next;

pub use next::next;

pub mod forgot;
pub mod reset;
pub mod sign_in;
pub mod sign_out;

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse, http::header};
use jiff::Timestamp;
use rowhouse_engine::{Site, identity::Begun};

use crate::{
    extract::{At, session_scope},
    flash, forwarded,
    state::Web,
};

/// Where a request comes from, for limits and the list of sessions.
#[must_use]
pub fn address(web: &Web, request: &HttpRequest) -> IpAddr {
    forwarded::client(request, web).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// The browser, as it names itself.
#[must_use]
pub fn agent(request: &HttpRequest) -> String {
    let named = request.headers().get(header::USER_AGENT).and_then(|h| h.to_str().ok());
    named.unwrap_or_default().to_owned()
}

/// Gives the browser its session, for as long as that can last.
pub fn keep_session(web: &Web, at: &At, begun: &Begun, answer: &mut HttpResponse) {
    let age = age(&at.site, begun.expires_at);
    flash::append(answer, &web.cookies().write(&session_scope(web, at), &begun.token, Some(age)));
}

fn age(site: &Site, until: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(site.now())).unwrap_or_default()
}

/// The full address of a one-time link, up to its secret part.
#[must_use]
pub fn reset_address(web: &Web, at: &At) -> String {
    let origin = rowhouse_engine::pages::origin_of(&web.node().settings().public_url, &at.base);
    format!("{origin}{}/", at.link("/admin/reset"))
}

/// A length of time to wait, rounded up: `1 second`, `2 minutes`.
#[must_use]
pub fn wait(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1_000).max(1);
    let (count, unit) = if seconds < 90 { (seconds, "second") } else { (seconds.div_ceil(60), "minute") };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up() {
        for (ms, told) in
            [(1, "1 second"), (1_001, "2 seconds"), (90_000, "2 minutes"), (121_000, "3 minutes")]
        {
            assert_eq!(wait(Duration::from_millis(ms)), told);
        }
    }
}
