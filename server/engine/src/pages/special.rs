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

/// What the Default tenant shows: a page, or where to go.
///
/// # Errors
/// What the catalogue says, or a fault in the theme.
pub async fn landing(node: &Node) -> Result<std::result::Result<String, String>> {
    let stored = node.core().catalogue.setting(LANDING).await?;
    let landing = stored.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
    let (title, text) = match landing {
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
    let now = node.core().clock.now();
    let mut bases: Vec<String> = node
        .tenants()
        .iter()
        .filter(|tenant| tenant.state == TenantState::Running)
        .filter_map(|tenant| tenant.home(now))
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
