//! A site's settings as a stylesheet of custom properties.
//!
//! Pages carry no inline style, so that their policy can forbid it; this sheet is served from its own address,
//! which carries its hash. Values come from parsed colours, from the theme's own choices, or are numbers:
//! nothing a tenant typed is copied into it.

use sha2::{Digest, Sha256};

use super::{
    manifest::{Manifest, Setting, SettingKind},
    short_hash,
};
use crate::{
    colour::{Oklch, READABLE},
    context::{SettingValue, Settings},
};

const LIGHT: Oklch = Oklch { l: 0.985, c: 0.004, h: 85.0 };
const DARK: Oklch = Oklch { l: 0.22, c: 0.015, h: 60.0 };

/// A generated stylesheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stylesheet {
    /// The text.
    pub css: String,
    /// Names its exact content: 16 hexadecimal digits.
    pub hash: String,
}

impl Stylesheet {
    /// The tenant-relative address: `/assets/site/{hash}.css`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/assets/site/{}.css", self.hash)
    }
}

/// The stylesheet of a theme's settings.
pub(super) fn theme_css(manifest: &Manifest, settings: &Settings) -> Stylesheet {
    let (mut light, mut dark) = (String::new(), String::new());
    for setting in &manifest.settings {
        let Some(property) = &setting.css else { continue };
        let value = settings.get(&setting.key).filter(|v| setting.accepts(v)).unwrap_or(&setting.default);
        match (setting.kind, value) {
            (SettingKind::Colour, SettingValue::Text(text)) => {
                let (on_light, on_dark) = both(manifest, setting, text);
                light.push_str(&format!("  --{property}: {on_light};\n"));
                dark.push_str(&format!("  --{property}: {on_dark};\n"));
            }
            (SettingKind::Choice, SettingValue::Text(text)) => {
                let choice = setting.choices.iter().find(|choice| &choice.value == text);
                if let Some(choice) = choice {
                    let css = choice.css.as_ref().unwrap_or(&choice.value);
                    light.push_str(&format!("  --{property}: {css};\n"));
                }
            }
            (SettingKind::Number, SettingValue::Number(n)) => {
                light.push_str(&format!("  --{property}: {n};\n"));
            }
            _ => {}
        }
    }
    // The switch writes data-scheme; without it the system decides.
    let css = format!(
        ":root {{\n{light}}}\n@media (prefers-color-scheme: dark) {{\n:root:not([data-scheme=\"light\"]) {{\n{dark}}}\n}}\n\
         :root[data-scheme=\"dark\"] {{\n{dark}}}\n"
    );
    let mut digest = Sha256::new();
    digest.update(css.as_bytes());
    Stylesheet { hash: short_hash(digest), css }
}

/// A colour for light paper and for dark paper.
fn both(manifest: &Manifest, setting: &Setting, text: &str) -> (Oklch, Oklch) {
    let colour = Oklch::parse(text).unwrap_or(LIGHT);
    if !setting.readable {
        return (colour, colour);
    }
    let paper = |own: Option<&String>, usual| own.and_then(|text| Oklch::parse(text).ok()).unwrap_or(usual);
    let own = manifest.paper.as_ref();
    let light = paper(own.map(|paper| &paper.light), LIGHT);
    let dark = paper(own.map(|paper| &paper.dark), DARK);
    // On dark paper the least that passes looks dull; a little more light keeps the colour a colour.
    (colour.readable_on(light, READABLE), colour.readable_on(dark, 6.0))
}
