//! `rowhouse tenant gc`.

use std::time::Duration;

use clap::Args;
use rowhouse_engine::tenants;
use serde_json::json;

use super::{delete::gone, facts::time};
use crate::cli::{Out, Session, ask, out};

/// Remove what dead processes left behind, and sites whose time to come back is over.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rowhouse tenant gc\n  rowhouse tenant gc --yes --older-than 5")]
pub struct Gc {
    /// Only what nobody has worked on for so many minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 1)]
    older_than: u64,
    /// Only list
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Gc {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let older_than = Duration::from_secs(self.older_than.saturating_mul(60));
        let look = tenants::Gc { older_than, predecessors: false, dry_run: true };
        let found = session.tenants().gc(look, &session.actor).await?;
        if self.dry_run {
            out.result(&json!({ "orphans": found, "purged": [] }), || text(&found));
            return Ok(());
        }
        if !found.is_empty() {
            out.note(&text(&found));
            ask::confirm(self.yes, "remove", &format!("{} orphans are to be removed for good", found.len()))?;
        }
        let orphans = if found.is_empty() {
            found
        } else {
            session.tenants().gc(tenants::Gc { dry_run: false, ..look }, &session.actor).await?
        };
        let purged = session.tenants().purge_due(&session.actor).await?;
        let told = json!({ "orphans": orphans, "purged": purged });
        let text = || {
            let lines = std::iter::once(text(&orphans)).chain(purged.iter().map(gone));
            lines.collect::<Vec<_>>().join("\n")
        };
        let failed = orphans.iter().filter(|o| o.problem.is_some()).count();
        if failed > 0 {
            let wrong = format!("{failed} orphans could not be removed; the reason stands beside each");
            return Err(out.flawed(&told, text, wrong));
        }
        out.result(&told, text);
        Ok(())
    }
}

fn text(orphans: &[tenants::Orphan]) -> String {
    if orphans.is_empty() {
        return "nothing was left behind".into();
    }
    let row = |o: &tenants::Orphan| {
        let done = match (&o.problem, o.removed) {
            (Some(problem), _) => problem.clone(),
            (None, true) => "done".into(),
            (None, false) => "to do".into(),
        };
        [o.name.to_string(), o.purpose.clone(), time(o.since), o.database.clone(), o.action.clone(), done]
    };
    out::table(
        ["NAME", "LEFT BY", "SINCE", "DATABASE", "ACTION", "STATE"],
        &orphans.iter().map(row).collect::<Vec<_>>(),
    )
}
