//! `rowhouse tenant restore`.

use std::path::PathBuf;

use clap::Args;
use rowhouse_engine::tenants::RestoreTenant;

use super::facts::{Entrance, Facts};
use crate::cli::{Out, Session, progress};

/// Make a new site out of a backup. The file is verified first; a site is never overwritten.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rowhouse tenant restore acme-20261121-091400.tar.gz --name acme-copy
  rowhouse tenant restore acme.tar.gz --name acme --host acme.example")]
pub struct Restore {
    /// The file
    file: PathBuf,
    /// The short name; the backup's by default
    #[arg(long, default_value = "", hide_default_value = true)]
    name: String,
    /// The title; the backup's by default
    #[arg(long, default_value = "", hide_default_value = true)]
    title: String,
    /// Where it is below the base; without hosts the default is /NAME
    #[arg(long)]
    prefix: Option<String>,
    /// A host of its own. May be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// How its data is kept apart: database, or schema on PostgreSQL
    #[arg(long, default_value = "", hide_default_value = true)]
    isolation: String,
    /// A database of its own, instead of the pattern in the settings
    #[arg(long, value_name = "URL", default_value = "", hide_default_value = true)]
    database_url: String,
}

impl Restore {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let request = RestoreTenant {
            file: self.file,
            name: self.name,
            title: self.title,
            prefix: self.prefix,
            hosts: self.hosts,
            isolation: self.isolation,
            database_url: self.database_url,
        };
        let bar = progress::bar(out);
        let done = session.tenants().restore(request, progress::of(&bar), &session.actor).await;
        bar.finish_and_clear();
        let created = done?;
        let facts = Facts::of(session, &created.tenant);
        let entrance = Entrance::of(facts.url.as_deref(), None, created.setup.as_ref());
        out.result(&facts, || format!("{}\n{}", facts.text(), entrance.text()).trim_end().to_owned());
        Ok(())
    }
}
