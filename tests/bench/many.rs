//! Many tenants on one node: how long it takes to start, what a tenant costs that nobody visits, and what one costs
//! that somebody does.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rowhouse_tests::{Backend, Client, Home, Process, TestNode, register};

use crate::{
    figures::{Figures, memory},
    median,
};

/// Tenants that are registered.
const FEW: usize = 10;
const MANY: usize = 10_000;
/// Tenants that are visited.
const VISITED: usize = 200;

/// Starts a node; answers how long until it was ready, in seconds, and its memory.
async fn starts(home: &Home) -> Result<(f64, f64)> {
    let began = Instant::now();
    let (process, _, operations) = Process::start(&crate::program()?, home, &["serve"]).serves().await;
    while Client::new(operations).get("/readyz").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let took = began.elapsed().as_secs_f64();
    // what the start needed and needs no more
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok((took, memory(process.id())?))
}

async fn starts_often(home: &Home, rounds: usize) -> Result<(f64, f64)> {
    let (mut times, mut memories) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (time, memory) = starts(home).await?;
        times.push(time);
        memories.push(memory);
    }
    Ok((median(&times), median(&memories)))
}

/// Measures all three.
pub async fn run(rounds: usize) -> Result<()> {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let maker = TestNode::start(backend).await;
        let model = maker.tenant("model").create().await.id;
        let home = maker.home.clone();
        maker.stop().await;
        let model = home.catalogue().await.tenant(model).await?.context("a tenant")?;
        register(&home, &model, 1..FEW).await?;
        home.tidy().await;
        let (few, little) = starts_often(&home, rounds).await?;
        register(&home, &model, FEW..MANY).await?;
        home.tidy().await;
        let (many, much) = starts_often(&home, rounds).await?;
        println!(
            "{backend:?}: start to ready with {FEW} tenants {few:.3} s, with {MANY} {many:.3} s: {:.2} times; \
             a registered tenant costs {:.0} bytes",
            many / few,
            (much - little) / (MANY - FEW) as f64,
        );
    }
    active().await
}

/// What a visited tenant costs, with its connection and without.
async fn active() -> Result<()> {
    let (all, page) = visited(&[]).await?;
    // with room for one pool, each connection is closed when the next is opened, which takes its memory over
    let (bare, _) = visited(&[("database.pools", "1")]).await?;
    println!(
        "a visited tenant (SQLite) costs {all:.0} bytes in all: its page {page:.0}, its connection {:.0}, itself {:.0}",
        all - bare,
        bare - page,
    );
    Ok(())
}

/// The memory that one more visited tenant takes, and the part of it that is its page.
async fn visited(settings: &[(&str, &str)]) -> Result<(f64, f64)> {
    let maker = TestNode::on(Arc::new(Home::new(Backend::Sqlite, settings).await)).await;
    for n in 0..VISITED {
        maker.tenant(&format!("site-{n}")).create().await;
    }
    let home: Arc<Home> = maker.home.clone();
    maker.stop().await;
    let (process, sites, operations) = Process::start(&crate::program()?, &home, &["serve"]).serves().await;
    let visitor = Client::new(sites);
    // what the first visit needs for good
    visitor.get("/site-0/").await.is(200);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = memory(process.id())?;
    for n in 1..VISITED {
        visitor.get(&format!("/site-{n}/")).await.is(200);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (after, figures) = (memory(process.id())?, Figures::of(operations).await);
    let pages = figures.get("rowhouse_cache_bytes");
    let visited = (VISITED - 1) as f64;
    Ok(((after - before) / visited, pages / visited))
}
