//! Long work from the command line: making tenants, and importing.

use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result, ensure};
use rowhouse_tests::{Backend, Home, TestNode, run};

use crate::{export, median};

/// Items of an import.
const ITEMS: usize = 5_000;
/// Tenants made one after the other.
const TENANTS: usize = 20;

/// Imports, and makes tenants, on both kinds of databases.
pub async fn run_all(rounds: usize) -> Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    export::write(file.path(), ITEMS, export::Kind::Post)?;
    let file = file.path().to_str().context("a path in UTF-8")?;
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let (mut imports, mut makings) = (Vec::new(), Vec::new());
        for _ in 0..rounds.min(5) {
            let node = TestNode::start(backend).await;
            let began = Instant::now();
            for n in 0..TENANTS {
                node.tenant(&format!("site-{n}")).create().await;
            }
            makings.push(TENANTS as f64 / began.elapsed().as_secs_f64());
            imports.push(import(&node.home, file).await?);
        }
        println!(
            "{backend:?}: import {:.0} items/s (posts of 1.5 kB with three terms, the start of the program \
             included), {:.0} tenants made/s one after the other; medians of {}",
            median(&imports),
            median(&makings),
            imports.len(),
        );
    }
    Ok(())
}

/// Items a second, as a user would time it.
async fn import(home: &Arc<Home>, file: &str) -> Result<f64> {
    let config = home.config().display().to_string();
    let words = ["cli", "import", "wordpress", "--tenant", "site-0", file, "--config", &config, "--json"];
    let began = Instant::now();
    let done = run(&crate::program()?, &words, "").await.succeeds();
    let took = began.elapsed().as_secs_f64();
    ensure!(done.out.contains("5000"), "not all were imported: {}", done.out);
    Ok(ITEMS as f64 / took)
}
