//! `rowhouse theme`: looking at a theme before visitors do.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use rowhouse_render::theme::check_theme;
use serde_json::json;

use super::Out;

/// Verbs on themes.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Compile a theme and render every page of it with samples
    #[command(after_help = "Example:\n  rowhouse theme check themes/mine")]
    Check(Check),
}

/// Which theme.
#[derive(Debug, Args)]
pub struct Check {
    /// The folder with its theme.toml
    folder: PathBuf,
}

impl Verb {
    /// # Errors
    /// If anything is wrong with the theme.
    pub fn run(self, out: &Out) -> anyhow::Result<()> {
        let Verb::Check(Check { folder }) = self;
        let problems = check_theme(&folder);
        let ok = problems.is_empty();
        let told = json!({ "ok": ok, "problems": problems });
        if !ok {
            let text = || problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            let wrong = format!("{} has {} faults", folder.display(), problems.len());
            return Err(out.flawed(&told, text, wrong));
        }
        out.result(&told, || format!("{} is a theme that sites can wear", folder.display()));
        Ok(())
    }
}
