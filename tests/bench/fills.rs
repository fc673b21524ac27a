//! Pages that are not in memory: what the answer to an article takes, beside its queries alone and its template
//! alone. All of it as the node measures itself, one visitor, one page after the other.

use std::time::Duration;

use anyhow::{Result, ensure};
use rowhouse_domain::content::Taxonomy;
use rowhouse_engine::pages;
use rowhouse_tests::{Backend, Draft, Options, TestNode, term};

use crate::{figures::Figures, median, scenes::text};

/// Pages made in a round.
const PAGES: usize = 150;

/// How long a page is compressed behind its answer, at most.
const BEHIND: Duration = Duration::from_millis(8);

struct Scene {
    node: TestNode,
    path: String,
}

/// Means of a round, in seconds.
struct Parts {
    answer: f64,
    queries: f64,
    template: f64,
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
        let site = node.site("acme").await;
        let mut path = String::new();
        for n in 0..3 {
            let mut post = Draft::post(&format!("article-{n}"), &format!("Article {n}")).body(&text(4_000));
            for (taxonomy, name) in
                [(Taxonomy::Category, "News"), (Taxonomy::Tag, "Brick"), (Taxonomy::Tag, "Slate")]
            {
                post = post.term(term(&site, taxonomy, name).await);
            }
            path = format!("/acme{}", post.publish(&site).await.1);
        }
        Self { node, path }
    }

    /// Has the page made again and again.
    async fn round(&self) -> Result<Parts> {
        let operator = self.node.operator();
        let before = Figures::from(&operator).await;
        for _ in 0..PAGES {
            // what is done behind an answer is not part of the next one
            tokio::time::sleep(BEHIND).await;
            let url = format!("http://{}{}", self.node.authority(), self.path);
            pages::purge(self.node.node(), &url, true).await?;
            let page = self.node.get(&self.path).await.is(200);
            ensure!(page.cache() == "fill", "the page was not made but {}", page.cache());
        }
        let after = Figures::from(&operator).await;
        let part =
            |part: &str| after.mean_since(&before, "rowhouse_fill_seconds", &format!("part=\"{part}\"")).0;
        let (answer, answers) = after.mean_since(&before, "rowhouse_http_seconds", "class=\"2xx\"");
        ensure!(answers as usize == PAGES, "{answers} answers");
        Ok(Parts { answer, queries: part("queries"), template: part("template") })
    }
}

/// Measures on both kinds of databases and tells medians.
pub async fn run(rounds: usize) -> Result<()> {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let scene = Scene::on(backend).await;
        scene.round().await?;
        let mut all = Vec::new();
        for _ in 0..rounds {
            all.push(scene.round().await?);
        }
        let of = |what: fn(&Parts) -> f64| median(&all.iter().map(what).collect::<Vec<_>>());
        let (answer, queries, template) = (of(|p| p.answer), of(|p| p.queries), of(|p| p.template));
        println!(
            "{backend:?}: answer {:.2} ms, queries {:.2} ms, template {:.2} ms: {:.2} of its floor; \
             {:.0} pages/s, floor {:.0} pages/s",
            answer * 1e3,
            queries * 1e3,
            template * 1e3,
            of(Parts::ratio),
            1.0 / answer,
            1.0 / (queries + template),
        );
    }
    Ok(())
}
