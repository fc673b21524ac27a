//! `rowhouse serve`: one node, until it is told to leave.

use std::path::PathBuf;

use clap::Args;

use super::{Common, Out};
use crate::{
    boot::{self, Hooks},
    demo, telemetry,
};

/// Serve sites until SIGTERM.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  rowhouse serve --demo\n  rowhouse serve --listen 0.0.0.0:8080 --config /etc/rowhouse.toml"
)]
pub struct Serve {
    /// Make two example sites and a super user, once, and print how to get in
    #[arg(long)]
    demo: bool,
    /// Where sites are served
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where operations are served
    #[arg(long, value_name = "ADDRESS")]
    ops_listen: Option<String>,
    /// A folder for databases, uploads and keys instead of ./data
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

impl Serve {
    fn flags(&self) -> Vec<(&'static str, String)> {
        let mut flags = Vec::new();
        if let Some(listen) = &self.listen {
            flags.push(("server.listen", listen.clone()));
            flags.push(("server.public_url", format!("http://{listen}")));
        }
        if let Some(listen) = &self.ops_listen {
            flags.push(("server.ops_listen", listen.clone()));
        }
        if let Some(folder) = &self.data {
            let folder = folder.display();
            flags.push(("database.url", format!("sqlite://{folder}/catalogue.db")));
            flags.push(("tenancy.database_url", format!("sqlite://{folder}/tenants/{{name}}.db")));
            flags.push(("media.url", format!("file://{folder}/media")));
            flags.push(("secrets.key_file", format!("{folder}/keys")));
        }
        flags
    }

    /// # Errors
    /// One clear reason why the node cannot start.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let config = common.settings(&self.flags())?;
        telemetry::log(&config);
        let booted = boot::boot(config, Hooks::default()).await?;
        tracing::info!(sites = %booted.address, ops = %booted.ops_address, "serving");
        let welcome = demo::prepare(&booted.node, self.demo).await?;
        if let Some(url) = &welcome.set_up {
            tracing::warn!(%url, "nobody can sign in yet; set it up at this address");
        }
        out.say(&format!("Rowhouse serves at {}{}", booted.node.settings().public_url, welcome.text()));
        boot::told_to_leave().await;
        tracing::info!("leaving");
        booted.leave().await
    }
}
