//! `rowhouse tenant list`.

use clap::Args;
use rowhouse_domain::tenant::TenantState;
use rowhouse_engine::tenants::{TenantFilter, TenantSort};
use serde_json::json;

use super::facts::{Facts, time};
use crate::cli::{Out, Session, out};

/// List sites.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rowhouse tenant list
  rowhouse tenant list --state deleted
  rowhouse tenant list --json | jq -r '.tenants[].url'")]
pub struct List {
    /// Only those in this state: uninitialised, running, suspended, failed, deleted
    #[arg(long)]
    state: Option<TenantState>,
    /// Only those with this in name, title or address
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// The order: name, created, changed, state
    #[arg(long, default_value = "name", value_parser = ["name", "created", "changed", "state"])]
    sort: String,
    /// At most so many
    #[arg(long, default_value_t = 1000)]
    limit: u32,
}

impl List {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let sort = match self.sort.as_str() {
            "created" => TenantSort::Created,
            "changed" => TenantSort::Updated,
            "state" => TenantSort::State,
            _ => TenantSort::Name,
        };
        let filter = TenantFilter {
            state: self.state,
            text: self.search,
            sort,
            limit: self.limit.into(),
            ..TenantFilter::default()
        };
        let page = session.tenants().list(filter, &session.actor).await?;
        for (name, problem) in &page.unreadable {
            out.note(&format!("the row of {name} cannot be read: {problem}"));
        }
        let unreadable: Vec<_> =
            page.unreadable.iter().map(|(n, p)| json!({ "name": n, "problem": p })).collect();
        let tenants: Vec<Facts> = page.tenants.iter().map(|t| Facts::of(session, t)).collect();
        let told = json!({ "total": page.total, "tenants": tenants, "unreadable": unreadable });
        out.result(&told, || text(&tenants, page.total));
        Ok(())
    }
}

fn text(tenants: &[Facts], total: i64) -> String {
    if tenants.is_empty() {
        return "no site; `rowhouse tenant create NAME` makes one".into();
    }
    let row = |t: &Facts| {
        [
            t.name.clone(),
            t.state.to_string(),
            t.url.clone().unwrap_or_else(|| "-".into()),
            time(t.updated_at),
            t.title.clone(),
        ]
    };
    let table = out::table(
        ["NAME", "STATE", "SITE", "CHANGED", "TITLE"],
        &tenants.iter().map(row).collect::<Vec<_>>(),
    );
    let left = total - i64::try_from(tenants.len()).unwrap_or(i64::MAX);
    if left > 0 { format!("{table}\nand {left} more; --limit shows them") } else { table }
}
