//! `rowhouse tenant migrate`.

use clap::Args;
use rowhouse_engine::tenants::Migrated;
use serde_json::json;

use crate::cli::{Out, Session, out};

/// Bring the databases of all sites to this release's schema. Sites in use are migrated when they are opened.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rowhouse tenant migrate\n  rowhouse tenant migrate --all --json")]
pub struct Migrate {
    /// Look at every site, also at those that should be up to date
    #[arg(long)]
    all: bool,
}

impl Migrate {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let done = session.tenants().migrate(self.all, &session.actor).await?;
        let told = json!({ "tenants": done });
        let failed = done.iter().filter(|m| m.problem.is_some()).count();
        if failed > 0 {
            let wrong = format!("{failed} of {} sites could not be migrated", done.len());
            return Err(out.flawed(&told, || text(&done), wrong));
        }
        out.result(&told, || text(&done));
        Ok(())
    }
}

fn text(done: &[Migrated]) -> String {
    if done.is_empty() {
        return "every site is up to date".into();
    }
    let row = |m: &Migrated| {
        let end = m.problem.clone().unwrap_or_else(|| format!("{} steps", m.steps));
        [m.name.to_string(), m.from.to_string(), m.to.to_string(), end]
    };
    out::table(["NAME", "FROM", "TO", "RESULT"], &done.iter().map(row).collect::<Vec<_>>())
}
