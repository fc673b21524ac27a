//! `rowhouse cache`: what the running node keeps of a page, and forgetting it.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::{Common, Out, ops, out};

/// Verbs on the render cache of the node that runs with these settings.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say whether a page is in memory, what it depends on, and whether it would be shown
    #[command(
        after_help = "Examples:\n  rowhouse cache explain http://127.0.0.1:8080/acme/about\n  rowhouse cache explain /acme/"
    )]
    Explain(Page),
    /// Forget a page, or with --all every page of its site; the next request makes it anew
    #[command(
        after_help = "Examples:\n  rowhouse cache purge /acme/about\n  rowhouse cache purge --all /acme/"
    )]
    Purge(Purge),
}

/// Which page.
#[derive(Debug, Args)]
pub struct Page {
    /// Its address, whole or from the base on
    url: String,
}

/// What to forget.
#[derive(Debug, Args)]
pub struct Purge {
    #[command(flatten)]
    page: Page,
    /// Every page of the site
    #[arg(long)]
    all: bool,
}

impl Verb {
    /// # Errors
    /// If no node runs, or the address is nobody's.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let config = common.settings(&[])?;
        match self {
            Verb::Explain(page) => {
                let path = format!("/cache/explain?url={}", encoded(&page.url));
                let told = ops::ask_json(config.ops_listen, "GET", &path).await?;
                out.result(&told, || words(&told));
            }
            Verb::Purge(purge) => {
                let path = format!("/cache/purge?url={}&all={}", encoded(&purge.page.url), purge.all);
                let told = ops::ask_json(config.ops_listen, "POST", &path).await?;
                out.result(&told, || {
                    format!("pages of {} forgotten: {}", text(&told, "tenant"), text(&told, "pages"))
                });
            }
        }
        Ok(())
    }
}

/// As a value in a query.
pub(super) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn words(told: &Value) -> String {
    let page = told.get("page").filter(|page| !page.is_null());
    let of_page = |key: &str| page.map(|page| text(page, key)).unwrap_or_default();
    let tags = page.and_then(|page| page.get("tags")).and_then(Value::as_array);
    let tags = tags.map(|tags| tags.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "));
    let confirmed = text(told, "confirmed_ms");
    out::facts(&[
        ("page", format!("{} of {} ({})", text(told, "path"), text(told, "tenant"), text(told, "state"))),
        ("node", text(told, "node")),
        ("verdict", text(told, "verdict")),
        ("made from", of_page("revision")),
        ("made at", of_page("made_at")),
        ("depends on", tags.unwrap_or_default()),
        ("etag", of_page("etag")),
        ("head", text(told, "head")),
        ("floor", text(told, "floor")),
        ("confirmed", if confirmed.is_empty() { "not yet".into() } else { format!("{confirmed} ms ago") }),
        ("site", format!("pages in memory: {}, bytes: {}", text(told, "pages"), text(told, "bytes"))),
    ])
}
