//! `theme.toml`: what a theme is called, what it builds on, which menus it shows and what can be set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ThemeError, files::ThemeFiles, text_of};
use crate::{
    colour::{NotAColour, Oklch},
    context::{SettingValue, Settings},
};

/// The manifest of a theme. After loading it includes what the theme inherits.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The folder's name; not written in the file.
    #[serde(skip_deserializing)]
    pub name: String,
    /// Name shown to people.
    pub title: String,
    /// What it is good for, in a sentence.
    #[serde(default)]
    pub description: String,
    /// The theme whose templates, assets, words and settings stand in where this one has none.
    #[serde(default)]
    pub extends: Option<String>,
    /// Places where menus are shown.
    #[serde(default)]
    pub menus: Vec<MenuPlace>,
    /// What can be set, in the order of the form.
    #[serde(default)]
    pub settings: Vec<Setting>,
    /// The background that text colours are checked against.
    #[serde(default)]
    pub paper: Option<Paper>,
}

/// A place for a menu.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuPlace {
    /// Name in `site.menus`.
    pub place: String,
    /// Name shown to people.
    pub label: String,
    /// A sentence about it.
    #[serde(default)]
    pub help: String,
}

/// The theme's background in light and dark.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// In the light scheme.
    pub light: String,
    /// In the dark scheme.
    pub dark: String,
}

/// One thing that can be set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Name in `site.settings`.
    pub key: String,
    /// What values it takes.
    pub kind: SettingKind,
    /// Name shown to people.
    pub label: String,
    /// A sentence about it.
    #[serde(default)]
    pub help: String,
    /// The value of sites that set none.
    pub default: SettingValue,
    /// The custom property of CSS that receives the value, without dashes; for colours, choices and numbers.
    #[serde(default)]
    pub css: Option<String>,
    /// For colours: shift its lightness until text in it can be read on the paper.
    #[serde(default)]
    pub readable: bool,
    /// For choices: what can be chosen.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// For numbers: the least.
    #[serde(default)]
    pub min: Option<f64>,
    /// For numbers: the greatest.
    #[serde(default)]
    pub max: Option<f64>,
}

/// Kinds of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingKind {
    /// One line of text.
    Text,
    /// Several lines of text.
    Paragraph,
    /// A colour: `#rgb`, `#rrggbb` or `oklch(…)`.
    Colour,
    /// One of the choices.
    Choice,
    /// On or off.
    Flag,
    /// A number between `min` and `max`.
    Number,
    /// A tenant-relative path or an http(s) address; may be empty.
    Link,
}

/// One value of a choice.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The stored value.
    pub value: String,
    /// Name shown to people.
    pub label: String,
    /// What CSS receives, if the setting has a `css` property; the value itself if there is none.
    #[serde(default)]
    pub css: Option<String>,
}

/// A value does not fit its setting.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SettingError {
    /// The theme has no such setting.
    #[error("there is no setting `{0}`")]
    Unknown(String),
    /// Not a colour.
    #[error(transparent)]
    Colour(#[from] NotAColour),
    /// Not one of the choices.
    #[error("`{0}` is not one of the choices")]
    Choice(String),
    /// Not a number, or out of range.
    #[error("`{0}` is not a number within the limits")]
    Number(String),
    /// Not on or off.
    #[error("`{0}` is neither on nor off")]
    Flag(String),
    /// Not a path or an http(s) address.
    #[error("`{0}` is neither a path that begins with / nor an http(s) address")]
    Link(String),
    /// Too long.
    #[error("the text is longer than {0} characters")]
    TooLong(usize),
}

/// Longest text of a setting in characters.
const TEXT_LIMIT: usize = 4_000;

impl Setting {
    /// Reads what a form or a command line gave.
    ///
    /// # Errors
    /// If it does not fit the setting's kind.
    pub fn parse(&self, text: &str) -> Result<SettingValue, SettingError> {
        let given = || text.chars().take(60).collect::<String>();
        match self.kind {
            SettingKind::Text | SettingKind::Paragraph => {
                if text.chars().count() > TEXT_LIMIT {
                    return Err(SettingError::TooLong(TEXT_LIMIT));
                }
                Ok(SettingValue::Text(text.to_owned()))
            }
            SettingKind::Colour => Oklch::parse(text)
                .map(|_| SettingValue::Text(text.trim().to_owned()))
                .map_err(SettingError::from),
            SettingKind::Choice => {
                let known = self.choices.iter().any(|choice| choice.value == text);
                known
                    .then(|| SettingValue::Text(text.to_owned()))
                    .ok_or_else(|| SettingError::Choice(given()))
            }
            SettingKind::Flag => match text {
                "true" | "on" | "1" | "yes" => Ok(SettingValue::Flag(true)),
                "false" | "off" | "0" | "no" | "" => Ok(SettingValue::Flag(false)),
                _ => Err(SettingError::Flag(given())),
            },
            SettingKind::Number => {
                let number = text.trim().parse::<f64>().ok().filter(|n| self.in_range(*n));
                number.map(SettingValue::Number).ok_or_else(|| SettingError::Number(given()))
            }
            SettingKind::Link => {
                let fits = text.is_empty()
                    || crate::functions::is_relative(text)
                    || url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
                fits.then(|| SettingValue::Text(text.to_owned())).ok_or_else(|| SettingError::Link(given()))
            }
        }
    }

    /// Whether a stored value fits.
    #[must_use]
    pub fn accepts(&self, value: &SettingValue) -> bool {
        match value {
            SettingValue::Flag(_) => self.kind == SettingKind::Flag,
            SettingValue::Number(n) => self.kind == SettingKind::Number && self.in_range(*n),
            SettingValue::Text(text) => {
                !matches!(self.kind, SettingKind::Flag | SettingKind::Number) && self.parse(text).is_ok()
            }
        }
    }

    fn in_range(&self, n: f64) -> bool {
        n.is_finite() && self.min.is_none_or(|min| n >= min) && self.max.is_none_or(|max| n <= max)
    }
}

impl Manifest {
    pub(super) fn read(files: &ThemeFiles) -> Result<Self, ThemeError> {
        let wrong = |message: String| ThemeError::File {
            theme: files.name.clone(),
            file: "theme.toml".into(),
            message,
        };
        let bytes = files.files.get("theme.toml").ok_or_else(|| wrong("is missing".into()))?;
        let text = text_of(&files.name, "theme.toml", bytes)?;
        let mut manifest: Self = toml::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        manifest.name.clone_from(&files.name);
        if let Some(setting) = manifest.settings.iter().find(|setting| !setting.accepts(&setting.default)) {
            return Err(wrong(format!("the default of `{}` does not fit its kind", setting.key)));
        }
        for colour in manifest.paper.iter().flat_map(|paper| [&paper.light, &paper.dark]) {
            Oklch::parse(colour).map_err(|e| wrong(e.to_string()))?;
        }
        Ok(manifest)
    }

    /// This manifest with what it does not say taken from its parent.
    pub(super) fn over(mut self, parent: Self) -> Self {
        let own_settings = std::mem::take(&mut self.settings);
        self.settings = merged(parent.settings, own_settings, |setting| setting.key.clone());
        let own_menus = std::mem::take(&mut self.menus);
        self.menus = merged(parent.menus, own_menus, |menu| menu.place.clone());
        self.paper = self.paper.or(parent.paper);
        self
    }

    /// The setting of that name.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// Reads one value as given in a form.
    ///
    /// # Errors
    /// If there is no such setting or the value does not fit it.
    pub fn parse_setting(&self, key: &str, text: &str) -> Result<SettingValue, SettingError> {
        self.setting(key).ok_or_else(|| SettingError::Unknown(key.to_owned()))?.parse(text)
    }

    pub(super) fn resolve(&self, stored: &Settings) -> Settings {
        let value = |setting: &Setting| {
            stored
                .get(&setting.key)
                .filter(|value| setting.accepts(value))
                .unwrap_or(&setting.default)
                .clone()
        };
        self.settings.iter().map(|setting| (setting.key.clone(), value(setting))).collect()
    }
}

/// The parent's entries in their order, replaced by the child's of the same key; the child's others follow.
fn merged<T>(parent: Vec<T>, child: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    let order: Vec<String> = child.iter().map(&key).collect();
    let mut own: BTreeMap<String, T> = child.into_iter().map(|entry| (key(&entry), entry)).collect();
    let mut all: Vec<T> = parent.into_iter().map(|entry| own.remove(&key(&entry)).unwrap_or(entry)).collect();
    all.extend(order.iter().filter_map(|name| own.remove(name)));
    all
}
