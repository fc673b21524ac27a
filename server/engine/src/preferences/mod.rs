//! What administrators set for a whole site: its settings, and the theme it wears.
//!
//! Both are one value each, changed as a whole. A form carries a mark of the value it was made from; a save
//! that was based on another value is refused, so that two people at once cannot undo one another's work.

mod accent;
mod settings;
mod theme;

use serde::Serialize;
use sha2::{Digest, Sha256};

pub use accent::accent_stylesheet;
pub use settings::{HomeChoice, SettingsEdit, edit_settings, home_choices, settings, settings_mark, zone};
pub use theme::{
    Logo, SettingProblem, ThemeEdit, ThemePage, choose_theme, edit_theme, logo, theme_choice, theme_page,
};

use crate::error::{EngineError, Result};

/// A short mark of a value: equal for equal values. It fits every number that a form can carry.
fn mark(value: &impl Serialize) -> u64 {
    let text = serde_json::to_vec(value).unwrap_or_default();
    let digest = Sha256::digest(&text);
    digest.iter().take(6).fold(0, |mark, byte| mark << 8 | u64::from(*byte))
}

/// Refuses a save that was based on another value.
fn guard_mark(present: u64, based_on: u64) -> Result<()> {
    if present == based_on {
        return Ok(());
    }
    let text = "somebody changed this in the meantime; open the page again, then save what you want to keep";
    Err(EngineError::Conflict(text.into()))
}
