//! `rowhouse tenant show`.

use clap::Args;
use rowhouse_engine::tenants::TenantEvent;
use serde::Serialize;

use super::facts::{Facts, time};
use crate::cli::{Out, Session, out};

/// Show a site and what happened to it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rowhouse tenant show acme\n  rowhouse tenant show acme --json")]
pub struct Show {
    /// Its name or id
    name: String,
    /// So many of the latest events
    #[arg(long, default_value_t = 10)]
    events: u32,
}

#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    tenant: Facts,
    database_bytes: Option<u64>,
    events: Vec<TenantEvent>,
}

impl Show {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let tenant = session.tenants().show(&self.name, &session.actor).await?;
        let id = tenant.id.to_string();
        let events = session.tenants().events(&id, self.events.into(), &session.actor).await?;
        let size = session.tenants().database_bytes(&id, &session.actor).await;
        if let Err(error) = &size {
            out.note(&format!("its database does not answer: {error}"));
        }
        let told = Told { tenant: Facts::of(session, &tenant), database_bytes: size.ok(), events };
        out.result(&told, || told.text());
        Ok(())
    }
}

impl Told {
    fn text(&self) -> String {
        let mut lines = vec![self.tenant.text()];
        if let Some(bytes) = self.database_bytes {
            lines.push(out::facts(&[("size", out::size(bytes))]));
        }
        lines.extend(self.events.iter().map(|e| {
            let detail = if e.detail.as_object().is_some_and(|d| d.is_empty()) {
                String::new()
            } else {
                e.detail.to_string()
            };
            format!("{:22} {} by {} {detail}", time(e.at), e.what, e.actor).trim_end().to_owned()
        }));
        lines.join("\n")
    }
}
