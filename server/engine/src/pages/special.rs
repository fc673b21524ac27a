//! Answers that are no content of a tenant: theme files, the stylesheet of a site's settings, and what the
//! Default tenant says to strangers and robots.

use std::borrow::Cow;

use rowhouse_domain::{addressing::Base, tenant::TenantState};
use rowhouse_render::{
    context::{self, Head, LandingView},
    markdown,
    sitemap::{self, Robots, SitemapEntry},
};
use serde::{Deserialize, Serialize};

use super::{address::origin_of, chrome};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    node::Node,
    site::Site,
};

/// A file for browsers.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its bytes.
    pub bytes: bytes::Bytes,
    /// Its media type.
    pub content_type: &'static str,
    /// Whether its address names exactly this content, so that it may be kept for ever.
    pub current: bool,
}

/// A file of a theme.
#[must_use]
pub fn asset(node: &Node, theme: &str, hash: &str, file: &str) -> Option<Asset> {
    let asset = node.core().themes.asset(theme, hash, file)?;
    let bytes = match asset.bytes {
        Cow::Borrowed(bytes) => bytes::Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes::Bytes::copy_from_slice(bytes),
    };
    Some(Asset { bytes, content_type: asset.content_type, current: asset.current })
}

/// The stylesheet of a site's settings. An address with an older hash gets the present one, not for ever.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn stylesheet(site: &Site, hash: &str) -> Result<Asset> {
    let (choice, _) = site.read(|s| Box::pin(async move { s.theme_choice().await })).await?;
    let theme = chrome::theme_of(site, &choice)?;
    let sheet = theme.stylesheet(&chrome::stored(&choice, &theme));
    Ok(Asset {
        current: sheet.hash == hash,
        bytes: sheet.css.into_bytes().into(),
        content_type: "text/css; charset=utf-8",
    })
}

/// What the Default tenant shows at the base address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Landing {
    /// A short text, in Markdown.
    Text {
        /// The heading.
        title: String,
        /// The text.
        text: String,
    },
    /// Another address.
    Redirect {
        /// Where to.
        to: String,
    },
}

impl Default for Landing {
    fn default() -> Self {
        Landing::Text {
            title: "Nothing to see at this address".into(),
            text: "This server hosts several sites, each at an address of its own.".into(),
        }
    }
}

/// The key of the landing page among the catalogue's settings.
pub(crate) const LANDING: &str = "landing";

/// Most characters of the landing page's text.
const MOST_WORDS: usize = 10_000;

/// What was chosen for the base address.
///
/// # Errors
/// What the catalogue says.
#[crate::boxed]
pub async fn landing_choice(node: &Node) -> Result<Landing> {
    let stored = node.core().catalogue.setting(LANDING).await?;
    Ok(stored.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
}

/// Chooses what the base address shows.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::Invalid`] at `title`, `text` or `to`, or what the catalogue says.
#[crate::boxed]
pub async fn set_landing(node: &Node, actor: &Actor, landing: &Landing) -> Result<()> {
    if !actor.is_super {
        return Err(EngineError::Denied { need: "super user".into() });
    }
    match landing {
        Landing::Text { title, .. } if title.trim().is_empty() => {
            return Err(EngineError::invalid("title", "the page needs a title"));
        }
        Landing::Text { text, .. } if text.chars().count() > MOST_WORDS => {
            return Err(EngineError::invalid("text", format!("at most {MOST_WORDS} characters")));
        }
        Landing::Redirect { to } => check_target(to)?,
        Landing::Text { .. } => {}
    }
    let value = serde_json::to_value(landing).map_err(|e| EngineError::Other(e.to_string()))?;
    Ok(node.core().catalogue.set_setting(LANDING, value).await?)
}

/// A path of this very address (but not the address itself, which would go in circles), or a web address.
fn check_target(to: &str) -> Result<()> {
    let local =
        to.len() > 1 && to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    let web = to.parse::<url::Url>().is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    if local || web {
        return Ok(());
    }
    Err(EngineError::invalid("to", "give a path such as /acme/, or a whole address with https://"))
}

/// What the Default tenant shows: a page, or where to go.
///
/// # Errors
/// What the catalogue says, or a fault in the theme.
#[crate::boxed]
pub async fn landing(node: &Node) -> Result<std::result::Result<String, String>> {
    let (title, text) = match landing_choice(node).await? {
        Landing::Redirect { to } => return Ok(Err(to)),
        Landing::Text { title, text } => (title, text),
    };
    let origin = origin_of(&node.settings().public_url, &Base::default());
    let mut head = Head::new(title.clone(), "/");
    head.robots = Some("noindex".into());
    let site = std::sync::Arc::new(context::Site::bare("Rowhouse", origin, ""));
    let view =
        LandingView { site, head, text: markdown::render(&text, ""), admin_url: Some("/admin".to_owned()) };
    let theme = node.core().themes.get_or_default(rowhouse_render::theme::DEFAULT_THEME);
    let theme = theme.ok_or_else(|| EngineError::Render("this program has no theme".into()))?;
    theme.render(&view).map(Ok).map_err(|e| EngineError::Render(e.to_string()))
}

/// Bases of all tenants that live below the common base and serve.
fn at_base(node: &Node) -> Vec<String> {
    let mut bases: Vec<String> = node
        .tenants()
        .iter()
        .filter(|tenant| tenant.state == TenantState::Running)
        .filter_map(|tenant| tenant.home())
        .filter(|base| base.host.is_none() && base.prefix.is_some())
        .map(|base| base.path().to_owned())
        .collect();
    bases.sort();
    bases
}

/// `/robots.txt` of the common base: robots read it only at the root, so it speaks for all prefix tenants.
#[must_use]
pub fn merged_robots(node: &Node) -> String {
    let origin = origin_of(&node.settings().public_url, &Base::default());
    let bases = at_base(node);
    let own = ["/admin".to_owned(), "/setup".to_owned()];
    sitemap::robots(&Robots {
        closed: false,
        disallow: own.into_iter().chain(bases.iter().map(|base| format!("{base}/admin"))).collect(),
        sitemaps: vec![format!("{origin}/sitemap.xml")],
    })
}

/// `/sitemap.xml` of the common base: the sitemaps of all prefix tenants.
#[must_use]
pub fn sitemap_index(node: &Node) -> String {
    let origin = origin_of(&node.settings().public_url, &Base::default());
    let entry = |base: &String| SitemapEntry { url: format!("{origin}{base}/sitemap.xml"), modified: None };
    sitemap::sitemap_index(&at_base(node).iter().map(entry).collect::<Vec<_>>())
}
