//! The theme of a site: which of those it may wear, and what was set for it.

use std::{collections::BTreeMap, sync::Arc};

use rowhouse_domain::{
    MediaId,
    permission::{Area, Permission},
    settings::ThemeChoice,
    tenant::Feature,
};
use rowhouse_render::{
    Theme,
    colour::Oklch,
    context::SettingValue,
    theme::{Setting, SettingKind},
};
use rowhouse_store::MediaRow;

use super::{guard_mark, mark};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    pages,
    site::Site,
};

const THEMES: Permission = Permission::Site(Area::Themes);
/// The key of the logo among a site's values; every theme has one.
const LOGO: &str = "logo";

/// The picture that stands for a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// The file.
    pub id: MediaId,
    /// Its name.
    pub name: String,
    /// What it shows.
    pub alt: String,
    /// A small form of it, below the site's base.
    pub thumb: String,
}

fn small(row: MediaRow) -> Logo {
    let media = row.media;
    let small = media.variants.iter().min_by_key(|v| v.width).map_or("original", |v| v.name.as_str());
    Logo { id: media.id, thumb: format!("/media/{}/{small}", media.id), name: media.name, alt: media.alt }
}

/// A picture of the library in the form of a logo, if there is one of this id.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn logo(site: &Site, id: MediaId) -> Result<Option<Logo>> {
    let row = site.look(move |s| Box::pin(s.media_row(id))).await?;
    Ok(row.filter(|row| row.media.width.is_some()).map(small))
}

/// The theme of a site and what it could be.
#[derive(Clone, Debug)]
pub struct ThemePage {
    /// Themes the site may wear, by name.
    pub allowed: Vec<Arc<Theme>>,
    /// The one it wears.
    pub theme: Arc<Theme>,
    /// Its settings as text, with defaults where nothing was set.
    pub values: BTreeMap<String, String>,
    /// The picture that stands for the site.
    pub logo: Option<Logo>,
    /// The mark that a form made from this carries.
    pub mark: u64,
    choice: ThemeChoice,
}

fn text_of(value: &SettingValue) -> String {
    match value {
        SettingValue::Flag(on) => on.to_string(),
        SettingValue::Number(n) => n.to_string(),
        SettingValue::Text(text) => text.clone(),
    }
}

fn allowed(site: &Site) -> Vec<Arc<Theme>> {
    let info = site.info();
    site.core().themes.iter().filter(|theme| info.themes.allows(theme.name())).cloned().collect()
}

/// Refuses who may not change the look, and sites whose look is settled by the operator.
fn guard(site: &Site, actor: &Actor) -> Result<()> {
    actor.require(THEMES)?;
    if site.info().features.allows(&Feature::Themes) {
        return Ok(());
    }
    Err(EngineError::Denied { need: format!("feature {}, which this site does not have", Feature::Themes) })
}

/// Which theme a site wears and what was set for it.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn theme_choice(site: &Site) -> Result<ThemeChoice> {
    site.look(|s| Box::pin(s.theme_choice())).await
}

/// The theme of a site, for who may change it.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn theme_page(site: &Site, actor: &Actor) -> Result<ThemePage> {
    guard(site, actor)?;
    let (choice, picture) = site
        .look(|s| {
            Box::pin(async move {
                let choice = s.theme_choice().await?;
                let picture = match choice.values.get(LOGO).and_then(|id| id.parse().ok()) {
                    Some(id) => s.media_row(id).await?,
                    None => None,
                };
                Ok((choice, picture))
            })
        })
        .await?;
    let theme = pages::theme_of(site, &choice)?;
    let values = pages::theme_settings(&choice, &theme);
    Ok(ThemePage {
        allowed: allowed(site),
        values: values.iter().map(|(key, value)| (key.clone(), text_of(value))).collect(),
        logo: picture.map(small),
        mark: mark(&choice),
        choice,
        theme,
    })
}

/// What is wrong with one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    /// Its key.
    pub key: String,
    /// What is wrong.
    pub problem: String,
}

/// Settings of a theme that fit it. Only [`ThemePage::read`] makes one.
#[derive(Clone, Debug)]
pub struct ThemeEdit {
    based_on: u64,
    choice: ThemeChoice,
}

impl ThemePage {
    /// Reads a form. A switch that is missing is off; anything else that is missing stays as it is.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn read(
        &self,
        based_on: u64,
        given: &BTreeMap<String, String>,
    ) -> std::result::Result<ThemeEdit, Vec<SettingProblem>> {
        let mut choice = self.choice.clone();
        self.theme.name().clone_into(&mut choice.theme);
        let mut problems = Vec::new();
        for setting in &self.theme.manifest.settings {
            let text = match (given.get(&setting.key), setting.kind) {
                (Some(text), _) => text.replace("\r\n", "\n"),
                (None, SettingKind::Flag) => String::new(),
                (None, _) => continue,
            };
            if let Err(problem) = self.set(&mut choice, setting, text.trim()) {
                problems.push(SettingProblem { key: setting.key.clone(), problem });
            }
        }
        match given.get(LOGO).map(|id| id.trim()) {
            None => {}
            Some("") => drop(choice.values.remove(LOGO)),
            Some(id) => drop(choice.values.insert(LOGO.into(), id.to_owned())),
        }
        if problems.is_empty() { Ok(ThemeEdit { based_on, choice }) } else { Err(problems) }
    }

    fn set(
        &self,
        choice: &mut ThemeChoice,
        setting: &Setting,
        text: &str,
    ) -> std::result::Result<(), String> {
        let now = self.values.get(&setting.key).map(String::as_str).unwrap_or_default();
        if setting.kind == SettingKind::Colour && same_colour(now, text) {
            // a browser shows every colour as #rrggbb; what nobody changed keeps its finer form
            return Ok(());
        }
        let value = setting.parse(text).map_err(|problem| problem.to_string())?;
        // what is as the theme has it follows the theme
        if value == setting.default {
            choice.values.remove(&setting.key);
        } else {
            choice.values.insert(setting.key.clone(), text_of(&value));
        }
        Ok(())
    }
}

fn same_colour(a: &str, b: &str) -> bool {
    let hex = |text: &str| Oklch::parse(text).ok().map(Oklch::to_hex);
    hex(a).is_some() && hex(a) == hex(b)
}

/// Changes what is set for the theme that the site wears.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::Invalid`] at `logo`, [`EngineError::Conflict`] if somebody else
/// changed it in between, or what the database says.
#[crate::boxed]
pub async fn edit_theme(site: &Site, actor: &Actor, edit: ThemeEdit) -> Result<()> {
    guard(site, actor)?;
    let ThemeEdit { based_on, choice } = edit;
    site.write(move |s| {
        Box::pin(async move {
            guard_mark(mark(&s.theme_choice().await?), based_on)?;
            if let Some(id) = choice.values.get(LOGO) {
                let no_picture = || EngineError::invalid("logo", "choose a picture of the library");
                let row = s.media_row(id.parse().map_err(|_| no_picture())?).await?.ok_or_else(no_picture)?;
                row.media.width.ok_or_else(no_picture)?;
            }
            s.set_theme_choice(&choice).await
        })
    })
    .await
}

/// Dresses the site in another theme. What was set stays and counts where the new theme knows it.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`] for a theme that the site may not wear, or what the
/// database says.
#[crate::boxed]
pub async fn choose_theme(site: &Site, actor: &Actor, name: &str) -> Result<Arc<Theme>> {
    guard(site, actor)?;
    let theme = allowed(site).into_iter().find(|theme| theme.name() == name);
    let theme = theme.ok_or(EngineError::NotFound("theme for this site"))?;
    let name = name.to_owned();
    site.write(move |s| {
        Box::pin(async move {
            let mut choice = s.theme_choice().await?;
            choice.theme = name;
            s.set_theme_choice(&choice).await
        })
    })
    .await?;
    Ok(theme)
}
