//! Who really asks, and by which scheme and host. What proxies say is believed only from the proxies named
//! in the settings; from anybody else such headers are nothing.

use std::net::IpAddr;

use actix_web::{HttpRequest, dev::ServiceRequest, http::header};

use crate::state::Web;

fn peer_is_trusted(peer: Option<IpAddr>, web: &Web) -> bool {
    peer.is_some_and(|peer| web.settings().trusted_proxies.iter().any(|net| net.contains(&peer)))
}

fn header(request: &HttpRequest, name: impl header::AsHeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The host that was asked for, as the header says it.
#[must_use]
pub fn host<'r>(request: &'r ServiceRequest, web: &Web) -> &'r str {
    let request = request.request();
    let peer = request.peer_addr().map(|a| a.ip());
    let forwarded = if peer_is_trusted(peer, web) { header(request, "x-forwarded-host") } else { None };
    let named = forwarded.or_else(|| header(request, header::HOST));
    named.or_else(|| request.uri().host()).unwrap_or_default()
}

/// Whether the browser speaks https, here or to a trusted proxy.
#[must_use]
pub fn is_secure(request: &ServiceRequest, web: &Web) -> bool {
    let request = request.request();
    let peer = request.peer_addr().map(|a| a.ip());
    peer_is_trusted(peer, web)
        && header(request, "x-forwarded-proto").is_some_and(|p| p.eq_ignore_ascii_case("https"))
}

/// The address of the browser: the last one in the chain that is no trusted proxy.
#[must_use]
pub fn client(request: &HttpRequest, web: &Web) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|a| a.ip())?;
    if !peer_is_trusted(Some(peer), web) {
        return Some(peer);
    }
    let chain = header(request, "x-forwarded-for").unwrap_or_default();
    chain
        .rsplit(',')
        .filter_map(|text| text.trim().parse::<IpAddr>().ok())
        .find(|address| !peer_is_trusted(Some(*address), web))
        .or(Some(peer))
}
