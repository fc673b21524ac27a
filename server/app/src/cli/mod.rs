//! The command line. Each verb opens the databases itself and works beside running nodes, whose pages follow
//! within the promised time. Results go to standard output, as text or with `--json` as JSON; everything else
//! to standard error. The exit code is 0 only on success.

mod ask;
mod cache;
mod cluster;
mod config;
mod content;
mod doctor;
mod health;
mod hint;
mod import;
mod ops;
mod out;
mod progress;
mod serve;
mod session;
mod tenant;
mod theme;
mod user;
mod wait;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use futures_util::future::LocalBoxFuture;
pub use out::Out;
pub use session::{Session, home};

use crate::config::Config;

/// Hosts many web sites in one program.
#[derive(Debug, Parser)]
#[command(
    name = "rowhouse",
    version,
    about = "Hosts many web sites in one program",
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
    /// Sites from other systems: wordpress
    #[command(subcommand)]
    Import(import::Verb),
    /// Rendered pages in the memory of the running node: explain, purge
    #[command(subcommand)]
    Cache(cache::Verb),
    /// The nodes of an installation: status
    #[command(subcommand)]
    Cluster(cluster::Verb),
    /// Look at every part and say what to do
    Doctor(doctor::Doctor),
    /// Ask the running node whether it is ready
    Health(health::Health),
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

/// Runs a command line. Boxed, so that whoever calls it does not compile the whole program once more.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> LocalBoxFuture<'static, ExitCode> {
    Box::pin(run_words(arguments.into_iter().collect()))
}

async fn run_words(arguments: Vec<OsString>) -> ExitCode {
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
        Verb::Import(verb) => verb.run(&cli.common, out).await,
        Verb::Cache(verb) => verb.run(&cli.common, out).await,
        Verb::Cluster(verb) => verb.run(&cli.common, out).await,
        Verb::Doctor(verb) => verb.run(&cli.common, out).await,
        Verb::Health(verb) => verb.run(&cli.common, out).await,
        Verb::Config(verb) => verb.run(&cli.common, out),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory};

    use super::*;

    fn leaves<'c>(command: &'c Command, path: &str, found: &mut Vec<(String, &'c Command)>) {
        for verb in command.get_subcommands() {
            let path = format!("{path} {}", verb.get_name());
            if verb.has_subcommands() { leaves(verb, &path, found) } else { found.push((path, verb)) }
        }
    }

    #[test]
    fn every_verb_says_what_it_does_and_shows_an_example() {
        let cli = Cli::command();
        cli.clone().debug_assert();
        let mut found = Vec::new();
        leaves(&cli, "rowhouse", &mut found);
        assert!(found.len() > 25, "{}", found.len());
        for (path, verb) in found {
            let example = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(example.contains(&path), "{path}: {example}");
            assert!(verb.get_about().is_some(), "{path}");
            for argument in verb.get_arguments() {
                assert!(argument.get_help().is_some(), "{path} {}", argument.get_id());
            }
        }
    }

    #[test]
    fn examples_are_command_lines_that_are_understood() {
        let cli = Cli::command();
        let mut found = Vec::new();
        leaves(&cli, "rowhouse", &mut found);
        for (_, verb) in found {
            let text = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in text.lines().filter_map(|line| line.find("rowhouse ").and_then(|at| line.get(at..))) {
                let line = line.split(['|', '&', '>']).next().unwrap_or_default();
                assert!(Cli::try_parse_from(words(line)).is_ok(), "{line}");
            }
        }
    }

    /// Words as a shell reads them, as far as the examples go.
    fn words(line: &str) -> Vec<String> {
        let quoted = line.split('"').enumerate();
        let parts = quoted.flat_map(|(n, part)| match n % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        });
        parts.collect()
    }
}
