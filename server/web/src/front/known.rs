//! Pages from memory, for requests that nothing else could answer.

use std::cell::RefCell;

use actix_web::{dev::ServiceRequest, http::Method};
use rowhouse_domain::{Moment, addressing::Known};
use rowhouse_engine::pages::{Served, Spot};

use crate::{cookies, forwarded, state::Web};

/// Addresses of pages that this thread served from memory.
#[derive(Default)]
pub(super) struct Pages(RefCell<Known<Spot>>);

impl Pages {
    /// The page, if the request names one that no route of the tenant but the catch-all has, no cookie of ours
    /// came along, and it is in memory and may be shown. Nothing is asked or waited for.
    pub(super) fn at_once(&self, web: &Web, request: &ServiceRequest, arrived: Moment) -> Option<Served> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if !reads || cookies::has_ours(request.headers()) {
            return None;
        }
        let state = web.node().directory_at_hand(arrived)?;
        let host = forwarded::host(request, web);
        let uri = request.uri();
        let target = uri.path_and_query().map_or("", |target| target.as_str());
        let mut known = self.0.borrow_mut();
        if let Some(spot) = known.get(state, host, target) {
            return spot.at_once(arrived);
        }
        let spot = Spot::find(web.node(), host, uri.path(), uri.query().unwrap_or_default())?;
        let served = spot.at_once(arrived)?;
        known.put(state, host, target, spot);
        Some(served)
    }
}
