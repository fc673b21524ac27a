//! Themes: what a site looks like. A theme is a folder of templates, assets, words and a manifest; the ones
//! shipped are embedded in the program, a directory of the operator adds more or replaces whole ones.
//!
//! A theme is read, checked and compiled once when the program starts and never changes after that. Its
//! `build` names its exact content and is part of every render key. Themes are code of the operator's:
//! tenants choose and configure them, they cannot write them.

mod check;
mod files;
mod manifest;
mod stylesheet;
mod words;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use serde::Serialize;
use sha2::{Digest, Sha256};

pub use check::{Problem, check_theme};
use files::ThemeFiles;
pub use files::content_type;
pub use manifest::{Choice, Manifest, MenuPlace, Setting, SettingError, SettingKind};
pub use stylesheet::Stylesheet;
use words::Words;

use crate::{
    context::{Settings, View},
    engine::{TemplateHelpers, Templates},
    error::RenderError,
};

/// The theme every other one may build on, and what sites get that ask for one that is gone.
pub const DEFAULT_THEME: &str = "default";

/// A theme cannot be used. Names the theme and the file.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// A file could not be read.
    #[error("theme {theme}: cannot read {path}: {source}")]
    Read {
        /// The theme's folder name.
        theme: String,
        /// The file or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is there but wrong.
    #[error("theme {theme}: {file}: {message}")]
    File {
        /// The theme's name.
        theme: String,
        /// Path within the theme.
        file: String,
        /// What is wrong, with line if known.
        message: String,
    },
    /// A template does not compile.
    #[error("theme {theme}: {source}")]
    Template {
        /// The theme's name.
        theme: String,
        /// Where and what.
        source: RenderError,
    },
    /// It extends a theme that is not there, or itself.
    #[error("theme {theme}: extends `{parent}`, which is not a theme it can build on")]
    Parent {
        /// The theme's name.
        theme: String,
        /// The name in its manifest.
        parent: String,
    },
}

/// All themes of this program, by name.
#[derive(Clone, Debug)]
pub struct Themes {
    all: BTreeMap<String, Arc<Theme>>,
}

impl Themes {
    /// Loads the embedded themes and those in `directory`; one of the same name there replaces the embedded
    /// one as a whole.
    ///
    /// # Errors
    /// The first theme that cannot be read or compiled. Nothing is left out silently.
    pub fn load(directory: Option<&Path>) -> Result<Self, ThemeError> {
        let mut sources = files::embedded();
        if let Some(directory) = directory {
            sources.extend(files::in_directory(directory)?);
        }
        Self::build(&sources)
    }

    fn build(sources: &BTreeMap<String, Arc<ThemeFiles>>) -> Result<Self, ThemeError> {
        let mut all = BTreeMap::new();
        for name in sources.keys() {
            all.insert(name.clone(), Arc::new(Theme::build(name, sources)?));
        }
        Ok(Self { all })
    }

    /// The theme of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Theme>> {
        self.all.get(name)
    }

    /// The theme of that name, or the default one.
    #[must_use]
    pub fn get_or_default(&self, name: &str) -> Option<&Arc<Theme>> {
        self.get(name).or_else(|| self.get(DEFAULT_THEME))
    }

    /// All themes, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Theme>> {
        self.all.values()
    }

    /// What stands behind `/assets/{theme}/{hash}/{file}`.
    #[must_use]
    pub fn asset(&self, theme: &str, hash: &str, file: &str) -> Option<Asset<'_>> {
        let own = self.all.get(theme)?.own()?;
        let bytes = own.files.get(&format!("assets/{file}"))?;
        Some(Asset { bytes, content_type: content_type(file), hash: &own.hash, current: own.hash == hash })
    }
}

/// A file of a theme for browsers.
#[derive(Clone, Copy, Debug)]
pub struct Asset<'t> {
    /// The file.
    pub bytes: &'t Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
    /// The content hash that its address carries now.
    pub hash: &'t str,
    /// Whether the address asked for carries that hash. Only then may the answer be called immutable; during a
    /// rolling update a page of another build may ask for another one.
    pub current: bool,
}

/// One theme, ready to render.
#[derive(Debug)]
pub struct Theme {
    /// Title, settings, menu places and so on, with what it inherits.
    pub manifest: Manifest,
    build: String,
    lineage: Vec<Arc<ThemeFiles>>,
    templates: Templates,
    words: Arc<Words>,
}

impl Theme {
    fn build(name: &str, sources: &BTreeMap<String, Arc<ThemeFiles>>) -> Result<Self, ThemeError> {
        let (lineage, manifest) = lineage(name, sources)?;
        let words = Arc::new(Words::read(&lineage)?);
        let helpers = helpers(&lineage, &words);
        let mut seen = BTreeSet::new();
        let mut templates = Vec::new();
        let mut digest = Sha256::new();
        for files in &lineage {
            digest.update(files.hash.as_bytes());
            for (path, bytes) in &files.files {
                let Some(template) = path.strip_prefix("templates/") else { continue };
                let source = text_of(&files.name, path, bytes)?;
                seen.insert(template);
                templates.push((format!("{}/{template}", files.name), source));
            }
        }
        let prefixes: Vec<String> = lineage.iter().map(|files| format!("{}/", files.name)).collect();
        let compiled = Templates::compile_with_fallbacks(templates, &prefixes, &helpers)
            .map_err(|source| ThemeError::Template { theme: name.to_owned(), source })?;
        if let Some(missing) = check::PAGES.iter().find(|page| !seen.contains(**page)) {
            return Err(ThemeError::File {
                theme: name.to_owned(),
                file: format!("templates/{missing}"),
                message: "is missing; add it or extend a theme that has it".into(),
            });
        }
        let build = short_hash(digest);
        Ok(Self { manifest, build, lineage, templates: compiled, words })
    }

    /// The theme's name: its folder's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// Names the exact content of the theme and of those it extends: 16 hexadecimal digits, the same in every
    /// process that has the same files.
    #[must_use]
    pub fn build_id(&self) -> &str {
        &self.build
    }

    /// The compiled templates.
    #[must_use]
    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    /// Languages the theme has words of its own for.
    #[must_use]
    pub fn languages(&self) -> Vec<&str> {
        self.words.languages()
    }

    /// Renders a page.
    ///
    /// # Errors
    /// If the theme's template fails on these values or writes too much.
    pub fn render<V: View>(&self, view: &V) -> Result<String, RenderError> {
        self.templates.render(V::TEMPLATE, view)
    }

    /// The settings of a site in this theme: stored values that fit the schema, defaults for the others.
    /// Values of another theme's settings are left out.
    #[must_use]
    pub fn settings(&self, stored: &Settings) -> Settings {
        self.manifest.resolve(stored)
    }

    /// The stylesheet that puts these settings into effect. Its address is `{base}/assets/site/{hash}.css`.
    #[must_use]
    pub fn stylesheet(&self, settings: &Settings) -> Stylesheet {
        stylesheet::theme_css(&self.manifest, settings)
    }

    /// The tenant-relative address of an asset of this theme or of one it extends.
    #[must_use]
    pub fn asset_address(&self, file: &str) -> Option<String> {
        address(&self.lineage, file)
    }

    /// Paths of all assets, inherited ones included, sorted.
    #[must_use]
    pub fn asset_files(&self) -> BTreeSet<&str> {
        let all = self.lineage.iter().flat_map(|files| files.files.keys());
        all.filter_map(|path| path.strip_prefix("assets/")).collect()
    }

    fn own(&self) -> Option<&ThemeFiles> {
        self.lineage.first().map(Arc::as_ref)
    }
}

/// The theme's files and those it extends, itself first, and the manifest they add up to.
fn lineage(
    name: &str,
    sources: &BTreeMap<String, Arc<ThemeFiles>>,
) -> Result<(Vec<Arc<ThemeFiles>>, Manifest), ThemeError> {
    let mut lineage: Vec<Arc<ThemeFiles>> = Vec::new();
    let mut manifests = Vec::new();
    let mut next = Some(name.to_owned());
    while let Some(current) = next {
        let fits = !lineage.iter().any(|files| files.name == current);
        let Some(files) = sources.get(&current).filter(|_| fits) else {
            return Err(ThemeError::Parent { theme: name.to_owned(), parent: current });
        };
        let manifest = Manifest::read(files)?;
        next = manifest.extends.clone();
        lineage.push(Arc::clone(files));
        manifests.push(manifest);
    }
    let mut parents = manifests.into_iter().rev();
    let eldest = parents.next().unwrap_or_default();
    Ok((lineage, parents.fold(eldest, |parent, child| child.over(parent))))
}

fn helpers(lineage: &[Arc<ThemeFiles>], words: &Arc<Words>) -> TemplateHelpers {
    let files = lineage.to_vec();
    let words = Arc::clone(words);
    TemplateHelpers {
        asset: Some(Arc::new(move |file| address(&files, file))),
        word: Some(Arc::new(move |key, language| words.get(key, language).map(str::to_owned))),
    }
}

fn address(lineage: &[Arc<ThemeFiles>], file: &str) -> Option<String> {
    let path = format!("assets/{file}");
    let owner = lineage.iter().find(|files| files.files.contains_key(&path))?;
    Some(format!("/assets/{}/{}/{file}", owner.name, owner.hash))
}

fn text_of(theme: &str, file: &str, bytes: &[u8]) -> Result<String, ThemeError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| ThemeError::File {
        theme: theme.to_owned(),
        file: file.to_owned(),
        message: "is not UTF-8 text".into(),
    })
}

/// Sixteen hexadecimal digits: enough to tell contents apart, short in an address.
fn short_hash(digest: Sha256) -> String {
    hex::encode(digest.finalize()).chars().take(16).collect()
}

/// Renders any serialisable values with a page template; for the check, whose samples are of all kinds.
fn render_sample<T: Serialize>(theme: &Theme, template: &str, values: &T) -> Result<String, RenderError> {
    theme.templates.render(template, values)
}

#[cfg(test)]
mod tests;
