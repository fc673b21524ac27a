//! Many tenants, all visited alike: each request is for another one's page, drawn by chance. The bare handler chooses
//! among as many bodies of the same sizes, so that both have the same memory to walk through.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use rowhouse_tests::{Backend, Client, Home, TestNode};

use crate::{
    bare::Canned,
    contenders::{Contender, bare, pinned},
    figures::{Figures, memory},
    hits::{compared, in_turns},
    scenes::Scene,
    table::Table,
};

/// Tenants that are visited alike; the last number is how many there are.
const CROWDS: [usize; 3] = [1, 100, 10_000];
/// Tenants made at once.
const AT_ONCE: usize = 4;
/// So many ask at once.
const CONNECTIONS: &[usize] = &[32];

fn front(number: usize) -> String {
    format!("/site-{number}/")
}

/// Makes the tenants; nobody has visited them.
async fn town(tenants: usize) -> Result<Arc<Home>> {
    let settings = [("cache.bytes", "2GiB")];
    let maker = TestNode::on(Arc::new(Home::new(Backend::Sqlite, &settings).await)).await;
    let made = |number| {
        let maker = &maker;
        async move { maker.tenant(&format!("site-{number}")).create().await }
    };
    stream::iter(0..tenants).map(made).buffer_unordered(AT_ONCE).for_each(|_| async {}).await;
    let home = maker.home.clone();
    maker.stop().await;
    Ok(home)
}

/// Visits every tenant until its page comes from memory, and keeps what it answers.
async fn wake(node: &Contender, tenants: usize) -> Result<Vec<Canned>> {
    let all = stream::iter(0..tenants).map(|number| async move {
        let (visitor, path) = (Client::new(node.address), front(number));
        for _ in 0..50 {
            let page = visitor.raw(&path, &[]).await;
            ensure!(page.status == 200, "{path}: {page:?}");
            if page.header("x-rowhouse-cache") == "hit" {
                return Ok(Canned::of(path, &page));
            }
        }
        anyhow::bail!("{path} is not kept")
    });
    all.buffered(AT_ONCE).try_collect().await
}

/// Measures in turns and tells the medians.
pub async fn run(rounds: usize, lasts: Duration) -> Result<Table> {
    let folder = tempfile::tempdir()?;
    let most = CROWDS.into_iter().max().unwrap_or_default();
    let home = town(most).await?;
    let (program, config) = (crate::program()?, home.config().display().to_string());
    let (process, address, operations) = pinned(&program, &["--config", &config, "serve"]).serves().await;
    let mut own = Contender { name: "rowhouse", address, paths: BTreeMap::new(), process };
    let before = memory(own.process.id())?;
    let canned = wake(&own, most).await?;
    let (pages, after) =
        (Figures::of(operations).await.get("rowhouse_cache_bytes"), memory(own.process.id())?);
    println!(
        "{most} tenants awake: {:.0} bytes each in all, {:.0} of them in the page cache",
        (after - before) / most as f64,
        pages / most as f64,
    );
    let mut limit = bare(&canned, folder.path()).await?;
    let mut scenes = Vec::new();
    for crowd in CROWDS {
        let name = format!("{crowd} tenants");
        let script = script(folder.path(), crowd)?;
        own.paths.insert(name.clone(), front(0));
        limit.paths.insert(name.clone(), front(0));
        scenes.push(Scene { name, headers: Vec::new(), script: Some(script), connections: CONNECTIONS });
    }
    let (mut table, all) = (Table::default(), [own, limit]);
    for scene in &scenes {
        let rates = in_turns(&all, scene, CONNECTIONS[0], rounds, lasts)?;
        let limit = &rates[all[1].name];
        rates.iter().for_each(|(who, rates)| table.add(compared(&scene.name, who, rates, limit)));
    }
    Ok(table)
}

/// Has `wrk` draw one of the first so many tenants for each request.
fn script(folder: &Path, crowd: usize) -> Result<String> {
    let file = folder.join(format!("crowd-{crowd}.lua"));
    let text = format!(
        "local all = {{}}\n\
         function init() for n = 0, {crowd} - 1 do all[n] = wrk.format('GET', '/site-' .. n .. '/') end end\n\
         function request() return all[math.random(0, {crowd} - 1)] end\n"
    );
    std::fs::write(&file, text)?;
    Ok(file.display().to_string())
}
