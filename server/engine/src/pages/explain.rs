//! What this node knows of the page at an address: whether it is in memory, what it was made from, and why it
//! would or would not be shown. For operators, who ask it at the operations listener or the command line.

use std::sync::Arc;

use jiff::Timestamp;
use rowhouse_cluster::{
    driver::Live,
    protocol::{Judgement, Stale},
    wire::Note,
};
use rowhouse_domain::{addressing::Resolution, coherence::RenderKey, tenant::TenantState};
use serde::Serialize;
use url::Url;

use super::{
    address::Ask,
    serve::{key, key_space},
};
use crate::{
    error::{EngineError, Result},
    node::Node,
    site::Site,
};

/// What is known of an address.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedUrl {
    /// The node that answers.
    pub node: String,
    /// The tenant's name.
    pub tenant: String,
    /// Its state.
    pub state: TenantState,
    /// The path inside the tenant.
    pub path: String,
    /// The newest revision that this node knows.
    pub head: Option<i64>,
    /// The oldest revision since which it knows every change.
    pub floor: Option<i64>,
    /// How long ago the head was confirmed, in milliseconds.
    pub confirmed_ms: Option<u64>,
    /// Whether the silence of the poll confirms the head, or a question is under way.
    pub quiet: bool,
    /// Pages of the tenant in memory.
    pub pages: usize,
    /// Their bytes.
    pub bytes: usize,
    /// The page, if it is in memory.
    pub page: Option<ExplainedPage>,
    /// In one sentence.
    pub verdict: String,
}

/// A page in memory.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedPage {
    /// The revision it was made from.
    pub revision: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it depends on.
    pub tags: Vec<String>,
    /// Its entity tag, unencoded.
    pub etag: String,
    /// Its memory in bytes.
    pub bytes: usize,
}

/// What was forgotten.
#[derive(Clone, Debug, Serialize)]
pub struct Purged {
    /// The tenant's name.
    pub tenant: String,
    /// Pages forgotten.
    pub pages: usize,
}

/// Explains an address: a whole one, or a path at the base.
///
/// # Errors
/// [`EngineError::Input`] for what is no address, [`EngineError::NotFound`] if it is nobody's.
#[crate::boxed]
pub async fn explain(node: &Node, address: &str) -> Result<ExplainedUrl> {
    let found = find(node, address).await?;
    let core = node.core();
    let known = found.live.explain(&found.key, core.clock.moment());
    let info = found.site.info();
    let page = known.page.as_ref().map(|page| ExplainedPage {
        revision: page.version.n,
        made_at: page.made_at,
        tags: page.tags.iter().map(ToString::to_string).collect(),
        etag: String::from_utf8_lossy(page.etag.as_bytes()).into_owned(),
        bytes: page.weight,
    });
    Ok(ExplainedUrl {
        node: core.settings.node.clone(),
        tenant: info.name.to_string(),
        state: info.state,
        path: found.path,
        head: known.head.map(|v| v.n),
        floor: known.floor.map(|v| v.n),
        confirmed_ms: known.confirmed.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
        quiet: known.quiet,
        pages: known.entries,
        bytes: known.bytes,
        page,
        verdict: verdict(info.state, known.page.as_ref().map(|page| &page.judgement)),
    })
}

/// Forgets the page at an address, or with `all` every page of its tenant, on all nodes; counted are those of
/// this one.
///
/// # Errors
/// As [`explain`].
#[crate::boxed]
pub async fn purge(node: &Node, address: &str, all: bool) -> Result<Purged> {
    let found = find(node, address).await?;
    let pages = if all { found.live.purge() } else { usize::from(found.live.purge_page(&found.key)) };
    let key = (!all).then(|| found.key.to_text());
    node.core().bus.tell(&Note::Purge { tenant: found.site.id(), key }).await;
    Ok(Purged { tenant: found.site.info().name.to_string(), pages })
}

struct Found {
    site: Site,
    live: Arc<Live>,
    key: RenderKey,
    path: String,
}

async fn find(node: &Node, address: &str) -> Result<Found> {
    let public = &node.settings().public_url;
    let url = Url::options().base_url(Some(public)).parse(address.trim());
    let url = url.map_err(|e| EngineError::Input(format!("{address:?} is no address: {e}")))?;
    let host = url.host_str().unwrap_or_default();
    let (tenant, base, rest) = match node.resolve(host, url.path()) {
        Resolution::Tenant { tenant, base, rest, .. } => (tenant, base, rest),
        Resolution::Redirect { host, path } => {
            let host = host.map(|h| h.to_string()).unwrap_or_default();
            return Err(EngineError::Input(format!("{url} leads to {host}{path}; ask for that")));
        }
        Resolution::Default { .. } => {
            return Err(EngineError::Input(format!("{url} is the Default tenant, which keeps no pages")));
        }
        Resolution::UnknownPrefix { .. } | Resolution::BadPath => return Err(EngineError::NotFound("site")),
    };
    let canonical = rest.route().map_err(|e| EngineError::Input(format!("{url}: {e}")))?;
    let site = node.site(tenant).await?;
    let live = site.live().ok_or(EngineError::NotFound("site"))?.clone();
    let ask = Ask::parse(&canonical.path, url.query().unwrap_or_default());
    let key = key(&key_space(&site, &base), &ask);
    Ok(Found { path: canonical.path.as_str().to_owned(), site, live, key })
}

fn verdict(state: TenantState, page: Option<&Judgement>) -> String {
    if !state.serves() {
        return format!("the site is {state}, so nothing of it is shown");
    }
    match page {
        None => "not in memory: the next request makes it".into(),
        Some(Judgement::Valid) => "in memory and right: it is shown without asking a database".into(),
        Some(Judgement::Ahead) => {
            "newer than what this node knows of the site: it waits until that is asked".into()
        }
        Some(Judgement::Stale(why)) => {
            format!("out of date ({}): the next request makes it anew", because(why))
        }
    }
}

fn because(why: &Stale) -> String {
    match why {
        Stale::BelowFloor => "made before the changes that this node remembers".into(),
        Stale::OtherLine => "made from another history of the site, which was restored or fell back".into(),
        Stale::Touched(tag) => format!("{tag} has changed since"),
    }
}
