//! The look of the site: which theme it wears, and what that lets one set.

pub mod choose;
pub mod save;
pub mod show;

use std::{collections::BTreeMap, sync::Arc};

use actix_web::HttpRequest;
use rowhouse_engine::preferences::{Logo, ThemePage};
use rowhouse_render::{
    Theme,
    colour::{Oklch, READABLE},
    theme::{Setting, SettingKind},
};

use crate::{
    admin::{
        frame,
        view::{Choice, Contrast, EditorImage, OptionGroup, ThemeCard, ThemeOption, ThemeSettings, Tone},
    },
    extract::Member,
    state::Web,
};

const PAPER: &str = "oklch(0.985 0.004 85)";
const INK: &str = "oklch(0.22 0.015 60)";
const SHADE: &str = "oklch(0.9 0.012 85)";

fn hex(text: &str) -> Option<String> {
    Oklch::parse(text).ok().map(Oklch::to_hex)
}

fn card(theme: &Arc<Theme>, current: &str) -> ThemeCard {
    let manifest = &theme.manifest;
    let paper = manifest.paper.as_ref().map_or(PAPER, |paper| paper.light.as_str());
    let accent = manifest.setting("accent").map_or_else(|| INK.to_owned(), as_text);
    ThemeCard {
        name: theme.name().to_owned(),
        title: manifest.title.clone(),
        description: manifest.description.clone(),
        version: theme.build_id().to_owned(),
        current: theme.name() == current,
        screenshot: None,
        swatch: [paper, INK, &accent, SHADE].into_iter().filter_map(hex).collect(),
    }
}

fn as_text(setting: &Setting) -> String {
    match &setting.default {
        rowhouse_render::context::SettingValue::Text(text) => text.clone(),
        _ => String::new(),
    }
}

/// How well a colour can be read, where text is set in it.
fn contrast(setting: &Setting, paper: &str, value: &str) -> Option<Contrast> {
    let (colour, paper) = (Oklch::parse(value).ok()?, Oklch::parse(paper).ok()?);
    let ratio = setting.readable.then(|| colour.contrast(paper))?;
    let (tone, words) = match ratio {
        ratio if ratio >= READABLE => (Tone::Good, "easy to read."),
        _ => (Tone::Warning, "shown darker wherever it is text."),
    };
    Some(Contrast { tone, text: format!("{ratio:.1} to 1 on paper: {words}") })
}

fn option(setting: &Setting, paper: &str, value: &str) -> ThemeOption {
    let kind = match setting.kind {
        SettingKind::Colour => "colour",
        SettingKind::Choice => "choice",
        SettingKind::Flag => "switch",
        SettingKind::Paragraph => "markdown",
        SettingKind::Text | SettingKind::Number | SettingKind::Link => "text",
    };
    let shown = match setting.kind {
        SettingKind::Colour => hex(value).unwrap_or_else(|| value.to_owned()),
        SettingKind::Flag if matches!(value, "true" | "on") => "on".to_owned(),
        SettingKind::Flag => String::new(),
        _ => value.to_owned(),
    };
    let choice = |c: &rowhouse_render::theme::Choice| Choice {
        selected: c.value == value,
        ..Choice::new(&c.value, &c.label)
    };
    ThemeOption {
        key: setting.key.clone(),
        label: setting.label.clone(),
        help: setting.help.clone(),
        kind: kind.to_owned(),
        value: shown,
        choices: setting.choices.iter().map(choice).collect(),
        image: None,
        contrast: if setting.kind == SettingKind::Colour { contrast(setting, paper, value) } else { None },
    }
}

fn logo(base: &str, logo: Option<&Logo>) -> ThemeOption {
    ThemeOption {
        key: "logo".into(),
        label: "Logo".into(),
        help: "Stands beside or instead of the title, as the theme has it. At least 200 pixels high.".into(),
        kind: "image".into(),
        value: logo.map(|l| l.id.to_string()).unwrap_or_default(),
        image: logo.map(|l| EditorImage {
            id: l.id.to_string(),
            thumb: format!("{base}{}", l.thumb),
            alt: l.alt.clone(),
            name: l.name.clone(),
        }),
        ..ThemeOption::default()
    }
}

/// The screen with these values in its fields.
fn view(
    request: &HttpRequest,
    web: &Web,
    member: &Member,
    page: &ThemePage,
    values: &BTreeMap<String, String>,
) -> ThemeSettings {
    let manifest = &page.theme.manifest;
    let paper = manifest.paper.as_ref().map_or(PAPER, |paper| paper.light.as_str());
    let value =
        |key: &str| values.get(key).or_else(|| page.values.get(key)).map(String::as_str).unwrap_or_default();
    let group = |label: &str, first: Option<ThemeOption>, kinds: &[SettingKind]| {
        let fitting = manifest.settings.iter().filter(|setting| kinds.contains(&setting.kind));
        let options = first.into_iter().chain(fitting.map(|s| option(s, paper, value(&s.key)))).collect();
        OptionGroup { label: label.to_owned(), options }
    };
    use SettingKind::{Choice, Colour, Flag, Link, Number, Paragraph, Text};
    let mut groups = vec![
        group("Logo and colours", Some(logo(member.at.path(), page.logo.as_ref())), &[Colour]),
        group("Shape", None, &[Choice, Flag, Number]),
        group("Words", None, &[Text, Paragraph, Link]),
    ];
    groups.retain(|group| !group.options.is_empty());
    ThemeSettings {
        shell: frame::member(web, request, member, "Look", "/theme"),
        problems: Vec::new(),
        version: page.mark,
        themes: page.allowed.iter().map(|theme| card(theme, page.theme.name())).collect(),
        groups,
    }
}

/// The form's values, the last of each name.
fn flat(given: BTreeMap<String, Vec<String>>) -> BTreeMap<String, String> {
    given.into_iter().filter_map(|(key, mut values)| Some((key, values.pop()?))).collect()
}
