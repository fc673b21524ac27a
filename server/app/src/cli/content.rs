//! `rowhouse content`: pages and posts of a site by their addresses, for scripts and first steps.

use std::{io::Read, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use rowhouse_domain::{
    content::{Format, Kind, Status},
    name::RoutePath,
};
use rowhouse_engine::content::{self, ByPath, Listed};
use serde_json::json;

use super::{Common, Out, Session, out};

/// Verbs on content.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Publish at an address: change what stands there, or make it
    Publish(Publish),
    /// List pages and posts, last saved first
    List(List),
    /// Show what stands at an address
    #[command(after_help = "Example:\n  rowhouse content show --tenant acme --path /about")]
    Show(At),
    /// Take what stands at an address back from visitors
    #[command(after_help = "Example:\n  rowhouse content unpublish --tenant acme --path /about")]
    Unpublish(At),
}

/// What stands where.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rowhouse content publish --tenant acme --path /about --title About --markdown about.md
  date | rowhouse content publish --tenant acme --path /now --title Now --markdown -
  rowhouse content publish --tenant acme --path /about --title \"About us\"")]
pub struct Publish {
    #[command(flatten)]
    at: At,
    /// Its title; what stands there keeps its own by default
    #[arg(long)]
    title: Option<String>,
    /// What it is, where it is new
    #[arg(long = "type", value_name = "TYPE", default_value = "page", value_parser = ["page", "post"])]
    kind: String,
    /// A file with its text in Markdown, or - for standard input; what stands there keeps its own by default
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// A site and an address in it.
#[derive(Debug, Args)]
pub struct At {
    /// The site's name
    #[arg(long, value_name = "NAME")]
    tenant: String,
    /// The address inside the site, as in /about
    #[arg(long)]
    path: RoutePath,
}

/// Which content.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  rowhouse content list --tenant acme --type post --status published")]
pub struct List {
    /// The site's name
    #[arg(long, value_name = "NAME")]
    tenant: String,
    /// Only pages or posts
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<Kind>,
    /// Only in this state: draft, review, scheduled, published, archived
    #[arg(long)]
    status: Option<Status>,
}

impl Verb {
    /// # Errors
    /// One clear reason; nothing is left half-way.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let session = Session::open(common).await?;
        match self {
            Verb::Publish(verb) => verb.run(&session, out).await,
            Verb::List(verb) => verb.run(&session, out).await,
            Verb::Show(at) => show(at, &session, out).await,
            Verb::Unpublish(at) => unpublish(at, &session, out).await,
        }
    }
}

impl Publish {
    async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let site = session.site(&self.at.tenant).await?;
        let body = self.markdown.map(read).transpose()?;
        let kind = self.kind.parse()?;
        let new = ByPath { path: self.at.path, title: self.title, kind, format: Format::Markdown, body };
        let (done, created) = content::publish_at_path(&site, &session.actor, new).await?;
        let path = done.row.route.map(|r| r.to_string()).unwrap_or_default();
        let url = session.home(&site.info()).map(|home| format!("{}{path}", home.trim_end_matches('/')));
        let told = json!({
            "id": done.row.id, "path": path, "url": url, "title": done.row.title,
            "created": created, "versions": done.row.version_count,
        });
        out.result(&told, || {
            let verb = if created { "published" } else { "changed" };
            format!("{verb}: {} at {}", done.row.title, url.as_deref().unwrap_or(&path))
        });
        Ok(())
    }
}

fn read(file: PathBuf) -> anyhow::Result<String> {
    if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(&file).with_context(|| format!("--markdown {}", file.display()))
}

impl List {
    async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let site = session.site(&self.tenant).await?;
        let items = content::list_published(&site, &session.actor, self.kind, self.status).await?;
        out.result(&json!({ "items": items }), || text(&items));
        Ok(())
    }
}

fn text(items: &[Listed]) -> String {
    if items.is_empty() {
        return "nothing".into();
    }
    let row = |item: &Listed| {
        [
            item.path.as_ref().map_or_else(|| "-".into(), ToString::to_string),
            item.kind.to_string(),
            item.status.to_string(),
            item.title.clone(),
        ]
    };
    out::table(["PATH", "TYPE", "STATE", "TITLE"], &items.iter().map(row).collect::<Vec<_>>())
}

async fn show(at: At, session: &Session, out: &Out) -> anyhow::Result<()> {
    let site = session.site(&at.tenant).await?;
    let (row, version) = content::show_path(&site, &session.actor, at.path).await?;
    let told = json!({
        "id": row.id, "kind": row.kind, "status": row.status, "path": row.route, "published_at": row.published_at,
        "updated_at": row.updated_at, "version": version.number, "document": version.document,
    });
    out.result(&told, || {
        let head = out::facts(&[
            ("title", version.document.title.clone()),
            ("path", row.route.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("type", row.kind.to_string()),
            ("state", row.status.to_string()),
            ("version", format!("{} of {}", version.number, row.version_count)),
            ("written in", version.document.format.to_string()),
        ]);
        format!("{head}\n\n{}", version.document.body)
    });
    Ok(())
}

async fn unpublish(at: At, session: &Session, out: &Out) -> anyhow::Result<()> {
    let site = session.site(&at.tenant).await?;
    let path = at.path.to_string();
    let row = content::unpublish_path(&site, &session.actor, at.path).await?;
    let told = json!({ "id": row.id, "path": path, "title": row.title, "status": row.status });
    out.result(&told, || {
        format!("{} is {}; visitors do not see it at {path} any more", row.title, row.status)
    });
    Ok(())
}
