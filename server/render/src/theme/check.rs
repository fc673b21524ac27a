//! `rowhouse theme check`: what is wrong with a theme, before visitors see it.
//!
//! Every page template is rendered with every sample of its kind, which runs the layout and all parts; what
//! comes out must not rely on inline script or style, since the public pages' policy forbids both.

use std::{fmt, path::Path, sync::Arc};

use super::{Theme, ThemeError, files, render_sample};
use crate::{RenderError, context::samples};

/// The templates that every theme has, of its own or inherited.
pub(super) const PAGES: [&str; 10] = [
    "home.html",
    "page.html",
    "post.html",
    "listing.html",
    "404.html",
    "403.html",
    "500.html",
    "503.html",
    "password.html",
    "landing.html",
];

/// One thing that is wrong with a theme.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The file, as far as known.
    pub file: String,
    /// The line, as far as known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// Checks the theme in a folder; it may extend an embedded theme or one that lies beside it. Empty if all is well.
#[must_use]
pub fn check_theme(folder: &Path) -> Vec<Problem> {
    match load(folder) {
        Ok(theme) => check_loaded(&theme),
        Err(error) => vec![of_theme_error(error)],
    }
}

fn load(folder: &Path) -> Result<Theme, ThemeError> {
    let own = files::one(folder)?;
    let mut sources = files::embedded();
    let beside = folder.canonicalize().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    if let Some(beside) = beside {
        sources.extend(files::in_directory(&beside)?);
    }
    let name = own.name.clone();
    sources.insert(name.clone(), Arc::new(own));
    Theme::build(&name, &sources)
}

/// Checks a theme that compiles.
pub(super) fn check_loaded(theme: &Theme) -> Vec<Problem> {
    let mut problems = Vec::new();
    for sample in samples::all(theme) {
        let at = |message: String| Problem { file: sample.template.into(), line: None, message };
        match render_sample(theme, sample.template, &sample.values) {
            Ok(html) => problems.extend(forbidden(&html).map(|what| {
                at(format!("sample `{}`: {what}, which the policy of public pages forbids", sample.name))
            })),
            Err(error) => problems.push(of_render_error(error, &sample.name)),
        }
    }
    let stranger =
        |key| Problem { file: "words".into(), line: None, message: format!("`{key}` is no English key") };
    problems.extend(theme.words.strangers().into_iter().map(stranger));
    problems.sort_by(|a, b| (&a.file, a.line, &a.message).cmp(&(&b.file, b.line, &b.message)));
    problems.dedup_by(|a, b| a.file == b.file && a.line == b.line && a.line.is_some());
    problems
}

/// Finds what `default-src 'self'` would block.
fn forbidden(html: &str) -> impl Iterator<Item = &'static str> {
    let lower = html.to_ascii_lowercase();
    let inline_script = lower.split("<script").skip(1).any(|tag| {
        let tag = tag.split('>').next().unwrap_or_default();
        !tag.contains("src=") && !tag.contains("ld+json")
    });
    [
        (inline_script, "an inline script"),
        (lower.contains("<style"), "an inline style sheet"),
        (lower.contains(" style=\""), "a style attribute"),
        (lower.contains(" onclick="), "an event handler"),
    ]
    .into_iter()
    .filter_map(|(found, what)| found.then_some(what))
}

fn of_theme_error(error: ThemeError) -> Problem {
    match error {
        ThemeError::Template { source, .. } => of_render_error(source, ""),
        ThemeError::File { file, message, .. } => Problem { file, line: None, message },
        ThemeError::Read { path, source, .. } => {
            Problem { file: path, line: None, message: source.to_string() }
        }
        other @ ThemeError::Parent { .. } => {
            Problem { file: "theme.toml".into(), line: None, message: other.to_string() }
        }
    }
}

fn of_render_error(error: RenderError, sample: &str) -> Problem {
    let with =
        |message: String| if sample.is_empty() { message } else { format!("sample `{sample}`: {message}") };
    match error {
        RenderError::Template { template, line, message } => {
            Problem { file: template, line, message: with(message) }
        }
        RenderError::TooLarge { ref template, .. } => {
            Problem { file: template.clone(), line: None, message: with(error.to_string()) }
        }
        RenderError::Missing(ref name) => {
            Problem { file: name.clone(), line: None, message: with(error.to_string()) }
        }
    }
}
