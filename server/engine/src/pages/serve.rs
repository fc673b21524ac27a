//! The way of a visitor's request: confirm, look up, or fill. Requests with a session, previews and unlocked
//! texts read their own snapshot and leave nothing in the cache.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rowhouse_cluster::{
    driver::{FillError, FillFault, Live, Lookup, Unconfirmed},
    flight::Crew,
    render::{Origin, Render},
};
use rowhouse_domain::{
    Moment,
    addressing::Base,
    coherence::{KeySpace, RenderKey, Version},
};
use rowhouse_render::context::Overlay;
use rowhouse_store::Stamp;
use tokio::task::block_in_place;

use super::{
    address::{Ask, Format, origin_of},
    build::build,
    encode::{encode, with_smaller_forms},
    find::{Material, find},
    unlock::Unlocked,
};
use crate::{
    error::{EngineError, Result},
    node::Node,
    site::Site,
};

rowhouse_domain::words! {
    /// How an answer was come by: the header `X-Rowhouse-Cache`.
    pub enum How {
        /// From memory.
        Hit = "hit",
        /// From memory, where another node has put it; used here for the first time.
        Push = "push",
        /// From what all nodes share.
        Shared = "shared",
        /// Made now, or just now for another request.
        Fill = "fill",
        /// Made for this request alone and not kept.
        Bypass = "bypass",
        /// From memory, while the databases cannot be asked.
        Stale = "stale",
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Served {
    /// The page.
    pub render: Arc<Render>,
    /// How it was come by.
    pub how: How,
}

/// Rounds of confirm and look up before a request gives up: its tenant was replaced under it each time.
const ROUNDS: usize = 3;
/// How long a render waits for its turn.
const RENDER_WAIT: Duration = Duration::from_secs(5);

/// The keys of a site's pages at one base.
pub(crate) fn key_space(site: &Site, base: &Base) -> Arc<KeySpace> {
    site.space(base, |seq| {
        let core = site.core();
        let shown = format!("{}{}", origin_of(&core.settings.public_url, base), base.path());
        KeySpace::new(site.id(), &shown, &core.themes_build, &core.settings.build, seq)
    })
}

/// The key of one page.
pub(crate) fn key(space: &Arc<KeySpace>, ask: &Ask) -> RenderKey {
    space.key(ask.path.as_str(), &ask.query(), ask.format.as_str(), "")
}

/// A page that an address means, and whose it is: as much as can be found out before looking whether it is in
/// memory. Good as long as [`Node::directory_at_hand`] gives the same number.
#[derive(Clone)]
pub struct Spot {
    site: Site,
    key: RenderKey,
}

impl Spot {
    /// Finds out what a host and a raw path with its query mean. Nothing if that takes more than looking: the site
    /// sleeps, or the address is that of no page.
    #[must_use]
    pub fn find(node: &Node, host: &str, path: &str, query: &str) -> Option<Self> {
        let (site, base, rest) = node.site_at_hand(host, path)?;
        let canonical = rest.route().ok().filter(|canonical| !canonical.redirect)?;
        let key = key(&key_space(&site, &base), &Ask::parse(&canonical.path, query));
        Some(Self { site, key })
    }

    /// The page if it is in memory and may be shown at once: nothing is asked or waited for. Only for visitors
    /// without a session who changed nothing.
    #[must_use]
    pub fn at_once(&self, arrived: Moment) -> Option<Served> {
        let live = self.site.live()?;
        let (render, pushed) = live.hit(&self.key, live.need(arrived), arrived)?;
        Some(Served { render, how: if pushed { How::Push } else { How::Hit } })
    }
}

/// Answers a visitor who has no session. Who was told of a version (`seen`) gets nothing from before it.
///
/// # Errors
/// If the page cannot be made, or the databases cannot be asked and nothing may be shown instead.
#[crate::boxed]
pub async fn serve(
    site: &Site,
    base: &Base,
    ask: Ask,
    arrived: Moment,
    seen: Option<Version>,
) -> Result<Served> {
    let Some(live) = site.live() else { return Err(EngineError::NotFound("site")) };
    let key = key(&key_space(site, base), &ask);
    let unheard = seen.is_some_and(|seen| !live.knows(&seen));
    let need = if unheard { arrived } else { live.need(arrived) };
    // A making that began before the change may still be under way where the change is known already.
    let making_need = if seen.is_some() { arrived } else { need };
    for _ in 0..ROUNDS {
        match live.lookup(&key, need, site.clock().moment()) {
            Lookup::Hit(render, pushed) => {
                return Ok(Served { render, how: if pushed { How::Push } else { How::Hit } });
            }
            Lookup::Miss => return fill(site, base, ask, live, &key, making_need).await,
            Lookup::Unconfirmed => {
                if let Err(cause) = live.ensure_confirmed(need).await {
                    return stale(site, live, &key, &cause);
                }
            }
        }
    }
    Err(EngineError::Busy("the site's state could not be confirmed".into()))
}

async fn fill(
    site: &Site,
    base: &Base,
    ask: Ask,
    live: &Arc<Live>,
    key: &RenderKey,
    need: Moment,
) -> Result<Served> {
    let making = {
        let at = Place { site: site.clone(), base: base.clone(), ask, kept: Kept::Yes };
        move || async move { make(at, false, None).await.map_err(|error| Arc::new(error) as FillFault) }
    };
    match live.fill(key, need, crew(site), making).await {
        Ok(landed) => {
            let how = match landed.value.origin {
                Origin::Made => How::Fill,
                Origin::Shelf => How::Shared,
                Origin::Pushed => How::Push,
            };
            Ok(Served { render: landed.value.render, how })
        }
        Err(FillError::Failed(fault)) => {
            let cause = fault.downcast_ref::<EngineError>();
            let outage = matches!(cause, Some(EngineError::Unavailable(_) | EngineError::Busy(_)));
            match live.lookup_stale(key, site.clock().moment()).filter(|_| outage) {
                Some(render) => Ok(Served { render, how: How::Stale }),
                None if outage => Err(EngineError::Unavailable(fault.to_string())),
                None => Err(EngineError::Other(fault.to_string())),
            }
        }
        Err(other) => Err(EngineError::Other(other.to_string())),
    }
}

/// The last page that was known to be right, for as long as that is allowed.
fn stale(site: &Site, live: &Arc<Live>, key: &RenderKey, cause: &Unconfirmed) -> Result<Served> {
    match live.lookup_stale(key, site.clock().moment()) {
        Some(render) => Ok(Served { render, how: How::Stale }),
        // another database serves the tenant by now; the next request finds it
        None if matches!(cause, Unconfirmed::Fenced | Unconfirmed::Closed) => Err(EngineError::Fenced),
        None => Err(EngineError::Unavailable(cause.to_string())),
    }
}

/// Reads a snapshot and makes the page, by the crew that its site wants. From one thread to the next it goes only
/// where it waits for a server: waking another thread takes longer than many a query.
async fn make(at: Place, unlocked: bool, overlay: Option<Overlay>) -> Result<Render> {
    let (wanted, now, began) = (at.ask.clone(), at.site.now(), Instant::now());
    let read = at.site.read_here(move |s| Box::pin(async move { find(s, &wanted).await }));
    let (material, stamp) = read.await?;
    took("queries", began);
    at.site.core().steps.reached("render.read").await;
    let made = render(at, material, stamp, now, unlocked, overlay).await;
    took("whole", began);
    made
}

/// Who makes pages of a site.
fn crew(site: &Site) -> Crew {
    if site.store().keeps_its_thread() { Crew::Thread } else { Crew::Task }
}

/// Has a page made by the store's runtime: for who may go away before it is done.
pub(super) async fn apart(
    site: &Site,
    making: impl Future<Output = Result<Render>> + Send + 'static,
) -> Result<Render> {
    let runtime = site.core().catalogue.runtime().clone();
    let making = match crew(site) {
        Crew::Task => runtime.spawn(making),
        Crew::Thread => runtime.clone().spawn_blocking(move || runtime.block_on(making)),
    };
    making.await.map_err(|e| EngineError::Render(e.to_string()))?
}

/// Notes how long a part of making a page took: the metric `rowhouse_fill_seconds`. What the whole takes beyond
/// queries and template is ours.
pub(super) fn took(part: &'static str, began: Instant) {
    metrics::histogram!("rowhouse_fill_seconds", "part" => part).record(began.elapsed().as_secs_f64());
}

/// Whose page, where, and whether it is kept.
pub(super) struct Place {
    pub(super) site: Site,
    pub(super) base: Base,
    pub(super) ask: Ask,
    pub(super) kept: Kept,
}

/// Whether a page is made for one person, who gets it in its smallest form at once, or kept for all, who get that
/// from the second answer on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Yes,
    No,
}

/// Makes the page of what was read, by whoever read it and only so many at once.
#[crate::boxed]
pub(super) async fn render(
    at: Place,
    material: Material,
    stamp: Stamp,
    now: Timestamp,
    unlocked: bool,
    overlay: Option<Overlay>,
) -> Result<Render> {
    let turn = at.site.core().renders.clone().acquire_owned();
    let Ok(Ok(_turn)) = tokio::time::timeout(RENDER_WAIT, turn).await else {
        return Err(EngineError::Busy("too many pages are being made".into()));
    };
    block_in_place(|| {
        let made = build(&at.site, &at.base, &at.ask, material, unlocked, overlay)?;
        let page = encode(made, stamp, now);
        Ok(match (page.status, at.kept) {
            (404, Kept::Yes) => at.site.share_missing(page),
            (_, Kept::Yes) => page,
            (_, Kept::No) => with_smaller_forms(&page).unwrap_or(page),
        })
    })
}

/// Answers somebody whose page is nobody else's: signed in, or with a word that opens protected texts.
/// Nothing older than the request is shown and nothing is kept.
///
/// # Errors
/// If the page cannot be made.
#[crate::boxed]
pub async fn serve_private(
    site: &Site,
    base: &Base,
    ask: &Ask,
    unlocked: Option<&Unlocked>,
    overlay: Option<Overlay>,
) -> Result<Served> {
    let opens = match unlocked {
        Some(unlocked) => unlocked.opens(site, &ask.path).await?,
        None => false,
    };
    let at = Place { site: site.clone(), base: base.clone(), ask: ask.clone(), kept: Kept::No };
    let render = apart(site, make(at, opens, overlay)).await?;
    Ok(Served { render: Arc::new(render), how: How::Bypass })
}

impl Format {
    /// Whether answers of this format may carry a bar for signed-in people.
    #[must_use]
    pub const fn is_page(self) -> bool {
        matches!(self, Format::Html)
    }
}
