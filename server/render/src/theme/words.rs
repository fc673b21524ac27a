//! What themes say around the content ("Older posts", "Skip to content", months), by language.
//!
//! `words/<language>.toml` holds `key = "text"`. English must be complete; another language may leave keys
//! out and gets the English ones. A theme's words go before those of the theme it extends.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{ThemeError, files::ThemeFiles, text_of};

const FALLBACK: &str = "en";

/// The words of a theme.
#[derive(Debug, Default)]
pub(super) struct Words {
    by_language: BTreeMap<String, BTreeMap<String, String>>,
}

impl Words {
    /// Reads the words of a theme and of those it extends, the theme itself first.
    pub(super) fn read(lineage: &[Arc<ThemeFiles>]) -> Result<Self, ThemeError> {
        let mut words = Self::default();
        for files in lineage.iter().rev() {
            for (path, bytes) in &files.files {
                let language = path.strip_prefix("words/").and_then(|file| file.strip_suffix(".toml"));
                let Some(language) = language else { continue };
                let text = text_of(&files.name, path, bytes)?;
                let read: BTreeMap<String, String> = toml::from_str(&text).map_err(|e| ThemeError::File {
                    theme: files.name.clone(),
                    file: path.clone(),
                    message: e.to_string(),
                })?;
                words.by_language.entry(language.to_ascii_lowercase()).or_default().extend(read);
            }
        }
        Ok(words)
    }

    /// The text for a key in the language, in its primary language (`pt` for `pt-BR`), or in English.
    pub(super) fn get(&self, key: &str, language: &str) -> Option<&str> {
        let exact = language.to_ascii_lowercase();
        let primary = exact.split(['-', '_']).next().unwrap_or_default();
        [exact.as_str(), primary, FALLBACK]
            .into_iter()
            .find_map(|language| self.by_language.get(language)?.get(key))
            .map(String::as_str)
    }

    pub(super) fn languages(&self) -> Vec<&str> {
        self.by_language.keys().map(String::as_str).collect()
    }

    /// Keys of other languages that English does not have: misspelt ones, never shown.
    pub(super) fn strangers(&self) -> Vec<String> {
        let english: BTreeSet<&String> =
            self.by_language.get(FALLBACK).map(|words| words.keys().collect()).unwrap_or_default();
        let mut found = Vec::new();
        for (language, words) in &self.by_language {
            found.extend(
                words.keys().filter(|key| !english.contains(key)).map(|key| format!("{language}: {key}")),
            );
        }
        found
    }
}
