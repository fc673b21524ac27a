//! From the acknowledgement of an edit on one node to its being shown by the others, on three idle nodes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rowhouse_tests::{Client, Cluster};

const ADMIN: &str = "/acme/admin";
const PATH: &str = "/about";

/// How long nobody edits between two edits.
const CALM: Duration = Duration::from_millis(30);

struct Editor {
    admin: Client,
    id: String,
}

impl Editor {
    async fn on(cluster: &Cluster) -> Result<Self> {
        let publish =
            ["content", "publish", "--tenant", "acme", "--path", PATH, "--title", "About", "--json"];
        let done = cluster.rowhouse(&publish).await.succeeds().json();
        let id = done["id"].as_str().context("an id")?.to_owned();
        let admin = cluster.at_node(1);
        admin.sign_in("/acme", cluster.fact("DEMO_USER"), cluster.fact("DEMO_PASSWORD")).await;
        Ok(Self { admin, id })
    }

    /// Publishes a text; answers when that was acknowledged.
    async fn publishes(&self, body: &str) -> Result<Instant> {
        let at = format!("{ADMIN}/content/{}", self.id);
        let version = self.admin.get(&at).await.is(200).version();
        let form = [
            ("action", "publish"),
            ("version", &version),
            ("kind", "page"),
            ("title", "About"),
            ("body", body),
            ("slug", "about"),
            ("format", "markdown"),
        ];
        self.admin.submit(&at, &at, &form).await.is(303);
        Ok(Instant::now())
    }
}

/// Asks until the page has the text; answers when it had, and how often it was asked.
async fn shown(visitor: &Client, body: &str) -> Result<(Instant, usize)> {
    for asked in 1..=1_000 {
        if visitor.get(&format!("/acme{PATH}")).await.is(200).text().contains(body) {
            return Ok((Instant::now(), asked));
        }
    }
    anyhow::bail!("an edit is never shown")
}

/// Edits one after the other.
pub async fn run(edits: usize) -> Result<()> {
    let node = crate::program()?;
    let Some(cluster) = Cluster::up(&node, &[]).await else { return Ok(()) };
    let editor = Editor::on(&cluster).await?;
    let visitors = [cluster.at_node(2), cluster.at_node(3)];
    let (mut waits, mut stale) = (Vec::new(), 0);
    for n in 0..edits + 10 {
        let body = format!("Edit number {n} of this text.");
        let acknowledged = editor.publishes(&body).await?;
        let (one, two) = tokio::join!(shown(&visitors[0], &body), shown(&visitors[1], &body));
        for (at, asked) in [one?, two?] {
            // the first edits open connections
            if n >= 10 {
                waits.push((at - acknowledged).as_secs_f64() * 1e3);
                stale += usize::from(asked > 1);
            }
        }
        tokio::time::sleep(CALM).await;
    }
    waits.sort_by(f64::total_cmp);
    ensure!(!waits.is_empty(), "nothing was measured");
    let at = |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)];
    println!(
        "edit to visible on two other nodes, {} edits: p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, most {:.1} ms; \
         {stale} of {} first answers were still the old page",
        edits,
        at(50),
        at(90),
        at(99),
        at(100),
        waits.len(),
    );
    Ok(())
}
