//! `rowhouse tenant reset`.

use clap::Args;
use rowhouse_engine::tenants::ResetTenant;
use serde::Serialize;

use super::facts::{Entrance, Facts};
use crate::cli::{Out, Session, ask};

/// Start a site over from a recipe; its content and media go for good, its accounts stay.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  rowhouse tenant reset acme --recipe company\n  rowhouse tenant reset acme --yes"
)]
pub struct Reset {
    /// Its name or id
    name: String,
    /// What it starts with; as it was created by default
    #[arg(long, default_value = "", hide_default_value = true)]
    recipe: String,
    /// The theme it wears; the recipe's by default
    #[arg(long, default_value = "", hide_default_value = true)]
    theme: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    tenant: Facts,
    #[serde(flatten)]
    entrance: Entrance,
}

impl Reset {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let tenant = session.tenants().show(&self.name, &session.actor).await?;
        let what = format!("All content and media of {} ({}) go for good", tenant.name, tenant.title);
        ask::confirm(self.yes, tenant.name.as_str(), &what)?;
        let how = ResetTenant { recipe: self.recipe, theme: self.theme };
        let done = session.tenants().reset(&tenant.id.to_string(), how, &session.actor).await?;
        let tenant = Facts::of(session, &done.tenant);
        let entrance = Entrance::of(tenant.url.as_deref(), None, done.setup.as_ref());
        let told = Told { tenant, entrance };
        out.result(&told, || {
            let start = format!("{} starts over from {}", told.tenant.name, told.tenant.recipe);
            format!("{start}\n{}", told.entrance.text()).trim_end().to_owned()
        });
        Ok(())
    }
}
