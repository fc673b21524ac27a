//! What the render cache promises: a hit asks no database, and nobody is shown what was changed before.

use std::{sync::Arc, time::Duration};

use rowhouse_tests::{Backend, Draft, Home, Options, Process, TestNode, eventually, on, on_both};

use crate::NODE;

async fn acme(backend: Backend) -> TestNode {
    let node = TestNode::start(backend).await;
    node.tenant("acme").title("The Acme title").create().await;
    node
}

#[test]
fn the_second_visitor_gets_the_page_from_memory() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        assert_eq!(node.get("/acme/").await.is(200).cache(), "fill");
        assert_eq!(node.get("/acme/").await.is(200).cache(), "hit");
        assert_eq!(
            node.get("/acme/?utm_source=x").await.is(200).cache(),
            "hit",
            "a query that changes nothing"
        );
        assert_eq!(node.steps.count("render.read"), 1);
    });
}

/// The number of statements of these purposes, as the operations listener of a process tells it.
pub async fn statements(ops: std::net::SocketAddr, purposes: &[&str]) -> f64 {
    let text = rowhouse_tests::Client::new(ops).get("/metrics").await.is(200).text();
    let of = |line: &&str| {
        line.starts_with("rowhouse_db_statements_total{")
            && purposes.iter().any(|p| line.contains(&format!("purpose=\"{p}\"")))
    };
    text.lines().filter(of).map(|l| l.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()).sum()
}

/// In a process of its own, because metrics are a process's. Polls and questions to a tenant's version row go
/// on at their own pace whoever visits, so they are not counted here.
#[test]
fn a_hit_costs_no_statement() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let home = node.home.clone();
        let (_process, sites, ops) = Process::start(NODE, &home, &["serve"]).serves().await;
        let visitor = rowhouse_tests::Client::new(sites);
        assert_eq!(visitor.get("/acme/").await.is(200).cache(), "fill");
        let all = ["read", "write", "private", "catalogue"];
        let before = statements(ops, &all).await;
        assert!(before > 0.0, "the first visit was counted");
        for _ in 0..50 {
            assert_eq!(visitor.get("/acme/").await.is(200).cache(), "hit");
        }
        assert_eq!(statements(ops, &all).await, before);
        visitor.get("/acme/nothing").await.is(404);
        assert!(statements(ops, &["read"]).await > 0.0, "a miss is counted");
        assert!(statements(ops, &all).await > before, "a miss is counted");
    });
}

#[test]
fn who_has_the_page_is_told_so() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let first = node.get("/acme/").await.is(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && first.header("vary").eq_ignore_ascii_case("accept-encoding"));
        let ask = async |tag: &str| {
            node.visitor.ask(reqwest::Method::GET, "/acme/", &[("if-none-match", tag)]).await
        };
        assert!(ask(&tag).await.is(304).bytes.is_empty());
        assert!(ask(&format!("W/{tag}")).await.is(304).bytes.is_empty());
        ask("\"another\"").await.is(200);
        let site = node.site("acme").await;
        Draft::page("new", "New").publish(&site).await;
        assert_eq!(node.get("/acme/").await.is(200).header("cache-control"), "no-cache");
    });
}

#[test]
fn bodies_are_stored_in_the_codings_that_browsers_take() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let ask = async |coding: &str| {
            node.visitor.ask(reqwest::Method::GET, "/acme/", &[("accept-encoding", coding)]).await.is(200)
        };
        // nobody waits for what makes it smaller
        let plain = ask("gzip, br").await;
        let br = eventually("the smaller forms are there", async || {
            Some(ask("gzip, br").await).filter(|answer| answer.header("content-encoding") == "br")
        });
        let (br, gzip) = (br.await, ask("gzip").await);
        assert_eq!((br.header("content-encoding"), gzip.header("content-encoding")), ("br", "gzip"));
        assert_eq!(plain.header("content-encoding"), "");
        assert!(br.bytes.len() < plain.bytes.len() && gzip.bytes.starts_with(&[0x1f, 0x8b]));
        let mut tags = [plain.header("etag"), br.header("etag"), gzip.header("etag")].map(str::to_owned);
        tags.sort();
        assert!(tags.windows(2).all(|two| two[0] != two[1]), "each body has a tag of its own: {tags:?}");
        assert_eq!(node.steps.count("render.read"), 1);
    });
}

#[test]
fn head_is_get_without_a_body() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let get = node.get("/acme/").await.is(200);
        let head = node.visitor.ask(reqwest::Method::HEAD, "/acme/", &[]).await.is(200);
        assert!(head.bytes.is_empty() && head.header("etag") == get.header("etag"));
    });
}

#[test]
fn an_edit_is_in_the_next_answer() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let site = node.site("acme").await;
        let (id, path) = Draft::page("about", "First words").publish(&site).await;
        let at = format!("/acme{path}");
        for n in 0..5 {
            Draft::page("about", &format!("Words number {n}")).replace(&site, id).await;
            node.get(&at).await.is(200).shows(&format!("Words number {n}"));
            assert_eq!(node.get(&at).await.cache(), "hit");
        }
    });
}

#[test]
fn an_edit_is_seen_by_another_node_when_its_time_is_over() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let other = TestNode::on(node.home.clone()).await;
        let site = node.site("acme").await;
        let (id, _) = Draft::page("about", "First words").publish(&site).await;
        other.refresh().await;
        other.get("/acme/about").await.is(200).shows("First words");
        for n in 0..3 {
            Draft::page("about", &format!("Words number {n}")).replace(&site, id).await;
            tokio::time::sleep(other.max_staleness()).await;
            other.get("/acme/about").await.is(200).shows(&format!("Words number {n}"));
        }
    });
}

#[test]
fn a_page_that_is_published_replaces_its_remembered_absence() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        node.get("/acme/coming").await.is(404);
        node.get("/acme/coming").await.is(404);
        Draft::page("coming", "Here it is").publish(&node.site("acme").await).await;
        node.get("/acme/coming").await.is(200).shows("Here it is");
    });
}

#[test]
fn a_draft_changes_nothing_that_visitors_see() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        node.get("/acme/").await.is(200);
        Draft::page("secret", "Not yet").save(&node.site("acme").await).await;
        assert_eq!(node.get("/acme/").await.cache(), "hit");
        node.get("/acme/secret").await.is(404).hides("Not yet");
    });
}

#[test]
fn an_edit_leaves_other_sites_and_other_pages_in_memory() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        node.tenant("journal").create().await;
        let site = node.site("acme").await;
        let (about, _) = Draft::page("about", "About").publish(&site).await;
        Draft::page("other", "Other").publish(&site).await;
        for path in ["/acme/about", "/acme/other", "/journal/"] {
            node.get(path).await.is(200);
        }
        Draft::page("about", "About").body("Another text.").replace(&site, about).await;
        assert_eq!(node.get("/journal/").await.cache(), "hit");
        assert_eq!(node.get("/acme/other").await.cache(), "hit");
        assert_eq!(node.get("/acme/about").await.shows("Another text.").cache(), "fill");
    });
}

#[test]
fn a_render_that_is_overtaken_by_an_edit_is_never_shown_afterwards() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let site = node.site("acme").await;
        let (id, _) = Draft::page("about", "Old words").publish(&site).await;
        let gate = node.steps.gate("render.read");
        let visitor = node.client();
        let slow = tokio::spawn(async move { visitor.get("/acme/about").await });
        gate.arrived(1).await;
        Draft::page("about", "New words").replace(&site, id).await;
        // a visitor may be late by this much, and no more
        tokio::time::sleep(node.max_staleness()).await;
        let visitor = node.client();
        let after = tokio::spawn(async move { visitor.get("/acme/about").await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        gate.open();
        after.await.unwrap().is(200).shows("New words").hides("Old words");
        slow.await.unwrap().is(200);
        node.get("/acme/about").await.is(200).shows("New words").hides("Old words");
    });
}

#[test]
fn a_render_that_was_overtaken_is_not_kept() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let site = node.site("acme").await;
        let (id, _) = Draft::page("about", "Old words").publish(&site).await;
        let gate = node.steps.gate("render.read");
        let visitor = node.client();
        let slow = tokio::spawn(async move { visitor.get("/acme/about").await });
        gate.arrived(1).await;
        Draft::page("about", "New words").replace(&site, id).await;
        gate.open();
        slow.await.unwrap().is(200);
        node.get("/acme/about").await.is(200).shows("New words").hides("Old words");
    });
}

#[test]
fn many_visitors_of_a_new_page_make_it_once() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        let gate = node.steps.gate("render.read");
        let many: Vec<_> = (0..20)
            .map(|_| {
                let visitor = node.client();
                tokio::spawn(async move { visitor.get("/acme/").await.is(200) })
            })
            .collect();
        gate.arrived(1).await;
        gate.open();
        for visitor in many {
            visitor.await.unwrap().shows("The Acme title");
        }
        assert_eq!(node.steps.count("render.read"), 1);
    });
}

/// Kills another process between its commit and its word to the catalogue.
async fn write_and_die(home: &Home, step: &str, title: &str) {
    let writer = Process::start(NODE, home, &["--halt-at", step, "publish", "acme", "late", title]);
    let (writer, at) = writer.says("halted").await;
    assert_eq!(at, step);
    writer.kill();
}

#[test]
fn what_a_dead_writer_committed_is_shown_when_its_time_is_over() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        node.get("/acme/late").await.is(404);
        write_and_die(&node.home, "write.committed", "Its last words").await;
        tokio::time::sleep(node.max_staleness()).await;
        node.get("/acme/late").await.is(200).shows("Its last words");
    });
}

#[test]
fn what_a_dead_writer_only_announced_is_not_shown_and_hinders_nobody() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        node.get("/acme/late").await.is(404);
        write_and_die(&node.home, "write.announced", "Never to be read").await;
        tokio::time::sleep(node.max_staleness()).await;
        node.get("/acme/late").await.is(404).hides("Never to be read");
        let (catalogue, tenant) = (node.home.catalogue().await, node.info("acme").await.unwrap().id);
        eventually("the announcement is cleared", || async {
            let pulse = catalogue.pulse(tenant).await.unwrap().unwrap();
            (pulse.intent == pulse.token).then_some(())
        })
        .await;
        Draft::page("late", "By another hand").publish(&node.site("acme").await).await;
        node.get("/acme/late").await.is(200).shows("By another hand");
    });
}

/// On PostgreSQL, whose connections can be cut; a file that is open cannot be taken away.
#[test]
fn pages_outlive_their_database_for_a_while_and_say_so() {
    on(Backend::Postgres, |_| async move {
        let settings = [("cache.max_staleness", "200ms"), ("cache.stale_if_error", "60s")];
        let node = TestNode::on(Arc::new(Home::behind_chaos(&settings).await)).await;
        node.tenant("acme").title("The Acme title").create().await;
        node.get("/acme/").await.is(200);
        node.home.chaos().cut();
        eventually("the page is stale", || async {
            let answer = node.get("/acme/").await.is(200).shows("The Acme title");
            (answer.cache() == "stale").then_some(())
        })
        .await;
        let missing = node.get("/acme/nothing").await.is(503);
        assert!(!missing.header("retry-after").is_empty());
        node.clock.forward(Duration::from_secs(61));
        node.get("/acme/").await.is(503).hides("postgres").hides("connection").hides("127.0.0.1");
        node.home.chaos().mend();
        eventually("the page is back", || async { (node.get("/acme/").await.status == 200).then_some(()) })
            .await;
    });
}

/// A lock keeps writers out of a file, and readers of a page are served on.
#[test]
fn a_locked_file_keeps_nobody_from_reading() {
    on(Backend::Sqlite, |backend| async move {
        let node = acme(backend).await;
        let site = node.site("acme").await;
        Draft::page("about", "About us").publish(&site).await;
        let gate = node.steps.gate("write.locked");
        let writer = tokio::spawn(async move { Draft::page("other", "Other").publish(&site).await });
        gate.arrived(1).await;
        node.get("/acme/about").await.is(200).shows("About us");
        node.get("/acme/other").await.is(404);
        gate.open();
        writer.await.unwrap();
        node.get("/acme/other").await.is(200);
    });
}

#[test]
fn memory_is_bounded_and_no_site_takes_all_of_it() {
    on_both(|backend| async move {
        let node = Options::new(backend)
            .set("cache.bytes", "256KiB")
            .set("cache.tenant_percent", "50")
            .start()
            .await;
        let acme = node.tenant("acme").create().await;
        node.tenant("journal").create().await;
        let site = node.site("acme").await;
        node.get("/journal/").await.is(200);
        for n in 0..40 {
            Draft::page(&format!("page-{n}"), &format!("Page {n}")).publish(&site).await;
            node.get(&format!("/acme/page-{n}")).await.is(200);
        }
        let stats = node.node().cache_stats();
        assert!(stats.bytes <= 256 * 1024 && stats.entries > 1, "{stats:?}");
        assert_eq!(node.get("/journal/").await.cache(), "hit", "{} took its room", acme.name);
    });
}

#[test]
fn strange_cookies_change_nothing() {
    on_both(|backend| async move {
        let node = acme(backend).await;
        node.get("/acme/").await.is(200);
        let cookies = [("cookie", "theme=dark; rowhouse_x=forged; rowhouse_unlock=forged")];
        let answer = node.visitor.ask(reqwest::Method::GET, "/acme/", &cookies).await.is(200);
        assert_eq!(answer.cache(), "hit");
        assert_eq!(answer.header("set-cookie"), "");
    });
}
