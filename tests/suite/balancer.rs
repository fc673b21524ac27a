//! Three nodes behind the balancer that the project ships, all of them processes: who is sent where, what happens
//! to visitors when nodes leave, die and come back, and what the balancer lets through. PostgreSQL only.

use std::{collections::BTreeSet, net::SocketAddr, time::Instant};

use reqwest::Method;
use rowhouse_tests::{
    Answer, Backend, Client, Cluster, Load, asked_for, eventually, on, repository,
    services::{Haproxy, free_address},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::NODE;

const NODES: usize = 3;
const ADMIN: &str = "/acme/admin";

/// Which node served it.
fn served_by(answer: &Answer) -> usize {
    let node = answer.header("x-served-by");
    node.strip_prefix("node").and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{}", answer.told()))
}

async fn all_in_service(cluster: &Cluster, wanted: usize) {
    eventually("the balancer has as many nodes", || async {
        (cluster.nodes_in_service().await == wanted).then_some(())
    })
    .await;
}

async fn signed_in(cluster: &Cluster) -> Client {
    let editor = cluster.visitor();
    editor.sign_in("/acme", cluster.fact("DEMO_USER"), cluster.fact("DEMO_PASSWORD")).await;
    editor
}

/// Wants the admin, which only somebody who is signed in is shown; answers by which node.
async fn admin(editor: &Client) -> usize {
    served_by(&editor.get(ADMIN).await.is(200))
}

#[test]
fn a_browser_stays_at_one_node_and_goes_on_at_another_when_that_leaves_or_dies() {
    on(Backend::Postgres, |_| async move {
        let Some(mut cluster) = Cluster::up(NODE, &[]).await else { return };
        let editor = signed_in(&cluster).await;
        let first = admin(&editor).await;
        for _ in 0..20 {
            assert_eq!(admin(&editor).await, first, "a browser stays");
        }
        let mut met = BTreeSet::new();
        for _ in 0..4 * NODES {
            let somebody = cluster.visitor();
            let at = served_by(&somebody.get("/acme/").await.is(200));
            assert_eq!(served_by(&somebody.get("/journal/").await.is(200)), at, "a browser stays");
            met.insert(at);
        }
        assert_eq!(met.len(), NODES, "browsers are spread");

        cluster.stop(first).await;
        let second = admin(&editor).await;
        assert_ne!(second, first);
        assert_eq!(admin(&editor).await, second, "and stays there");
        cluster.start(first).await;
        all_in_service(&cluster, NODES).await;

        cluster.kill(second).await;
        let third = admin(&editor).await;
        assert_ne!(third, second);
        assert_eq!(admin(&editor).await, third, "and stays there");
    });
}

/// A form is sent once. When the node is gone before it can be, another one takes it.
#[test]
fn a_form_that_a_dead_node_never_saw_is_taken_by_another() {
    on(Backend::Postgres, |_| async move {
        let Some(mut cluster) = Cluster::up(NODE, &[]).await else { return };
        let editor = cluster.visitor();
        let door = format!("{ADMIN}/sign-in");
        let at = served_by(&editor.get(&door).await.is(200));
        cluster.kill(at).await;
        let form =
            [("user", cluster.fact("DEMO_USER")), ("password", cluster.fact("DEMO_PASSWORD")), ("next", "")];
        assert_ne!(served_by(&editor.post(&door, &form).await.is(303)), at);
        admin(&editor).await;
    });
}

const VISITORS: usize = 12;
const PAGES: [&str; 3] = ["/acme/", "/acme/about", "/journal/"];

/// The long run: `ROWHOUSE_TEST_REQUESTS=200000 cargo test -p rowhouse-tests --test suite one_after -- --nocapture`.
#[test]
fn nodes_are_restarted_one_after_the_other_and_no_request_fails() {
    on(Backend::Postgres, |_| async move {
        let wanted = asked_for("ROWHOUSE_TEST_REQUESTS", 5_000);
        let Some(mut cluster) = Cluster::up(NODE, &[]).await else { return };
        let load = Load::begin(cluster.balancer(), VISITORS, &PAGES);
        let mut restarts = 0;
        while restarts == 0 || load.tally().answered() < wanted {
            for node in 1..=NODES {
                cluster.restart(node).await;
                restarts += 1;
            }
        }
        let all = load.end().await;
        let (answered, failed) = (all.answered(), all.failures.len());
        eprintln!("{answered} requests, {restarts} restarts, {failed} failed; {:?}", all.served);
        assert!(all.failures.is_empty(), "{:?}", all.failures);
        assert_eq!(all.served.len(), NODES, "all were visited");
    });
}

/// Only what was on its way to the node may be lost: one request of each visitor at most.
#[test]
fn a_node_is_killed_and_everybody_is_served_on() {
    on(Backend::Postgres, |_| async move {
        let kills = asked_for("ROWHOUSE_TEST_KILLS", 1);
        let Some(mut cluster) = Cluster::up(NODE, &[]).await else { return };
        let load = Load::begin(cluster.balancer(), VISITORS, &PAGES);
        for node in (1..=NODES).cycle().take(kills) {
            let seen = load.tally().failures.len();
            load.serves_everybody().await;
            let killed = Instant::now();
            cluster.kill(node).await;
            let after = load.serves_everybody().await - killed;
            let lost = load.tally().failures.split_off(seen);
            eprintln!("node{node} was killed: {} requests lost, all served after {after:?}", lost.len());
            let mut losers: Vec<_> = lost.iter().map(|failure| failure.visitor).collect();
            losers.sort_unstable();
            losers.dedup();
            assert_eq!(losers.len(), lost.len(), "more was lost than was on its way: {lost:?}");
            all_in_service(&cluster, NODES - 1).await;
            let left = load.tally();
            assert!(!left.nodes().contains(&format!("node{node}").as_str()), "{:?}", left.nodes());
            cluster.start(node).await;
            all_in_service(&cluster, NODES).await;
        }
    });
}

/// The balancer alone says who asks and how.
#[test]
fn what_clients_say_of_themselves_is_dropped_and_the_host_is_kept() {
    on(Backend::Postgres, |_| async move {
        let Some(cluster) = Cluster::up(NODE, &[]).await else { return };
        let shop = ["tenant", "create", "shop", "--title", "The shop", "--host", "shop.example"];
        cluster.rowhouse(&shop).await.succeeds();
        forged_headers_are_dropped(&cluster).await;
        hosts_choose_tenants(&cluster).await;
        heads_have_limits(&cluster).await;
    });
}

/// What somebody claims who wants to be taken for another.
const FORGED: [(&str, &str); 6] = [
    ("x-forwarded-for", "203.0.113.7"),
    ("x-forwarded-host", "shop.example"),
    ("x-forwarded-port", "81"),
    ("x-forwarded-proto", "https"),
    ("x-real-ip", "203.0.113.7"),
    ("forwarded", "for=203.0.113.7;host=shop.example;proto=https"),
];

async fn forged_headers_are_dropped(cluster: &Cluster) {
    let form =
        [("user", cluster.fact("DEMO_USER")), ("password", cluster.fact("DEMO_PASSWORD")), ("next", "")];
    let account = async |editor: &Client| {
        editor.post_with(&format!("{ADMIN}/sign-in"), &FORGED[..1], &form).await.is(303);
        editor.get(&format!("{ADMIN}/account")).await.is(200)
    };
    let host = &FORGED[1..2];
    account(&cluster.visitor()).await.shows("127.0.0.1").hides("203.0.113.7");
    cluster.visitor().ask(Method::GET, "/", host).await.is(200).hides("The shop");
    // nodes believe the balancer: what it let through they would take for true
    account(&cluster.at_node(1)).await.shows("203.0.113.7");
    cluster.at_node(1).ask(Method::GET, "/", host).await.is(200).shows("The shop");
}

/// What arrives at a node, to the letter.
#[test]
fn a_node_is_told_who_asks_by_the_balancer_alone() {
    on(Backend::Sqlite, |_| async move {
        let (listen, node) = (free_address().unwrap(), heads_as_bodies().await);
        let text = std::fs::read_to_string(repository().join("deploy/haproxy/haproxy.cfg")).unwrap();
        let text = text
            .replace("    user haproxy\n    group haproxy\n", "")
            .replace("presetenv ROWHOUSE_HTTP :80", &format!("presetenv ROWHOUSE_HTTP {listen}"))
            .replace("127.0.0.1:8404", &free_address().unwrap().to_string())
            .replace("node1:8080 port 9080", &format!("{node} port {}", node.port()));
        let Some(_haproxy) = Haproxy::start(&text, listen).await.expect("HAProxy starts") else { return };
        let visitor = Client::new(listen);
        let host = ("host", "Acme.Example:8080");
        let told = visitor.ask(Method::GET, "/a%2Fb/?q=%20", &[&FORGED[..], &[host]].concat()).await.is(200);
        let told = told.text().to_lowercase();
        assert!(told.starts_with("get /a%2fb/?q=%20 http/1.1"), "{told}");
        let mut told: Vec<_> =
            told.lines().filter(|l| ["x-", "forw", "host"].iter().any(|n| l.starts_with(n))).collect();
        told.sort_unstable();
        assert_eq!(
            told,
            ["host: acme.example:8080", "x-forwarded-for: 127.0.0.1", "x-forwarded-proto: http"]
        );
    });
}

/// Listens, and answers each request with its own head.
async fn heads_as_bodies() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await?);
                }
                let begin =
                    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", head.len());
                stream.write_all(&[begin.as_bytes(), &head].concat()).await
            });
        }
    });
    address
}

/// All cookies that an answer sets.
fn cookies(answer: &Answer) -> String {
    let all = answer.headers.get_all("set-cookie").iter();
    all.filter_map(|cookie| cookie.to_str().ok()).collect::<Vec<_>>().join("\n")
}

async fn hosts_choose_tenants(cluster: &Cluster) {
    let visitor = cluster.visitor();
    let first = visitor.get("/acme/").await.is(200);
    assert!(cookies(&first).contains("rowhouse_node=node"), "{}", first.told());
    let shop = eventually("the new site is served", || async {
        Some(visitor.get_at("shop.example", "/").await).filter(|answer| answer.text().contains("The shop"))
    });
    // the same browser, another tenant: the host decides, and the node stays
    assert_eq!(served_by(&shop.await.is(200)), served_by(&first));
    visitor.get_at("shop.example:8080", "/").await.is(200).shows("The shop");
    visitor.get("/acme/").await.is(200).shows("Acme Joinery").hides("The shop");
}

async fn heads_have_limits(cluster: &Cluster) {
    let visitor = cluster.visitor();
    let long = format!("/acme/?q={}", "a".repeat(8_192));
    visitor.raw(&long, &[]).await.is(414);
    visitor.raw(&long[..8_000], &[]).await.is(200);
    let names: Vec<String> = (0..100).map(|n| format!("x-header-{n}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), "1")).collect();
    visitor.raw("/acme/", &many).await.is(400);
    visitor.raw("/acme/", &many[..60]).await.is(200);
    // more than fits, and not more than is read before it is refused
    visitor.raw("/acme/", &[("x-large", &"a".repeat(15_700))]).await.is(400);
}
