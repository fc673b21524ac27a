//! The files of a theme, embedded or read from a directory, all in memory.

use std::{borrow::Cow, collections::BTreeMap, fs, io, path::Path, sync::Arc};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::{ThemeError, short_hash};

#[derive(RustEmbed)]
#[folder = "../../themes"]
struct Shipped;

/// A theme as it lies on disk.
#[derive(Debug)]
pub(super) struct ThemeFiles {
    /// Name of its folder.
    pub name: String,
    /// Contents by path within the folder, with forward slashes.
    pub files: BTreeMap<String, Cow<'static, [u8]>>,
    /// Names the exact content of all files.
    pub hash: String,
}

impl ThemeFiles {
    fn new(name: &str, files: BTreeMap<String, Cow<'static, [u8]>>) -> Self {
        let mut digest = Sha256::new();
        for (path, bytes) in &files {
            // lengths keep two files from passing for one
            digest.update((path.len() as u64).to_le_bytes());
            digest.update(path.as_bytes());
            digest.update((bytes.len() as u64).to_le_bytes());
            digest.update(bytes);
        }
        Self { name: name.to_owned(), files, hash: short_hash(digest) }
    }
}

/// The themes in the program.
pub(super) fn embedded() -> BTreeMap<String, Arc<ThemeFiles>> {
    let mut themes: BTreeMap<String, BTreeMap<String, Cow<'static, [u8]>>> = BTreeMap::new();
    for path in Shipped::iter() {
        if let (Some((name, rest)), Some(file)) = (path.split_once('/'), Shipped::get(&path)) {
            themes.entry(name.to_owned()).or_default().insert(rest.to_owned(), file.data);
        }
    }
    let finished = |(name, files): (String, _)| (name.clone(), Arc::new(ThemeFiles::new(&name, files)));
    themes.into_iter().map(finished).collect()
}

/// The themes of a directory: every folder in it that has a `theme.toml`.
pub(super) fn in_directory(directory: &Path) -> Result<BTreeMap<String, Arc<ThemeFiles>>, ThemeError> {
    let fail = |source| read_error("", directory, source);
    let mut themes = BTreeMap::new();
    for entry in fs::read_dir(directory).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.join("theme.toml").is_file() {
            let files = one(&path)?;
            themes.insert(files.name.clone(), Arc::new(files));
        }
    }
    Ok(themes)
}

/// One theme from its folder.
pub(super) fn one(folder: &Path) -> Result<ThemeFiles, ThemeError> {
    let canonical = folder.canonicalize().map_err(|e| read_error("", folder, e))?;
    let name = canonical.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let mut files = BTreeMap::new();
    collect(&name, &canonical, "", &mut files)?;
    Ok(ThemeFiles::new(&name, files))
}

fn collect(
    theme: &str,
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Cow<'static, [u8]>>,
) -> Result<(), ThemeError> {
    for entry in fs::read_dir(folder).map_err(|e| read_error(theme, folder, e))? {
        let entry = entry.map_err(|e| read_error(theme, folder, e))?;
        let path = entry.path();
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        if name.starts_with('.') {
            continue; // leftovers of editors and version control are no part of a theme
        }
        if path.is_dir() {
            collect(theme, &path, &format!("{prefix}{name}/"), files)?;
        } else {
            let bytes = fs::read(&path).map_err(|e| read_error(theme, &path, e))?;
            files.insert(format!("{prefix}{name}"), Cow::Owned(bytes));
        }
    }
    Ok(())
}

fn read_error(theme: &str, path: &Path, source: io::Error) -> ThemeError {
    ThemeError::Read { theme: theme.to_owned(), path: path.display().to_string(), source }
}

/// The media type of an asset, by its ending.
#[must_use]
pub fn content_type(file: &str) -> &'static str {
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        Some("gif") => "image/gif",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
