//! Redis that is slow, empty, gone or comes back, and messages that are lost, late or come twice.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

use super::{Fault, a_while, fault};
use crate::{cluster::RedisUnderTest, dice::Dice, run::Run, wire::Messages};

pub const FAULTS: &[Fault] = &[
    fault!("redis subscriptions killed", subscriptions_killed),
    fault!("redis messages lost", lost),
    fault!("redis messages late", late),
    fault!("redis messages repeated", repeated),
    fault!("redis messages lost, late and repeated", all_of_it),
    fault!("redis paused", paused),
    fault!("redis stopped and continued", frozen),
    fault!("redis emptied", emptied),
    fault!("redis restarted empty", restarted),
    fault!("redis absent", absent),
    fault!("redis silent", silent),
];

fn redis(run: &Run) -> anyhow::Result<&RedisUnderTest> {
    run.cluster.redis.as_ref().context("this run has no Redis")
}

/// Sends a command past the proxy.
async fn command(run: &Run, words: &str) -> anyhow::Result<()> {
    let url: Url = redis(run)?.server.url().parse()?;
    let address = url.socket_addrs(|| None)?.into_iter().next().context("an address")?;
    let mut stream = TcpStream::connect(address).await?;
    let password = url.password().unwrap_or_default();
    stream.write_all(format!("AUTH {password}\r\n{words}\r\nQUIT\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    ensure!(!answer.contains("-ERR"), "{words}: {answer}");
    Ok(())
}

async fn subscriptions_killed(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    for _ in 0..dice.between(1, 3) {
        command(run, "CLIENT KILL TYPE pubsub").await?;
        run.pause(a_while(dice, 100, 700)).await;
    }
    Ok(())
}

async fn messages(run: &Arc<Run>, dice: &mut Dice, messages: Messages) -> anyhow::Result<()> {
    let wire = &redis(run)?.wire;
    wire.change_all(|weather| weather.messages = messages);
    run.pause(a_while(dice, 1_500, 3_500)).await;
    wire.change_all(|weather| weather.messages = Messages::default());
    Ok(())
}

async fn lost(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let lost = dice.pick(&[30, 60, 100]);
    messages(run, dice, Messages { lost, ..Messages::default() }).await
}

async fn late(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let late = dice.pick(&[30, 60, 100]);
    messages(run, dice, Messages { late, by: Duration::from_millis(2_500), ..Messages::default() }).await
}

async fn repeated(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let all = Messages { repeated: 100, late: 50, by: Duration::from_secs(1), ..Messages::default() };
    messages(run, dice, all).await
}

async fn all_of_it(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let by = Duration::from_millis(2_500);
    messages(run, dice, Messages { lost: 30, repeated: 30, late: 50, by, held: false }).await
}

async fn paused(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let time = a_while(dice, 500, 3_000);
    command(run, &format!("CLIENT PAUSE {} ALL", time.as_millis())).await?;
    run.pause(time).await;
    Ok(())
}

async fn frozen(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    redis(run)?.server.signal("STOP")?;
    run.pause(a_while(dice, 1_000, 4_000)).await;
    redis(run)?.server.signal("CONT")
}

async fn emptied(run: &Arc<Run>, _: &mut Dice) -> anyhow::Result<()> {
    command(run, "FLUSHALL").await
}

async fn restarted(run: &Arc<Run>, _: &mut Dice) -> anyhow::Result<()> {
    redis(run)?.server.stop().await?;
    redis(run)?.server.start_again().await
}

async fn absent(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    redis(run)?.server.stop().await?;
    let time = run.options.absent.map_or_else(|| a_while(dice, 2_000, 6_000), Duration::from_secs);
    run.pause(time).await;
    redis(run)?.server.start_again().await
}

/// Connections stay, and nothing comes over them.
async fn silent(run: &Arc<Run>, dice: &mut Dice) -> anyhow::Result<()> {
    let wire = &redis(run)?.wire;
    wire.change_all(|weather| weather.answering.held = true);
    run.pause(a_while(dice, 1_000, 3_000)).await;
    wire.change_all(|weather| weather.answering.held = false);
    Ok(())
}
