//! What an administrator sets for a whole site.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ItemId;

/// What stands at the site's root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "item", rename_all = "lowercase")]
pub enum Home {
    /// The newest posts.
    #[default]
    Posts,
    /// A page; the posts then stand under [`SiteSettings::posts_path`].
    Page(ItemId),
}

crate::words! {
    /// How a post's address is made from its date and slug.
    pub enum PostRoutes {
        /// `/2026/11/slug`
        Dated = "dated",
        /// `/slug`
        Plain = "plain",
    }
}

/// The settings of one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteSettings {
    /// The site's name.
    pub title: String,
    /// A line below it.
    pub tagline: String,
    /// A BCP 47 language tag.
    pub language: String,
    /// An IANA time zone name.
    pub time_zone: String,
    /// What stands at the root.
    pub home: Home,
    /// The last path of the posts' list where a page is the home, without slashes.
    pub posts_path: String,
    /// Posts on one page of a list, 1 to 100.
    pub posts_per_page: u16,
    /// Posts in a feed, 1 to 100.
    pub feed_items: u16,
    /// How posts are addressed.
    pub post_routes: PostRoutes,
    /// Whole texts in feeds, or excerpts.
    pub full_feeds: bool,
    /// Whether search engines are asked to stay away from the whole site.
    pub private_to_search: bool,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            title: "A new site".into(),
            tagline: String::new(),
            language: "en".into(),
            time_zone: "UTC".into(),
            home: Home::Posts,
            posts_path: "posts".into(),
            posts_per_page: 10,
            feed_items: 20,
            post_routes: PostRoutes::Dated,
            full_feeds: true,
            private_to_search: false,
        }
    }
}

/// Which theme a site wears and what was set for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ThemeChoice {
    /// The theme's name.
    pub theme: String,
    /// Values of the theme's own settings, by key; the theme's defaults elsewhere.
    pub values: BTreeMap<String, String>,
}

impl Default for ThemeChoice {
    fn default() -> Self {
        Self { theme: "default".into(), values: BTreeMap::new() }
    }
}
