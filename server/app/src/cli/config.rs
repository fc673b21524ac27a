//! `rowhouse config`: what is set, and by what.

use clap::Subcommand;
use serde_json::json;

use super::{Common, Out};

/// Verbs on settings.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show every setting, its value and where it was set
    #[command(after_help = "Example:\n  rowhouse config show --config /etc/rowhouse.toml")]
    Show,
    /// Check the settings and say what is wrong
    #[command(after_help = "Example:\n  rowhouse config check && systemctl restart rowhouse")]
    Check,
}

/// Keys whose values may carry passwords.
const SECRET: &[&str] = &["database.url", "tenancy.database_url", "redis.url", "mail.url"];

impl Verb {
    /// # Errors
    /// The first setting that cannot be used.
    pub fn run(&self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let config = common.settings(&[])?;
        match self {
            Verb::Check => out.result(&json!({ "ok": true }), || "the settings can be used".to_owned()),
            Verb::Show => {
                let rows: Vec<_> = config
                    .raw
                    .iter()
                    .map(|(key, given)| (key, shown(key, &given.value.to_string()), given.source.clone()))
                    .collect();
                let all: serde_json::Map<String, serde_json::Value> = rows
                    .iter()
                    .map(|(key, value, source)| {
                        ((*key).to_owned(), json!({ "value": value, "source": source }))
                    })
                    .collect();
                out.result(&all, || {
                    let line = |(key, value, source): &(&str, String, String)| {
                        format!("{key:34} {value:44} {source}")
                    };
                    rows.iter().map(line).collect::<Vec<_>>().join("\n")
                });
            }
        }
        Ok(())
    }
}

/// The value without a password.
fn shown(key: &str, value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://").filter(|_| SECRET.contains(&key)) else {
        return value.to_owned();
    };
    match rest.split_once('@') {
        Some((user, host)) if user.contains(':') => {
            format!("{scheme}://{}:***@{host}", user.split(':').next().unwrap_or_default())
        }
        _ => value.to_owned(),
    }
}
