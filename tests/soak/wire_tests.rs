//! A real Redis behind the proxy: what becomes of messages, and of everything else meanwhile.

use rowhouse_tests::services::Redis;
use tokio::time::timeout;
use url::Url;

use super::*;

/// Somebody connected, past the proxy or through it.
struct Line(TcpStream);

impl Line {
    async fn to(address: SocketAddr, url: &Url) -> Self {
        let mut line = Self(TcpStream::connect(address).await.unwrap());
        line.say(&format!("AUTH {}", url.password().unwrap())).await;
        assert_eq!(line.hears().await, "+OK\r\n");
        line
    }

    async fn say(&mut self, words: &str) {
        self.0.write_all(format!("{words}\r\n").as_bytes()).await.unwrap();
    }

    /// What comes next, at once.
    async fn hears(&mut self) -> String {
        let mut bytes = vec![0; 1024];
        let count = timeout(Duration::from_secs(10), self.0.read(&mut bytes)).await.unwrap().unwrap();
        String::from_utf8(bytes[..count].to_vec()).unwrap()
    }

    /// How many messages come until the one that says `end`.
    async fn messages_until(&mut self, end: &str) -> usize {
        let mut text = String::new();
        while !text.contains(end) {
            text += &self.hears().await;
        }
        text.matches("message").count()
    }
}

struct Scene {
    _redis: Redis,
    wire: Wire,
    teller: Line,
    listener: Line,
}

impl Scene {
    async fn new() -> Option<Self> {
        let redis = Redis::start().await.unwrap()?;
        let url: Url = redis.url().parse().unwrap();
        let target = url.socket_addrs(|| None).unwrap()[0];
        let peers = Peers::of(1);
        peers.is(0, std::process::id());
        let wire = Wire::before(target, peers, Speech::Redis, Dice::new(1)).await.unwrap();
        let teller = Line::to(target, &url).await;
        let mut listener = Line::to(wire.address(), &url).await;
        listener.say("SUBSCRIBE news").await;
        assert!(listener.hears().await.contains("subscribe"));
        Some(Self { _redis: redis, wire, teller, listener })
    }

    fn messages(&self, messages: Messages) {
        self.wire.change(0, |weather| weather.messages = messages);
    }

    async fn tell(&mut self, word: &str) {
        self.teller.say(&format!("PUBLISH news {word}")).await;
        assert_eq!(self.teller.hears().await, ":1\r\n");
    }

    /// Waits until a ping went there and back on the listener's line: all before it has passed the proxy.
    async fn settle(&mut self) -> usize {
        self.listener.say("PING settled").await;
        self.listener.messages_until("settled").await
    }
}

#[tokio::test]
async fn messages_are_lost_and_repeated_and_the_rest_passes() {
    let Some(mut scene) = Scene::new().await else { return };
    scene.tell("one").await;
    assert_eq!(scene.settle().await, 1);
    scene.messages(Messages { lost: 100, ..Messages::default() });
    scene.tell("two").await;
    assert_eq!(scene.settle().await, 0);
    scene.messages(Messages { repeated: 100, ..Messages::default() });
    scene.tell("three").await;
    assert_eq!(scene.settle().await, 2);
}

#[tokio::test]
async fn a_message_that_is_held_arrives_later_and_others_overtake_it() {
    let Some(mut scene) = Scene::new().await else { return };
    scene.messages(Messages { late: 100, by: Duration::from_millis(1), held: true, ..Messages::default() });
    scene.tell("late").await;
    assert_eq!(scene.settle().await, 0);
    scene.messages(Messages::default());
    assert_eq!(scene.listener.messages_until("late").await, 1);
}

#[tokio::test]
async fn a_cut_ends_connections_and_keeps_new_ones_out() {
    let Some(mut scene) = Scene::new().await else { return };
    scene.wire.change(0, |weather| weather.cut = true);
    assert_eq!(scene.listener.hears().await, "");
    let mut again = TcpStream::connect(scene.wire.address()).await.unwrap();
    assert_eq!(again.read(&mut [0]).await.unwrap_or_default(), 0);
}

#[tokio::test]
async fn what_is_held_back_arrives_when_it_ends() {
    let Some(mut scene) = Scene::new().await else { return };
    scene.wire.change(0, |weather| weather.answering.held = true);
    scene.tell("held").await;
    assert!(timeout(Duration::from_millis(300), scene.listener.0.readable()).await.is_err());
    scene.wire.change(0, |weather| weather.answering.held = false);
    assert!(scene.listener.hears().await.contains("held"));
}
