//! One tenant's database goes away, in both ways that databases do: connections refused, and connections that
//! stay and never answer. What do the visitors of another tenant of the same node feel of it?

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use rowhouse_tests::{Backend, Client, Draft, Home, Options, Process, TestNode, services::ChaosProxy};

use crate::{load::visit, median};

const LASTS: Duration = Duration::from_secs(3);
const PACE: Duration = Duration::from_millis(5);
const VISITORS: usize = 8;

struct Scene {
    _process: Process,
    sites: std::net::SocketAddr,
    way: ChaosProxy,
    _home: Arc<Home>,
}

/// A node in a process of its own with two tenants: `well`, and `ill` behind a proxy that can be broken.
async fn scene() -> Result<Scene> {
    let maker = Options::new(Backend::Postgres).set("cache.stale_if_error", "1s").start().await;
    let shared = maker.home.shared_database().await;
    let mut url: url::Url = shared.replace("_shared", "_ill").parse()?;
    let way = ChaosProxy::before(url.socket_addrs(|| Some(5432))?[0]).await?;
    url.set_port(Some(way.address().port())).ok().context("a port")?;
    maker.tenant("well").create().await;
    maker.tenant("ill").with(|request| request.database_url = url.to_string()).create().await;
    publish(&maker).await;
    let home = maker.home.clone();
    maker.stop().await;
    let (process, sites, _) = Process::start(&crate::program()?, &home, &["serve"]).serves().await;
    Ok(Scene { _process: process, sites, way, _home: home })
}

async fn publish(maker: &TestNode) {
    for name in ["well", "ill"] {
        let site = maker.site(name).await;
        let text = "A paragraph of some length, as texts have them. ".repeat(100);
        Draft::page("text", "A text").body(&text).publish(&site).await;
    }
}

/// p99 of the well tenant's visitors, while the other is visited too: a page that is in memory, and pages for
/// which its database must be asked. `round` keeps these new.
async fn measure(scene: &Scene, round: usize) -> (f64, String) {
    let client = || Client::new(scene.sites);
    let (well, ill, asked) = tokio::join!(
        visit(client, |_| "/well/text".into(), VISITORS, PACE, LASTS),
        visit(client, |_| "/ill/text".into(), 2, PACE * 4, LASTS),
        visit(client, move |n| format!("/ill/missing-{round}-{n}"), 2, PACE * 4, LASTS)
    );
    assert_eq!(
        well.statuses.keys().collect::<Vec<_>>(),
        [&200],
        "every visitor of the well tenant is answered"
    );
    let told = format!(
        "well {} visits p50 {:.2} ms; ill {:?}, asked {:?}",
        well.count(),
        well.percentile(50),
        ill.statuses,
        asked.statuses
    );
    (well.percentile(99), told)
}

/// Measures in turns: well, refused, well, silent.
pub async fn run(rounds: usize) -> Result<()> {
    let scene = scene().await?;
    let (mut calm, mut refused, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    measure(&scene, 0).await;
    for round in 1..=rounds {
        let states = [("calm", &mut calm), ("refused", &mut refused), ("silent", &mut silent)];
        for (turn, (state, figures)) in states.into_iter().enumerate() {
            let turn = round * 3 + turn;
            match state {
                "refused" => scene.way.cut(),
                "silent" => scene.way.pause(),
                _ => scene.way.mend(),
            }
            // until the confirmation and what may be shown without it have run out
            tokio::time::sleep(Duration::from_secs(3)).await;
            let (p99, told) = measure(&scene, turn).await;
            println!("round {round} {state:8} p99 {p99:6.2} ms   {told}");
            figures.push(p99);
            scene.way.mend();
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }
    let ratio = |figures: &[f64]| {
        let each: Vec<f64> = figures.iter().zip(&calm).map(|(bad, good)| bad / good).collect();
        median(&each)
    };
    println!("p99 of the well tenant, medians of {rounds}: calm {:.2} ms", median(&calm));
    println!("  database of the other refused: {:.2} ms, {:.2} times", median(&refused), ratio(&refused));
    println!("  database of the other silent:  {:.2} ms, {:.2} times", median(&silent), ratio(&silent));
    Ok(())
}
