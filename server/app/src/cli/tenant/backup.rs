//! `rowhouse tenant backup`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::{Out, Session, out, progress};

/// Write a site, its content, accounts and media, into one file. It goes on being served meanwhile.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  rowhouse tenant backup acme\n  rowhouse tenant backup acme --file /backups/acme-friday.tar.gz --json"
)]
pub struct Backup {
    /// Its name or id
    name: String,
    /// The file, which must not be there yet; by default NAME-DATE.tar.gz in the working folder
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Backup {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let tenant = session.tenants().show(&self.name, &session.actor).await?;
        let now = session.node.core().clock.now().strftime("%Y%m%d-%H%M%S");
        let file = self.file.unwrap_or_else(|| format!("{}-{now}.tar.gz", tenant.name).into());
        let bar = progress::bar(out);
        let id = tenant.id.to_string();
        let done = session.tenants().backup(&id, &file, progress::of(&bar), &session.actor).await;
        bar.finish_and_clear();
        let manifest = done?;
        let bytes = std::fs::metadata(&file).map(|m| m.len()).unwrap_or_default();
        let rows: u64 = manifest.tables.iter().map(|t| t.rows).sum();
        let told = json!({ "file": file, "bytes": bytes, "revision": manifest.revision, "rows": rows, "media": manifest.media });
        out.result(&told, || {
            let missing = match manifest.media.missing {
                0 => String::new(),
                n => format!("; {n} media files were missing in the store"),
            };
            let files = manifest.media.files;
            format!("{} ({}): {rows} rows, {files} media files{missing}", file.display(), out::size(bytes))
        });
        Ok(())
    }
}
