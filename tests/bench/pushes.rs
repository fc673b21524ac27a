//! A thousand finished pages come in from another node: what visitors of a page in memory feel of it. The pages
//! are recorded once and sent again, so that no other node works meanwhile.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use rowhouse_tests::{Client, Cluster};

use crate::{figures::Figures, load::visit, median};

const PAGES: usize = 1_000;
const VISITORS: usize = 8;
const PACE: Duration = Duration::from_millis(4);
const LASTS: Duration = Duration::from_secs(3);
const PAGE: &str = "/acme/about";
const RECEIVED: &str = "rowhouse_cache_pushed_total";

/// A message as it was heard.
struct Heard {
    channel: String,
    payload: Vec<u8>,
}

/// Has one node make pages, and records what it tells the others: only what may be heard twice.
async fn record(cluster: &Cluster, redis: &redis::Client) -> Result<Vec<Heard>> {
    let mut ear = redis.get_async_pubsub().await?;
    ear.psubscribe("*").await?;
    let visitor = cluster.at_node(1);
    let mut heard = Vec::new();
    let mut stream = ear.on_message();
    let making = async {
        for n in 0..PAGES {
            visitor.get(&format!("/acme/page-{n}")).await.is(200);
        }
    };
    let hearing = async {
        while let Ok(Some(message)) = tokio::time::timeout(Duration::from_secs(3), stream.next()).await {
            let payload = message.get_payload_bytes().to_vec();
            heard.push(Heard { channel: message.get_channel_name().to_owned(), payload });
        }
    };
    tokio::join!(making, hearing);
    heard.retain(|message| message.channel.ends_with("pages"));
    Ok(heard)
}

/// p99 of visitors, in milliseconds, while the messages come in or none do.
async fn measure(cluster: &Cluster, send: Option<(&redis::Client, &[Heard])>) -> Result<f64> {
    let address = cluster.node_address(2);
    let visits = visit(move || Client::new(address), |_| PAGE.into(), VISITORS, PACE, LASTS);
    let sending = async {
        let Some((redis, messages)) = send else { return anyhow::Ok(()) };
        let mut line = redis.get_multiplexed_async_connection().await?;
        tokio::time::sleep(LASTS / 6).await;
        for message in messages {
            redis::cmd("PUBLISH")
                .arg(&message.channel)
                .arg(&message.payload)
                .query_async::<()>(&mut line)
                .await?;
        }
        Ok(())
    };
    let (visits, sent) = tokio::join!(visits, sending);
    sent?;
    ensure!(visits.statuses.keys().eq([&200]), "{:?}", visits.statuses);
    Ok(visits.percentile(99))
}

/// Measures in turns: calm, pushed.
pub async fn run(rounds: usize) -> Result<()> {
    let node = crate::program()?;
    let Some(mut cluster) = Cluster::up(&node, &[]).await else { return Ok(()) };
    pages(&cluster).await?;
    let redis = redis::Client::open(cluster.fact("REDIS_URL"))?;
    let heard = record(&cluster, &redis).await?;
    let bytes = heard.iter().map(|message| message.payload.len()).sum::<usize>() / heard.len().max(1);
    println!("{} pages were pushed, {bytes} bytes each in the mean", heard.len());
    ensure!(heard.len() >= PAGES, "too few");
    for other in [1, 3] {
        cluster.stop(other).await;
    }
    let operations = cluster.operations_address(2);
    let (mut calm, mut pushed) = (Vec::new(), Vec::new());
    measure(&cluster, None).await?;
    for round in 0..rounds {
        calm.push(measure(&cluster, None).await?);
        let before = Figures::of(operations).await.get(RECEIVED);
        pushed.push(measure(&cluster, Some((&redis, &heard))).await?);
        let received = Figures::of(operations).await.get(RECEIVED) - before;
        ensure!(received as usize >= PAGES, "only {received} pages came in in round {round}");
    }
    let ratios: Vec<f64> = pushed.iter().zip(&calm).map(|(pushed, calm)| pushed / calm).collect();
    println!(
        "p99 of a page in memory, medians of {rounds}: calm {:.2} ms, while {PAGES} pages come in {:.2} ms, {:.2} times",
        median(&calm),
        median(&pushed),
        median(&ratios),
    );
    Ok(())
}

/// Pages to be made: imported, because that is quick.
async fn pages(cluster: &Cluster) -> Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    crate::export::write(file.path(), PAGES, crate::export::Kind::Page)?;
    let path = file.path().to_str().context("a path in UTF-8")?;
    cluster.rowhouse(&["import", "wordpress", "--tenant", "acme", path]).await.succeeds();
    Ok(())
}
