//! Pages that are not in memory: what the answer to an article takes, beside its queries alone and its template
//! alone. All of it as the node measures itself, one visitor, one page after the other.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::{Result, ensure};
use rowhouse_domain::content::Taxonomy;
use rowhouse_engine::pages;
use rowhouse_tests::{Backend, Draft, Options, TestNode, term};

use crate::{figures::Figures, median, scenes::text};

/// Pages made in a round.
const PAGES: usize = 100;

/// How long a page is compressed behind its answer, at most.
const BEHIND: Duration = Duration::from_millis(8);

struct Scene {
    node: TestNode,
    path: String,
    articles: AtomicUsize,
}

/// Means of a round, in seconds.
struct Parts {
    answer: f64,
    queries: f64,
    template: f64,
    /// From the first query to the finished page.
    making: f64,
}

impl Parts {
    fn ratio(&self) -> f64 {
        self.answer / (self.queries + self.template)
    }
}

impl Scene {
    async fn on(backend: Backend) -> Self {
        let node = Options::new(backend).start().await;
        node.tenant("acme").recipe("blog").create().await;
        let mut scene = Self { node, path: String::new(), articles: 0.into() };
        for _ in 0..3 {
            scene.path = scene.publish().await;
        }
        scene
    }

    /// Publishes one article more, whose text no other has; answers its path.
    async fn publish(&self) -> String {
        let (site, n) = (self.node.site("acme").await, self.articles.fetch_add(1, Ordering::Relaxed));
        let body = format!("Article {n}.\n\n{}", text(4_000));
        let mut post = Draft::post(&format!("article-{n}"), &format!("Article {n}")).body(&body);
        for (taxonomy, name) in
            [(Taxonomy::Category, "News"), (Taxonomy::Tag, "Brick"), (Taxonomy::Tag, "Slate")]
        {
            post = post.term(term(&site, taxonomy, name).await);
        }
        format!("/acme{}", post.publish(&site).await.1)
    }

    /// Has a page made again and again: that of one article, or each time one that was published just now.
    async fn round(&self, new: bool) -> Result<Parts> {
        let operator = self.node.operator();
        let before = Figures::from(&operator).await;
        for _ in 0..PAGES {
            let path = if new { self.publish().await } else { self.path.clone() };
            // what is done behind an answer is not part of the next one
            tokio::time::sleep(BEHIND).await;
            let url = format!("http://{}{path}", self.node.authority());
            pages::purge(self.node.node(), &url, true).await?;
            let page = self.node.get(&path).await.is(200);
            ensure!(page.cache() == "fill", "the page was not made but {}", page.cache());
        }
        let after = Figures::from(&operator).await;
        let part =
            |part: &str| after.mean_since(&before, "rowhouse_fill_seconds", &format!("part=\"{part}\"")).0;
        let (answer, answers) = after.mean_since(&before, "rowhouse_http_seconds", "class=\"2xx\"");
        ensure!(answers as usize == PAGES, "{answers} answers");
        Ok(Parts { answer, queries: part("queries"), template: part("template"), making: part("whole") })
    }
}

/// Measures on both kinds of databases and tells medians.
pub async fn run(rounds: usize) -> Result<()> {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let scene = Scene::on(backend).await;
        scene.round(false).await?;
        let (mut known, mut new) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            known.push(scene.round(false).await?);
            new.push(scene.round(true).await?);
        }
        tell(&format!("{backend:?}, an article made anew"), &known);
        tell(&format!("{backend:?}, an article just published"), &new);
    }
    Ok(())
}

fn tell(scene: &str, rounds: &[Parts]) {
    let of = |what: fn(&Parts) -> f64| median(&rounds.iter().map(what).collect::<Vec<_>>());
    let (answer, queries, template) = (of(|p| p.answer), of(|p| p.queries), of(|p| p.template));
    println!(
        "{scene}: answer {:.2} ms, of it the making {:.2} ms; queries {:.2} ms, template {:.2} ms: \
         {:.2} of its floor; {:.0} pages/s, floor {:.0} pages/s",
        answer * 1e3,
        of(|p| p.making) * 1e3,
        queries * 1e3,
        template * 1e3,
        of(Parts::ratio),
        1.0 / answer,
        1.0 / (queries + template),
    );
}
