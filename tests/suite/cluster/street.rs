//! Nodes upon one installation with a Redis between them.

use std::sync::Arc;

use futures_util::future::join_all;
use rowhouse_tests::{
    Backend, Client, Home, TestNode, eventually, on,
    services::{ChaosProxy, Redis},
};

/// So long that no poll comes to the aid of a hint that is missing.
pub(super) const FOR_LONG: &str = "60s";

/// Nodes upon one installation, and the way from them to Redis, which can be broken.
pub(super) struct Street {
    pub(super) home: Arc<Home>,
    pub(super) nodes: Vec<TestNode>,
    pub(super) redis: Redis,
    way: Option<ChaosProxy>,
}

impl Street {
    /// `None`, and a line that says so, where there is no Redis.
    pub(super) async fn open(count: usize, settings: &[(&str, &str)]) -> Option<Self> {
        let redis = Redis::start().await.expect("Redis starts")?;
        let url: url::Url = redis.url().parse().unwrap();
        let way = ChaosProxy::before(url.socket_addrs(|| None).unwrap()[0]).await.unwrap();
        let mut near = url.clone();
        near.set_port(Some(way.address().port())).unwrap();
        Some(Self::upon(redis, near.as_str(), Some(way), count, settings).await)
    }

    /// Upon a Redis of another kind, with nothing in between.
    pub(super) async fn upon_kind(kind: &str, count: usize, settings: &[(&str, &str)]) -> Option<Self> {
        let redis = Redis::of_kind(kind).await.expect("Redis starts")?;
        let url = redis.url().to_owned();
        Some(Self::upon(redis, &url, None, count, settings).await)
    }

    pub(super) async fn upon(
        redis: Redis,
        url: &str,
        way: Option<ChaosProxy>,
        count: usize,
        settings: &[(&str, &str)],
    ) -> Self {
        // all nodes have one address, as behind a balancer
        let own = [
            ("redis.url", url),
            ("server.public_url", "http://sites.example"),
            // longer than a busy machine takes
            ("redis.timeout", "3s"),
        ];
        let settings: Vec<_> = settings.iter().chain(&own).copied().collect();
        let home = Arc::new(Home::new(Backend::Postgres, &settings).await);
        let mut nodes = Vec::new();
        for _ in 0..count {
            nodes.push(TestNode::on(home.clone()).await);
        }
        let street = Self { home, nodes, redis, way };
        join_all(street.nodes.iter().map(|node| node.node().meet_others())).await;
        street
    }

    /// As [`Street::open`], with the site `acme`, which was visited on every node.
    pub(super) async fn with_acme(count: usize, settings: &[(&str, &str)]) -> Option<Self> {
        let street = Self::open(count, settings).await?;
        street.found_acme().await;
        Some(street)
    }

    pub(super) async fn found_acme(&self) {
        self.nodes[0].tenant("acme").title("The Acme title").create().await;
        for node in &self.nodes {
            node.refresh().await;
            node.get("/acme/nobody-is-here").await.is(404);
        }
    }

    pub(super) fn way(&self) -> &ChaosProxy {
        self.way.as_ref().unwrap()
    }

    pub(super) async fn command(&self, words: &[&[u8]]) -> redis::Value {
        let client = redis::Client::open(self.redis.url()).unwrap();
        let mut line = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(word);
        }
        command.query_async(&mut line).await.unwrap()
    }

    /// Waits until so many processes hear a channel.
    pub(super) async fn hears(&self, channel: &str, processes: i64) {
        let channel = format!("rowhouse:{channel}");
        eventually("all listen", async || {
            let told = self.command(&[b"PUBSUB", b"NUMSUB", channel.as_bytes()]).await;
            let (_, number): (String, i64) = redis::from_redis_value(told).unwrap();
            (number == processes).then_some(())
        })
        .await;
    }

    /// The pages on the shelf.
    pub(super) async fn shelf(&self) -> Vec<String> {
        redis::from_redis_value(self.command(&[b"KEYS", b"*:page:*"]).await).unwrap()
    }
}

pub(super) fn test<F: Future<Output = Option<()>>>(body: impl Fn() -> F) {
    on(Backend::Postgres, |_| async {
        // without a Redis this is printed, and `tests/run` lets that pass only outside of continuous integration
        let _skipped = body().await;
    });
}

/// The figure of this name and label, as a node's process tells it.
pub(super) async fn figure(ops: std::net::SocketAddr, name: &str) -> f64 {
    let text = Client::new(ops).get("/metrics").await.is(200).text();
    let lines = text.lines().filter(|line| line.starts_with(name));
    lines.map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()).sum()
}
