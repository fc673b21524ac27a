//! Several nodes upon one installation, joined by a real Redis: what one does the others show, what one has
//! made the others have, and nothing that comes from Redis is believed. The nodes stand in this process, but
//! for tests that read a node's own figures.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use rowhouse_cluster::render::{Body, Render};
use rowhouse_domain::coherence::{KeySpace, TagSet};
use rowhouse_tests::{
    Backend, Client, Draft, Home, PASSWORD, PATIENCE, Process, TestNode, eventually, on, run,
    services::{ChaosProxy, Redis},
};

use crate::{NODE, editing};

/// So long that no poll comes to the aid of a hint that is missing.
const FOR_LONG: &str = "60s";

/// Nodes upon one installation, and the way from them to Redis, which can be broken.
struct Street {
    home: Arc<Home>,
    nodes: Vec<TestNode>,
    redis: Redis,
    way: Option<ChaosProxy>,
}

impl Street {
    /// `None`, and a line that says so, where there is no Redis.
    async fn open(count: usize, settings: &[(&str, &str)]) -> Option<Self> {
        let redis = Redis::start().await.expect("Redis starts")?;
        let url: url::Url = redis.url().parse().unwrap();
        let way = ChaosProxy::before(url.socket_addrs(|| None).unwrap()[0]).await.unwrap();
        let mut near = url.clone();
        near.set_port(Some(way.address().port())).unwrap();
        Some(Self::upon(redis, near.as_str(), Some(way), count, settings).await)
    }

    /// Upon a Redis of another kind, with nothing in between.
    async fn upon_kind(kind: &str, count: usize, settings: &[(&str, &str)]) -> Option<Self> {
        let redis = Redis::of_kind(kind).await.expect("Redis starts")?;
        let url = redis.url().to_owned();
        Some(Self::upon(redis, &url, None, count, settings).await)
    }

    async fn upon(
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
    async fn with_acme(count: usize, settings: &[(&str, &str)]) -> Option<Self> {
        let street = Self::open(count, settings).await?;
        street.found_acme().await;
        Some(street)
    }

    async fn found_acme(&self) {
        self.nodes[0].tenant("acme").title("The Acme title").create().await;
        for node in &self.nodes {
            node.refresh().await;
            node.get("/acme/nobody-is-here").await.is(404);
        }
    }

    fn way(&self) -> &ChaosProxy {
        self.way.as_ref().unwrap()
    }

    async fn command(&self, words: &[&[u8]]) -> redis::Value {
        let client = redis::Client::open(self.redis.url()).unwrap();
        let mut line = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(word);
        }
        command.query_async(&mut line).await.unwrap()
    }

    /// Waits until so many processes hear a channel.
    async fn hears(&self, channel: &str, processes: i64) {
        let channel = format!("rowhouse:{channel}");
        eventually("all listen", async || {
            let told = self.command(&[b"PUBSUB", b"NUMSUB", channel.as_bytes()]).await;
            let (_, number): (String, i64) = redis::from_redis_value(told).unwrap();
            (number == processes).then_some(())
        })
        .await;
    }

    /// The pages on the shelf.
    async fn shelf(&self) -> Vec<String> {
        redis::from_redis_value(self.command(&[b"KEYS", b"*:page:*"]).await).unwrap()
    }
}

fn test<F: Future<Output = Option<()>>>(body: impl Fn() -> F) {
    on(Backend::Postgres, |_| async {
        // without a Redis this is printed, and `tests/run` lets that pass only outside of continuous integration
        let _skipped = body().await;
    });
}

#[test]
fn what_one_node_made_the_others_have_before_they_are_asked() {
    test(|| async {
        let street = Street::with_acme(3, &[("cache.max_staleness", FOR_LONG)]).await?;
        let [one, two, three] = &street.nodes[..] else { unreachable!() };
        street.hears("pages", 3).await;
        assert_eq!(one.get("/acme/").await.is(200).cache(), "fill");
        for other in [two, three] {
            let reads = other.steps.count("render.read");
            let has = async || (other.node().cache_stats().entries > 1).then_some(());
            eventually("the page is pushed", has).await;
            let page = other.get("/acme/").await.is(200).shows("The Acme title");
            assert_eq!(page.cache(), "push");
            assert_eq!(other.get("/acme/").await.cache(), "hit");
            assert_eq!(other.steps.count("render.read"), reads);
        }
        Some(())
    });
}

/// Makes pages on the first node until one is pushed to the second: a Redis that changes its master loses what
/// is sent meanwhile.
async fn a_push_arrives(street: &Street, from: usize) {
    let [one, two] = &street.nodes[..] else { unreachable!() };
    for number in from..from + 100 {
        let (_, path) =
            Draft::page(&format!("page-{number}"), "A page").publish(&one.site("acme").await).await;
        let at = format!("/acme{path}");
        one.get(&at).await.is(200);
        tokio::time::sleep(Duration::from_millis(200)).await;
        if two.get(&at).await.is(200).cache() == "push" {
            return;
        }
    }
    panic!("no page was pushed");
}

#[test]
fn a_redis_cluster_joins_nodes_too() {
    test(|| async {
        let street = Street::upon_kind("redis-cluster", 2, &[]).await?;
        street.found_acme().await;
        a_push_arrives(&street, 0).await;
        Some(())
    });
}

#[test]
fn nodes_follow_the_sentinels_to_another_master() {
    test(|| async {
        let street = Street::upon_kind("redis-sentinel", 2, &[]).await?;
        street.found_acme().await;
        a_push_arrives(&street, 0).await;
        street.redis.signal("KILL").unwrap();
        a_push_arrives(&street, 1_000).await;
        Some(())
    });
}

#[test]
fn a_node_that_was_not_there_finds_the_page_on_the_shelf() {
    test(|| async {
        let street = Street::with_acme(1, &[]).await?;
        let first = street.nodes[0].get("/acme/").await.is(200);
        assert_eq!(first.cache(), "fill");
        eventually("the page is on the shelf", async || (!street.shelf().await.is_empty()).then_some(()))
            .await;
        let late = TestNode::on(street.home.clone()).await;
        late.node().meet_others().await;
        let page = late.get("/acme/").await.is(200);
        assert_eq!((page.cache(), page.header("etag")), ("shared", first.header("etag")));
        assert_eq!(page.bytes, first.bytes);
        assert_eq!(late.get("/acme/").await.cache(), "hit");
        Some(())
    });
}

#[test]
fn a_thousand_visitors_of_three_nodes_make_a_page_once() {
    test(|| async {
        let street = Street::with_acme(3, &[]).await?;
        street.hears("pages", 3).await;
        let before: usize = street.nodes.iter().map(|node| node.steps.count("render.read")).sum();
        let visits = (0..1_000).map(|n| {
            let visitor = street.nodes[n % 3].visitor.clone();
            async move { visitor.get("/acme/").await.is(200).cache().to_owned() }
        });
        let how = join_all(visits).await;
        let after: usize = street.nodes.iter().map(|node| node.steps.count("render.read")).sum();
        assert_eq!(after - before, 1, "{how:?}");
        Some(())
    });
}

#[test]
fn a_change_is_on_every_node_and_an_old_page_on_none() {
    test(|| async {
        let street = Street::with_acme(3, &[("cache.max_staleness", FOR_LONG)]).await?;
        street.hears("notes", 3).await;
        let site = street.nodes[0].site("acme").await;
        let (id, path) = Draft::page("about", "Words 0").publish(&site).await;
        let at = format!("/acme{path}");
        for n in 1..20 {
            for node in &street.nodes {
                node.get(&at).await.is(200);
            }
            let writer = &street.nodes[n % 3];
            Draft::page("about", &format!("Words {n}")).replace(&writer.site("acme").await, id).await;
            for node in &street.nodes {
                let wanted = format!("Words {n}<");
                eventually("the change is shown", async || {
                    node.get(&at).await.text().contains(&wanted).then_some(())
                })
                .await;
            }
        }
        Some(())
    });
}

#[test]
fn whoever_changed_something_sees_it_on_a_node_that_has_not_heard() {
    test(|| async {
        let street = Street::with_acme(2, &[("cache.max_staleness", FOR_LONG)]).await?;
        let [one, two] = &street.nodes[..] else { unreachable!() };
        let (id, path) = Draft::page("about", "Old title").publish(&one.site("acme").await).await;
        let at = format!("/acme{path}");
        let admin = one.client();
        admin.sign_in("/acme", "admin", PASSWORD).await;
        let seen = editing::version(&admin.get(&format!("/acme/admin/content/{id}")).await.is(200));
        eventually("the other shows it", async || {
            two.get(&at).await.text().contains("Old title").then_some(())
        })
        .await;
        // from now on no node hears another
        street.way().cut();
        editing::save(&admin, id, "publish", &seen, "New title", "New text.").await.is(303);
        let told = admin.cookies("/acme/");
        let told = told.split("; ").find(|pair| pair.starts_with("rowhouse_seen=")).expect("told").to_owned();
        two.get(&at).await.is(200).shows("Old title");
        let own = two.client().ask(reqwest::Method::GET, &at, &[("cookie", &told)]).await;
        own.is(200).shows("New title");
        Some(())
    });
}

/// The node that the editor works on has not heard of it, so that the own change does not follow what it knows.
#[test]
fn whoever_changed_something_after_others_sees_it_too() {
    test(|| async {
        let street = Street::with_acme(2, &[("cache.max_staleness", FOR_LONG)]).await?;
        let [one, two] = &street.nodes[..] else { unreachable!() };
        let (id, path) = Draft::page("about", "Old title").publish(&one.site("acme").await).await;
        let at = format!("/acme{path}");
        let admin = one.client();
        admin.sign_in("/acme", "admin", PASSWORD).await;
        let seen = editing::version(&admin.get(&format!("/acme/admin/content/{id}")).await.is(200));
        street.way().cut();
        Draft::page("other", "Another's").publish(&two.site("acme").await).await;
        two.get(&at).await.is(200).shows("Old title");
        editing::save(&admin, id, "publish", &seen, "New title", "New text.").await.is(303);
        let told = admin.cookies("/acme/");
        let told = told.split("; ").find(|pair| pair.starts_with("rowhouse_seen=")).expect("told").to_owned();
        let own = two.client().ask(reqwest::Method::GET, &at, &[("cookie", &told)]).await;
        own.is(200).shows("New title");
        Some(())
    });
}

#[test]
fn whoever_changed_something_is_not_given_what_was_being_made_before() {
    test(|| async {
        let street = Street::with_acme(1, &[]).await?;
        let node = &street.nodes[0];
        let (id, path) = Draft::page("about", "Old title").publish(&node.site("acme").await).await;
        let at = format!("/acme{path}");
        let admin = node.client();
        admin.sign_in("/acme", "admin", PASSWORD).await;
        let seen = editing::version(&admin.get(&format!("/acme/admin/content/{id}")).await.is(200));
        let gate = node.steps.gate("render.read");
        let early = tokio::spawn({
            let (visitor, at) = (node.client(), at.clone());
            async move { visitor.get(&at).await }
        });
        gate.arrived(1).await;
        editing::save(&admin, id, "publish", &seen, "New title", "New text.").await.is(303);
        let told = admin.cookies("/acme/");
        let told = told.split("; ").find(|pair| pair.starts_with("rowhouse_seen=")).expect("told").to_owned();
        let own = tokio::spawn({
            let (visitor, at) = (node.client(), at.clone());
            async move { visitor.ask(reqwest::Method::GET, &at, &[("cookie", &told)]).await }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        gate.open();
        early.await.unwrap().is(200).shows("Old title");
        own.await.unwrap().is(200).shows("New title");
        Some(())
    });
}

#[test]
fn without_redis_everything_works_and_changes_show_in_time() {
    test(|| async {
        let settings = [("cache.max_staleness", "400ms"), ("redis.timeout", "100ms")];
        let street = Street::with_acme(2, &settings).await?;
        let [one, two] = &street.nodes[..] else { unreachable!() };
        let (id, path) = Draft::page("about", "Words 0").publish(&one.site("acme").await).await;
        let at = format!("/acme{path}");
        for (n, broken) in [(1, "cut"), (2, "held"), (3, "killed")] {
            match broken {
                "cut" => street.way().cut(),
                "held" => street.way().pause(),
                _ => street.redis.signal("KILL").unwrap(),
            }
            two.get(&at).await.is(200);
            let words = format!("Words {n}");
            Draft::page("about", &words).replace(&one.site("acme").await, id).await;
            one.get(&at).await.is(200).shows(&words);
            tokio::time::sleep(two.max_staleness()).await;
            two.get(&at).await.is(200).shows(&words);
            street.way().mend();
        }
        Some(())
    });
}

#[test]
fn the_life_of_a_tenant_is_told_to_every_node() {
    test(|| async {
        let street = Street::with_acme(3, &[("cache.max_staleness", FOR_LONG)]).await?;
        street.hears("notes", 3).await;
        let system = rowhouse_engine::Actor::system();
        let answers = async |status: u16| {
            for node in &street.nodes {
                let asked = async || (node.get("/acme/").await.status.as_u16() == status).then_some(());
                eventually("every node knows", asked).await;
            }
        };
        answers(200).await;
        street.nodes[1].tenants().suspend("acme", "", &system).await.unwrap();
        answers(503).await;
        street.nodes[2].tenants().resume("acme", &system).await.unwrap();
        answers(200).await;
        Some(())
    });
}

#[test]
fn pages_are_forgotten_on_every_node() {
    test(|| async {
        let street = Street::with_acme(2, &[("cache.max_staleness", FOR_LONG)]).await?;
        let [one, two] = &street.nodes[..] else { unreachable!() };
        street.hears("notes", 2).await;
        two.get("/acme/").await.is(200);
        assert_eq!(two.get("/acme/").await.cache(), "hit");
        one.operator().post("/cache/purge?url=/acme/&all=true", &[]).await.is(200);
        let empty = async || (two.node().cache_stats().entries == 0).then_some(());
        eventually("the other node forgets", empty).await;
        Some(())
    });
}

/// The figure of this name and label, as a node's process tells it.
async fn figure(ops: std::net::SocketAddr, name: &str) -> f64 {
    let text = Client::new(ops).get("/metrics").await.is(200).text();
    let lines = text.lines().filter(|line| line.starts_with(name));
    lines.map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()).sum()
}

/// In processes of their own, because figures are a process's.
#[test]
fn what_is_forged_altered_or_misplaced_is_ignored_and_counted() {
    test(|| async {
        let street = Street::with_acme(1, &[("cache.max_staleness", FOR_LONG)]).await?;
        let (_process, sites, ops) = Process::start(NODE, &street.home, &["serve"]).serves().await;
        street.hears("pages", 2).await;
        let visitor = Client::new(sites);
        visitor.get("/acme/nothing").await.is(404);
        street.nodes[0].get("/acme/").await.is(200);
        let refused = async || figure(ops, "rowhouse_bus_refused_total{why=\"forged\"}").await;
        // garbage, and a page that a thief of Redis would like to see
        let tenant = street.nodes[0].info("acme").await.unwrap().id;
        let sealer = rowhouse_cluster::wire::Sealer::new([[9; 32]]);
        let key = KeySpace::new(tenant, "http://sites.example", "t", "b", 1).key("/", "", "html", "");
        let version = street.nodes[0].site("acme").await.version().unwrap();
        let bad = Render {
            version,
            tags: TagSet::new(),
            status: 200,
            content_type: "text/html".into(),
            identity: Body { bytes: "You were had".into(), etag: "\"1\"".into() },
            brotli: None,
            gzip: None,
            headers: Vec::new(),
            made_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let forged = rowhouse_cluster::wire::pack(uuid::Uuid::nil(), &key, &bad, &sealer);
        street.command(&[b"PUBLISH", b"rowhouse:notes", b"{\"what\":\"tenants\"}"]).await;
        street.command(&[b"PUBLISH", b"rowhouse:pages", &forged]).await;
        eventually("both are refused", async || (refused().await >= 2.0).then_some(())).await;
        // the genuine page on the shelf, altered, and put into another's place
        let keys = street.shelf().await;
        for place in &keys {
            let value = street.command(&[b"GET", place.as_bytes()]).await;
            let mut value: Vec<u8> = redis::from_redis_value(value).unwrap();
            let middle = value.len() / 2;
            value[middle] ^= 1;
            street.command(&[b"SET", place.as_bytes(), &value]).await;
        }
        assert!(!keys.is_empty());
        Client::new(ops).post("/cache/purge?url=/acme/&all=true", &[]).await.is(200);
        eventually("it is off the shelf", async || street.shelf().await.is_empty().then_some(())).await;
        for place in &keys {
            street.command(&[b"SET", place.as_bytes(), &forged]).await;
        }
        let before = refused().await;
        let page = visitor.get("/acme/").await.is(200).shows("The Acme title");
        page.hides("You were had");
        eventually("the shelf is refused", async || (refused().await > before).then_some(())).await;
        Some(())
    });
}

#[test]
fn a_pushed_page_costs_no_statement() {
    test(|| async {
        let street = Street::with_acme(1, &[("cache.max_staleness", FOR_LONG)]).await?;
        let (_process, sites, ops) = Process::start(NODE, &street.home, &["serve"]).serves().await;
        street.hears("pages", 2).await;
        let visitor = Client::new(sites);
        visitor.get("/acme/nothing").await.is(404);
        let before = figure(ops, "rowhouse_cache_pushed_total").await;
        street.nodes[0].get("/acme/").await.is(200);
        eventually("it is pushed", async || {
            (figure(ops, "rowhouse_cache_pushed_total").await > before).then_some(())
        })
        .await;
        let statements = async || {
            let mut sum = 0.0;
            for purpose in ["read", "write", "private", "catalogue"] {
                sum += figure(ops, &format!("rowhouse_db_statements_total{{purpose=\"{purpose}\"}}")).await;
            }
            sum
        };
        let before = statements().await;
        assert_eq!(visitor.get("/acme/").await.is(200).cache(), "push");
        assert_eq!(statements().await, before);
        Some(())
    });
}

#[test]
fn a_node_with_sqlite_and_redis_refuses_to_start() {
    on(Backend::Sqlite, |backend| async move {
        let home = Home::new(backend, &[("redis.url", "redis://:secret@127.0.0.1:1")]).await;
        let config = home.config().display().to_string();
        let done = run(NODE, &["cli", "--config", &config, "serve"], "").await;
        let words = ["redis.url", "SQLite", "PostgreSQL"];
        assert!(!done.fails_with(&words).err.contains("secret"));
    });
}

/// In a process of its own, whose figures tell that it was the note and not a poll.
#[test]
fn a_command_that_ends_at_once_tells_the_nodes_all_the_same() {
    test(|| async {
        let street = Street::with_acme(1, &[("cache.max_staleness", FOR_LONG)]).await?;
        let (_process, sites, ops) = Process::start(NODE, &street.home, &["serve"]).serves().await;
        street.hears("notes", 2).await;
        let visitor = Client::new(sites);
        visitor.get("/acme/told").await.is(404);
        let heard = async || figure(ops, "rowhouse_coherence_hints_total").await;
        assert!(heard().await < 1.0);
        let config = street.home.config().display().to_string();
        let words = ["cli", "--config", &config, "content", "publish", "--tenant", "acme", "--path", "/told"];
        run(NODE, &[&words[..], &["--title", "Told", "--markdown", "-"]].concat(), "Text.").await.succeeds();
        eventually("the change is heard", async || (heard().await >= 1.0).then_some(())).await;
        visitor.get("/acme/told").await.is(200).shows("Text.");
        Some(())
    });
}

/// Asks every node for a site from the moment its making was answered, and tells how long after it the last
/// "not found" began, on the slowest node.
async fn last_unknown(street: &Street, name: String) -> Duration {
    let made = Instant::now();
    let of_node = |visitor: Client| {
        let path = format!("/{name}/");
        async move {
            let (mut last, mut found) = (Duration::ZERO, 0);
            // a while longer: a site that is known must not be forgotten again
            while found < 10 {
                let began = made.elapsed();
                match visitor.get(&path).await.status.as_u16() {
                    200 => found += 1,
                    404 => (last, found) = (began, 0),
                    other => panic!("{other} for {path}"),
                }
                assert!(began < PATIENCE, "{path} is not on every node");
            }
            last
        }
    };
    join_all(street.nodes.iter().map(|node| of_node(node.client()))).await.into_iter().max().unwrap()
}

/// Makes fifty sites at once: forty by the forms of three nodes, ten by the command line.
async fn fifty(street: &Street, mark: &'static str) -> Vec<Duration> {
    let by_form = (0..40).map(|n| async move {
        let root = street.nodes[n % 3].client();
        root.sign_in("", "root", PASSWORD).await;
        let name = format!("{mark}-form-{n}");
        let prefix = format!("/{name}");
        let address = [("name", name.as_str()), ("title", &name), ("prefix", &prefix), ("hosts", "")];
        let form = [("admin_user", "admin"), ("admin_email", "a@example.org"), ("admin_password", PASSWORD)];
        let form = [&address[..], &form[..]].concat();
        crate::row::create(&root, &form).await.is(200);
        last_unknown(street, name).await
    });
    let config = street.home.config().display().to_string();
    let by_command = (0..10).map(|n| {
        let config = config.clone();
        async move {
            let name = format!("{mark}-command-{n}");
            let words = ["cli", "--config", &config, "tenant", "create", &name, "--admin-password-stdin"];
            run(NODE, &words, PASSWORD).await.succeeds();
            last_unknown(street, name).await
        }
    });
    let (form, command) = tokio::join!(join_all(by_form), join_all(by_command));
    form.into_iter().chain(command).collect()
}

fn told(how: &str, mut unknown: Vec<Duration>) {
    unknown.sort();
    println!(
        "{how}: last 404 after the answer, of 50 sites on 3 nodes: p50 {:?}, p99 {:?}",
        unknown[25], unknown[49]
    );
}

#[test]
fn fifty_sites_made_at_once_are_on_every_node_within_the_promised_time_also_when_no_message_comes_through() {
    test(|| async {
        let settings = [
            ("limits.sign_in_account", "1000"),
            ("limits.sign_in_address", "1000"),
            ("redis.timeout", "100ms"),
            // three nodes share a server with all other tests
            ("database.connections", "6"),
            ("database.tenant_connections", "12"),
            ("database.connections_per_tenant", "1"),
        ];
        let street = Street::open(3, &settings).await?;
        street.hears("notes", 3).await;
        street.nodes[0].super_user("root").await;
        for (how, mark) in [("told by Redis", "loud"), ("messages blocked", "mute")] {
            if mark == "mute" {
                street.way().pause();
            }
            let unknown = fifty(&street, mark).await;
            assert!(unknown.iter().all(|at| *at < street.nodes[0].max_staleness()), "{how}: {unknown:?}");
            told(how, unknown);
        }
        assert_eq!(street.nodes[0].node().tenants().len(), 100, "none is lost, none is doubled");
        Some(())
    });
}
