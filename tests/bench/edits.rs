//! From the acknowledgement of an edit on one node to its being shown to visitors of that node and of the two others,
//! which are idle.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rowhouse_tests::{Client, Cluster};

const ADMIN: &str = "/acme/admin";
const PATH: &str = "/about";

/// How long nobody edits between two edits.
const CALM: Duration = Duration::from_millis(30);

/// Edits before those that are measured.
const WARM_UP: usize = 5;

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

/// What was waited for, in milliseconds.
struct Waits {
    by: &'static str,
    visitors: Vec<Client>,
    waits: Vec<f64>,
    /// First answers that were still the old page.
    stale: usize,
}

impl Waits {
    fn of(by: &'static str, visitors: Vec<Client>) -> Self {
        Self { by, visitors, waits: Vec::new(), stale: 0 }
    }

    fn begin_anew(&mut self) {
        self.waits.clear();
        self.stale = 0;
    }

    /// One edit, seen by all visitors at once.
    async fn see(&mut self, editor: &Editor, body: &str) -> Result<()> {
        let acknowledged = editor.publishes(body).await?;
        let seen = self.visitors.iter().map(|visitor| shown(visitor, body));
        for (at, asked) in futures_util::future::try_join_all(seen).await? {
            self.waits.push((at - acknowledged).as_secs_f64() * 1e3);
            self.stale += usize::from(asked > 1);
        }
        tokio::time::sleep(CALM).await;
        Ok(())
    }

    fn tell(mut self) -> Result<()> {
        let Self { by, waits, stale, .. } = &mut self;
        ensure!(!waits.is_empty(), "nothing was measured");
        waits.sort_by(f64::total_cmp);
        let at = |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)];
        let (p50, p90, p99, most, all) = (at(50), at(90), at(99), at(100), waits.len());
        println!(
            "edit to visible on {by}: p50 {p50:.1} ms, p90 {p90:.1} ms, p99 {p99:.1} ms, most {most:.1} ms; \
             {stale} of {all} first answers were still the old page"
        );
        Ok(())
    }
}

/// Edits one after the other, in turns for who looks.
pub async fn run(edits: usize) -> Result<()> {
    let node = crate::program()?;
    let Some(cluster) = Cluster::up(&node, &[]).await else { return Ok(()) };
    let editor = Editor::on(&cluster).await?;
    let mut own = Waits::of("the node itself", vec![cluster.at_node(1)]);
    let mut others = Waits::of("two other nodes", vec![cluster.at_node(2), cluster.at_node(3)]);
    for n in 0..edits + WARM_UP {
        if n == WARM_UP {
            // the first edits open connections
            own.begin_anew();
            others.begin_anew();
        }
        own.see(&editor, &format!("Edit number {n} of this text.")).await?;
        others.see(&editor, &format!("Edit number {n} of this text, again.")).await?;
    }
    own.tell()?;
    others.tell()
}
