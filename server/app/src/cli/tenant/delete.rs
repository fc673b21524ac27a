//! `rowhouse tenant delete`.

use clap::Args;

use super::facts::{Facts, time};
use crate::cli::{Out, Session, ask, out, wait::Waiting};

/// Delete a site; it can be had back for a while, unless it is to go at once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rowhouse tenant delete acme\n  rowhouse tenant delete acme --now --yes")]
pub struct Delete {
    /// Its name or id
    name: String,
    /// Remove database and media at once, for good; also of a site that is deleted already
    #[arg(long)]
    now: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    waiting: Waiting,
}

impl Delete {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let tenant = session.tenants().show(&self.name, &session.actor).await?;
        let id = tenant.id.to_string();
        let what = if self.now {
            format!("{} ({}), its database and its media go for good", tenant.name, tenant.title)
        } else {
            format!("{} ({}) goes off the air and its addresses become free", tenant.name, tenant.title)
        };
        ask::confirm(self.yes, tenant.name.as_str(), &what)?;
        if !(self.now && tenant.deleted_at.is_some()) {
            let deleted = session.tenants().delete(&id, &session.actor).await?;
            if !self.now {
                let facts = Facts::of(session, &deleted);
                let until = facts.kept_until.map(time).unwrap_or_default();
                out.result(&facts, || {
                    format!(
                        "{} is deleted; `rowhouse tenant undelete {}` works until {until}",
                        facts.name, facts.name
                    )
                });
                let what = format!("{} is deleted", facts.name);
                return self.waiting.until_known(session, tenant.id, &what, out).await;
            }
        }
        let purged = session.tenants().purge(&id, true, &session.actor).await?;
        out.result(&purged, || gone(&purged));
        let what = format!("{} is gone", purged.name);
        self.waiting.until_known(session, tenant.id, &what, out).await
    }
}

/// What went with a tenant, in words.
pub fn gone(purged: &rowhouse_engine::tenants::Purged) -> String {
    let bytes = purged.database_bytes.map(|b| format!(" ({})", out::size(b))).unwrap_or_default();
    let media = out::size(purged.media_bytes);
    format!("{} is gone: {}{bytes}, {} files ({media})", purged.name, purged.database, purged.media_files)
}
