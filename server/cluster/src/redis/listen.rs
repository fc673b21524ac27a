//! A connection for messages, always of its own. Messages that were sent while nobody listened are gone, so
//! whoever hears is told of every gap: when it may have begun, and when it is over. A peer that is dead
//! without having said so is noticed by a ping each second.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use metrics::{counter, gauge};
use redis::{Msg, RedisResult, aio::PubSubSink};
use tokio::time;

use super::RedisUrl;

const PING_EVERY: Duration = Duration::from_secs(1);
const PING_WITHIN: Duration = Duration::from_secs(1);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
const SOON: Duration = Duration::from_millis(50);
const LATER: Duration = Duration::from_secs(1);

/// What is heard.
#[derive(Debug)]
pub enum News<'m> {
    /// A message.
    Message(&'m [u8]),
    /// From now on messages are heard; some before may be missing.
    Listening,
    /// Messages may be missing from now on.
    Deaf,
}

/// One channel of one Redis.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Where.
    pub url: RedisUrl,
    /// The channel.
    pub channel: String,
    /// Tells listeners apart in metrics.
    pub name: &'static str,
}

impl Listener {
    /// Listens for ever. Drop the future to stop.
    pub async fn run(&self, hear: impl Fn(News<'_>)) {
        let (up, gaps) = (
            gauge!("rowhouse_bus_listening", "channel" => self.name),
            counter!("rowhouse_bus_gaps_total", "channel" => self.name),
        );
        let (mut wait, mut attempt) = (SOON, 0_usize);
        loop {
            if let Ok(Ok((mut sink, stream))) = time::timeout(CONNECT_WITHIN, self.subscribe(attempt)).await {
                wait = SOON;
                up.set(1.0);
                hear(News::Listening);
                hear_all(&mut sink, stream, &hear).await;
                up.set(0.0);
                gaps.increment(1);
                hear(News::Deaf);
            }
            attempt = attempt.wrapping_add(1);
            time::sleep(wait).await;
            wait = (wait * 2).min(LATER);
        }
    }

    async fn subscribe(
        &self,
        attempt: usize,
    ) -> RedisResult<(PubSubSink, impl Stream<Item = Msg> + Unpin + use<>)> {
        let mut line = self.url.server(attempt).await?.get_async_pubsub().await?;
        line.subscribe(&self.channel).await?;
        Ok(line.split())
    }
}

/// Until the connection ends or a ping is not answered in time.
async fn hear_all(
    sink: &mut PubSubSink,
    mut stream: impl Stream<Item = Msg> + Unpin,
    hear: &impl Fn(News<'_>),
) {
    let mut pings = time::interval_at(time::Instant::now() + PING_EVERY, PING_EVERY);
    pings.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = stream.next() => match message {
                Some(message) => hear(News::Message(message.get_payload_bytes())),
                None => return,
            },
            _ = pings.tick() => {
                let answered = time::timeout(PING_WITHIN, sink.ping::<redis::Value>()).await;
                if !matches!(answered, Ok(Ok(_))) {
                    return;
                }
            }
        }
    }
}
