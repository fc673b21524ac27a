//! `rowhouse tenant edit`.

use clap::Args;
use rowhouse_engine::tenants::EditTenant;

use super::facts::Facts;
use crate::cli::{Out, Session, wait::Waiting};

/// Change title, addresses, limits. What is not named stays as it is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rowhouse tenant edit acme --prefix /eu/acme
  rowhouse tenant edit acme --host acme.example --host www.acme.example
  rowhouse tenant edit acme --no-prefix --host acme.example
  rowhouse tenant edit acme --quota-media 2048 --theme-allowed foundry")]
pub struct Edit {
    /// Its name or id
    name: String,
    /// What people call it
    #[arg(long)]
    title: Option<String>,
    /// Where it is below the base; the old prefix goes on leading to it
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// No prefix: only hosts of its own lead to it
    #[arg(long, conflicts_with = "prefix")]
    no_prefix: bool,
    /// A host of its own; all that are given replace all that were. May be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// No hosts of its own
    #[arg(long, conflicts_with = "hosts")]
    no_hosts: bool,
    /// The group of nodes that serves it
    #[arg(long)]
    ring: Option<String>,
    /// A theme it may wear. May be repeated; "all" for all
    #[arg(long = "theme-allowed", value_name = "THEME")]
    themes: Vec<String>,
    /// A feature it may use: posts, media, import, themes, redirects, passwords. May be repeated; "all" for all
    #[arg(long = "feature-allowed", value_name = "FEATURE")]
    features: Vec<String>,
    /// Media at most, in MiB; 0 for no limit
    #[arg(long, value_name = "MIB")]
    quota_media: Option<u64>,
    /// Pages and posts at most; 0 for no limit
    #[arg(long, value_name = "NUMBER")]
    quota_items: Option<u64>,
    /// Users at most; 0 for no limit
    #[arg(long, value_name = "NUMBER")]
    quota_users: Option<u64>,
    #[command(flatten)]
    waiting: Waiting,
}

impl Edit {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let before = session.tenants().show(&self.name, &session.actor).await?;
        let mut quotas = before.quotas;
        if let Some(mib) = self.quota_media {
            quotas.media_bytes = mib.saturating_mul(1 << 20);
        }
        quotas.items = self.quota_items.unwrap_or(quotas.items);
        quotas.users = self.quota_users.unwrap_or(quotas.users);
        let edit = EditTenant {
            title: self.title,
            prefix: if self.no_prefix { Some(String::new()) } else { self.prefix },
            hosts: (self.no_hosts || !self.hosts.is_empty()).then_some(self.hosts),
            ring: self.ring,
            themes: allowed(self.themes),
            features: allowed(self.features),
            quotas: Some(quotas),
            seen: None,
        };
        let changed = session.tenants().edit(&before.id.to_string(), edit, &session.actor).await?;
        let facts = Facts::of(session, &changed);
        out.result(&facts, || facts.text());
        let what = format!("{} is changed", facts.name);
        self.waiting.until_known(session, facts.id, &what, out).await
    }
}

/// Nothing given changes nothing; "all" takes the limit away.
fn allowed(names: Vec<String>) -> Option<Vec<String>> {
    if names.is_empty() {
        return None;
    }
    Some(if names.iter().any(|n| n == "all") { Vec::new() } else { names })
}
