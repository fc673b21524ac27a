//! The command line. Each verb opens the databases itself and works beside running nodes, whose pages follow
//! within the promised time. Results go to standard output, as text or with `--json` as JSON; everything else
//! to standard error. The exit code is 0 only on success.

mod ask;
mod cache;
mod config;
mod content;
mod doctor;
mod hint;
mod ops;
mod out;
mod progress;
mod serve;
mod session;
mod tenant;
mod theme;
mod user;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
pub use out::Out;
pub use session::{Session, home};

use crate::config::Config;

/// Hosts many web sites in one program.
#[derive(Debug, Parser)]
#[command(
    name = "rowhouse",
    version,
    about,
    after_help = "Examples:\n  rowhouse serve --demo\n  rowhouse tenant create acme --title \"Acme Joinery\" --recipe company\n  rowhouse content list --tenant acme --json"
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

/// Flags of every verb.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Settings file; `rowhouse.toml` in the working directory where it is there
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve sites
    Serve(serve::Serve),
    /// Sites: create, list, show, edit, suspend, resume, reset, delete, undelete, gc, migrate, backup, restore
    #[command(subcommand)]
    Tenant(tenant::Verb),
    /// Pages and posts: publish, list, show, unpublish
    #[command(subcommand)]
    Content(content::Verb),
    /// People: create, list, reset-link, disable
    #[command(subcommand)]
    User(user::Verb),
    /// Themes: check
    #[command(subcommand)]
    Theme(theme::Verb),
    /// Rendered pages in the memory of the running node: explain, purge
    #[command(subcommand)]
    Cache(cache::Verb),
    /// Look at every part and say what to do
    Doctor(doctor::Doctor),
    /// Show or check the settings
    #[command(subcommand)]
    Config(config::Verb),
}

impl Common {
    /// The settings, with `flags` on top.
    ///
    /// # Errors
    /// The first key that cannot be used.
    pub fn settings(&self, flags: &[(&str, String)]) -> anyhow::Result<Config> {
        Ok(Config::load(self.config.as_deref(), std::env::vars(), flags)?)
    }
}

/// Runs a command line.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // help and version are no failures
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let out = Out::new(cli.common.json);
    match verb(cli, &out).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out.fail(&error);
            ExitCode::FAILURE
        }
    }
}

async fn verb(cli: Cli, out: &Out) -> anyhow::Result<()> {
    match cli.verb {
        Verb::Serve(serve) => serve.run(&cli.common, out).await,
        Verb::Tenant(verb) => verb.run(&cli.common, out).await,
        Verb::Content(verb) => verb.run(&cli.common, out).await,
        Verb::User(verb) => verb.run(&cli.common, out).await,
        Verb::Theme(verb) => verb.run(out),
        Verb::Cache(verb) => verb.run(&cli.common, out).await,
        Verb::Doctor(verb) => verb.run(&cli.common, out).await,
        Verb::Config(verb) => verb.run(&cli.common, out),
    }
}
