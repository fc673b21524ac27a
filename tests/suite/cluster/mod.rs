//! Several nodes upon one installation, joined by a real Redis: what one does the others show, what one has
//! made the others have, and nothing that comes from Redis is believed. The nodes stand in this process, but
//! for tests that read a node's own figures.

mod fifty;
mod kinds;
mod own_writes;
mod street;

use actix_web::http::header::HeaderValue;
use futures_util::future::join_all;
use rowhouse_cluster::render::{Body, Render};
use rowhouse_domain::coherence::{KeySpace, TagSet};
use rowhouse_tests::{Backend, Client, Draft, Home, Process, TestNode, eventually, on, run};

use self::street::{FOR_LONG, Street, figure, test};
use crate::NODE;

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
            content_type: HeaderValue::from_static("text/html"),
            identity: Body { bytes: "You were had".into(), etag: HeaderValue::from_static("\"1\"") },
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
        let purge = async || {
            Client::new(ops).post("/cache/purge?url=/acme/&all=true", &[]).await.is(200);
            eventually("it is off the shelf", async || street.shelf().await.is_empty().then_some(())).await;
        };
        purge().await;
        let before = refused().await;
        // a Redis that is slow is not waited for, and the push of the page may be on its way still: then nobody looks
        // at the shelf, and the page has to be forgotten once more
        eventually("the shelf is refused", async || {
            for place in &keys {
                street.command(&[b"SET", place.as_bytes(), &forged]).await;
            }
            let page = visitor.get("/acme/").await.is(200).shows("The Acme title");
            page.hides("You were had");
            if refused().await > before {
                return Some(());
            }
            purge().await;
            None
        })
        .await;
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
        let of = async |purpose: &str| {
            figure(ops, &format!("rowhouse_db_statements_total{{purpose=\"{purpose}\"}}")).await
        };
        let theirs = async || of("read").await + of("write").await + of("private").await;
        let mut catalogue = Vec::new();
        for path in ["/acme/", "/acme/feed.xml", "/acme/sitemap.xml"] {
            let before = figure(ops, "rowhouse_cache_pushed_total").await;
            street.nodes[0].get(path).await.is(200);
            eventually("it is pushed", async || {
                (figure(ops, "rowhouse_cache_pushed_total").await > before).then_some(())
            })
            .await;
            let before = (theirs().await, of("catalogue").await);
            assert_eq!(visitor.get(path).await.is(200).cache(), "push");
            assert_eq!(theirs().await, before.0);
            catalogue.push(of("catalogue").await - before.1);
        }
        // the worker asks it by itself once a second, which may fall into one of the visits and not into all
        assert!(catalogue.contains(&0.0), "{catalogue:?}");
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
