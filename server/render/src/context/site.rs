//! The site around every page: names, address, language, menus, feeds and the theme's settings.
//!
//! One value serves all pages of a site until a setting or a menu changes, so views hold it in an `Arc`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Picture;

/// A tenant's site as its templates see it.
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    /// The site's name.
    pub title: String,
    /// One line under the name; empty if there is none.
    pub tagline: String,
    /// The path put before every tenant-relative link: empty, or `/acme`, without a slash at the end.
    pub base: String,
    /// Scheme, host and port before `base` in absolute links: `https://example.org`, no slash at the end.
    pub origin: String,
    /// BCP 47 tag of the content's language, for example `en` or `pt-BR`.
    pub language: String,
    /// Direction of the script of that language.
    pub direction: Direction,
    /// IANA name of the time zone in which dates are shown.
    pub time_zone: String,
    /// The theme's settings with defaults filled in (see `Theme::settings`).
    pub settings: Settings,
    /// Address of the generated colour stylesheet, with base (see `theme_css`); none for the theme's own colours.
    pub stylesheet: Option<String>,
    /// The logo chosen in the settings.
    pub logo: Option<Picture>,
    /// Menus as trees, by the place where the theme shows them (`primary`, `footer`, …).
    pub menus: BTreeMap<String, Vec<MenuItem>>,
    /// The feeds offered in the head of every page.
    pub feeds: Vec<FeedLink>,
    /// Whether the site answers `/search`.
    pub search: bool,
}

/// The theme's settings by name.
pub type Settings = BTreeMap<String, SettingValue>;

/// The value of one theme setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// A switch.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text, a colour, a choice or a link, as the theme's schema says.
    Text(String),
}

/// Direction of a script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    #[default]
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// The usual direction of a language, from its BCP 47 tag.
    #[must_use]
    pub fn of_language(tag: &str) -> Self {
        const RTL: [&str; 12] = ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"];
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        if RTL.contains(&primary.as_str()) { Self::Rtl } else { Self::Ltr }
    }
}

/// One entry of a menu.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MenuItem {
    /// What the link says.
    pub title: String,
    /// A tenant-relative path, an absolute URL, or empty for a heading without a link.
    pub url: String,
    /// A sentence about the target, where a theme shows one.
    pub description: String,
    /// Entries below this one.
    pub children: Vec<MenuItem>,
}

/// A feed that browsers and readers can find.
#[derive(Clone, Debug, Serialize)]
pub struct FeedLink {
    /// What the reader calls it.
    pub title: String,
    /// Tenant-relative path.
    pub path: String,
    /// `application/rss+xml`, `application/atom+xml` or `application/feed+json`.
    pub media_type: String,
}

impl Site {
    /// A site of which only name and address are known: for the landing page and for sites that cannot be
    /// opened. English, UTC, no menus.
    #[must_use]
    pub fn bare(title: impl Into<String>, origin: impl Into<String>, base: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            tagline: String::new(),
            base: base.into(),
            origin: origin.into(),
            language: "en".into(),
            direction: Direction::Ltr,
            time_zone: "UTC".into(),
            settings: Settings::new(),
            stylesheet: None,
            logo: None,
            menus: BTreeMap::new(),
            feeds: Vec::new(),
            search: false,
        }
    }
}
