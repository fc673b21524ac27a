//! Running a node: starting with clear words, being watched, leaving without anybody noticing.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use reqwest::Method;
use rowhouse_tests::{Backend, Client, Done, Draft, Home, Process, TestNode, eventually, on, on_both, run};

use crate::NODE;

/// The program itself, upon an installation.
async fn rowhouse(home: &Home, arguments: &[&str]) -> Done {
    let config = home.config().display().to_string();
    let all: Vec<&str> =
        ["cli"].into_iter().chain(arguments.iter().copied()).chain(["--config", &config]).collect();
    run(NODE, &all, "").await
}

#[test]
fn a_wrong_setting_is_one_clear_line() {
    on(Backend::Sqlite, |backend| async move {
        let table: &[(&str, &str, &[&str])] = &[
            ("server.listne", "127.0.0.1:0", &["server.listne", "server.listen", "rowhouse.toml"]),
            ("server.listen", "nowhere", &["server.listen", "nowhere"]),
            ("server.public_url", "not a url", &["server.public_url"]),
            ("database.url", "mysql://root@localhost/x", &["database.url", "mysql"]),
            ("tenancy.database_url", "sqlite://one-for-all.db", &["tenancy.database_url", "{name}"]),
            ("tenancy.isolation", "schema", &["tenancy.isolation", "PostgreSQL"]),
            ("cache.max_staleness", "a while", &["cache.max_staleness", "a while"]),
            ("cache.bytes", "much", &["cache.bytes", "much"]),
            ("log.format", "xml", &["log.format", "xml"]),
            ("log.level", "info,rowhouse=loud", &["log.level", "loud", "as in info"]),
        ];
        for (key, value, words) in table {
            let home = Home::new(backend, &[(key, value)]).await;
            rowhouse(&home, &["serve"]).await.fails_with(words);
            rowhouse(&home, &["config", "check"]).await.fails_with(words);
        }
    });
}

#[test]
fn a_settings_file_that_is_not_there_is_named() {
    on(Backend::Sqlite, |_| async move {
        run(NODE, &["cli", "serve", "--config", "/nowhere/r.toml"], "")
            .await
            .fails_with(&["/nowhere/r.toml"]);
    });
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    on_both(|backend| async move {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        for key in ["server.listen", "server.ops_listen"] {
            let home = Home::new(backend, &[(key, &address)]).await;
            rowhouse(&home, &["serve"]).await.fails_with(&[key, &address]);
        }
    });
}

#[test]
fn a_missing_key_file_is_one_clear_line_where_nodes_share_a_database() {
    on(Backend::Postgres, |backend| async move {
        let home = Home::new(backend, &[]).await;
        std::fs::remove_file(home.file("keys")).unwrap();
        rowhouse(&home, &["serve"]).await.fails_with(&["key file", "missing"]);
        assert!(!home.file("keys").exists(), "it was not made in secret");
    });
}

#[test]
fn a_key_file_is_made_for_the_owner_alone_where_one_node_is_all() {
    on(Backend::Sqlite, |backend| async move {
        let home = Home::new(backend, &[]).await;
        std::fs::remove_file(home.file("keys")).unwrap();
        let (process, _, _) = Process::start(NODE, &home, &["serve"]).serves().await;
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(home.file("keys")).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
        process.kill();
    });
}

#[test]
fn a_database_that_does_not_answer_is_one_clear_line() {
    on(Backend::Sqlite, |backend| async move {
        let url = "postgres://nobody:secret-word@127.0.0.1:1/none";
        let home = Home::new(backend, &[("database.url", url)]).await;
        let done = rowhouse(&home, &["tenant", "list"]).await;
        assert!(!done.status.success() && done.err.contains("127.0.0.1:1"), "{done:?}");
        assert!(!done.err.contains("secret-word") && done.err.trim().lines().count() <= 2, "{done:?}");
    });
}

#[test]
fn operators_see_life_readiness_and_metrics() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("acme").create().await;
        node.get("/acme/").await.is(200);
        let ops = node.operator();
        ops.get("/livez").await.is(200);
        ops.get("/readyz").await.is(200);
        let metrics = ops.get("/metrics").await.is(200);
        for name in [
            "rowhouse_db_statements_total",
            "rowhouse_cache_hits_total",
            "rowhouse_http_seconds",
            "rowhouse_tenants",
        ] {
            assert!(metrics.text().contains(name), "{name} is missing");
        }
        node.get("/metrics").await.is(404);
        node.get("/readyz").await.is(404);
    });
}

#[test]
fn every_answer_names_its_node_and_its_request() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("acme").create().await;
        let mut ids = Vec::new();
        for path in ["/", "/acme/", "/acme/nothing", "/nothing", "/acme/admin", "/admin", "/robots.txt"] {
            let answer = node.get(path).await;
            assert_eq!(answer.header("x-served-by"), "test", "{}", answer.told());
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{}", answer.told());
            assert!(
                answer.header("content-security-policy").contains("default-src 'self'"),
                "{}",
                answer.told()
            );
            assert!(answer.header("x-request-id").len() >= 16, "{}", answer.told());
            ids.push(answer.header("x-request-id").to_owned());
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 7);
    });
}

#[test]
fn a_fault_shows_a_request_id_and_no_cause() {
    on(Backend::Sqlite, |backend| async move {
        let home = Home::new(backend, &[]).await;
        let config = home.config().display().to_string();
        run(NODE, &["--config", &config, "create", "acme", "blank"], "").await.succeeds();
        let url = home.tenant_urls().await.remove(0);
        let file = url.trim_start_matches("sqlite://");
        std::fs::write(file, "this is no database, and long enough to be read as one".repeat(100)).unwrap();
        let node = TestNode::on(std::sync::Arc::new(home)).await;
        let answer = node.get("/acme/").await;
        assert!(answer.status.is_server_error(), "{}", answer.told());
        let id = answer.header("x-request-id").to_owned();
        answer.shows(&id).hides("sqlite").hides("SQLite").hides("not a database").hides(file).hides(".db");
    });
}

#[test]
fn only_named_proxies_are_believed() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("acme").title("The Acme title").host("acme.example").create().await;
        let forged = [("x-forwarded-host", "acme.example"), ("x-forwarded-proto", "https")];
        node.visitor.ask(Method::GET, "/", &forged).await.is(200).hides("The Acme title");
        let trusting = rowhouse_tests::Options::new(backend).set("server.trusted_proxies", "[\"127.0.0.1\"]");
        let node = trusting.start().await;
        node.tenant("acme").title("The Acme title").host("acme.example").create().await;
        node.visitor.ask(Method::GET, "/", &forged).await.is(200).shows("The Acme title");
    });
}

#[test]
fn a_request_that_is_being_answered_when_the_node_leaves_is_answered() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("acme").title("The Acme title").create().await;
        let home = node.home.clone();
        let process = Process::start(NODE, &home, &["--delay-at", "render.read", "serve"]);
        let (process, sites, _) = process.serves().await;
        let visitor = Client::new(sites);
        let answer = tokio::spawn(async move { visitor.get("/acme/").await });
        let (process, _) = process.says("delayed").await;
        process.terminate();
        answer.await.unwrap().is(200).shows("The Acme title").shows("</html>");
        assert!(process.ended().await.success());
    });
}

/// Visitors with connections of their own go on asking while the node leaves. Whatever began while it said
/// that it would still answer must be answered whole.
#[test]
fn a_node_leaves_under_load_and_nobody_notices() {
    const DRAIN: Duration = Duration::from_secs(3);
    on(Backend::Sqlite, |backend| async move {
        let home = Home::new(backend, &[("server.drain", "3s"), ("server.workers", "2")]).await;
        let node = TestNode::on(std::sync::Arc::new(home)).await;
        node.tenant("acme").title("The Acme title").create().await;
        Draft::page("about", "About").publish(&node.site("acme").await).await;
        let (process, sites, ops) = Process::start(NODE, &node.home, &["serve"]).serves().await;
        let (over, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
        let told = std::sync::OnceLock::<Instant>::new();
        let visit = async |n: usize| {
            let http = reqwest::Client::builder().pool_max_idle_per_host(1).build().unwrap();
            let url = format!("http://{sites}/acme{}", ["/", "/about", "/nothing"][n % 3]);
            while !over.load(Ordering::Relaxed) {
                let begun = Instant::now();
                let whole = async { http.get(&url).send().await?.bytes().await };
                match whole.await {
                    Ok(body) => {
                        assert!(
                            body.ends_with(b"</html>\n") || body.ends_with(b"</html>"),
                            "cut off: {body:?}"
                        );
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(error) => {
                        let grace = told.get().map(|at| *at + DRAIN / 3);
                        assert!(grace.is_some_and(|end| begun > end), "lost at {url}: {error:?}");
                        break;
                    }
                }
            }
        };
        let leave = async {
            eventually("visitors are served", || async {
                (answered.load(Ordering::Relaxed) > 50).then_some(())
            })
            .await;
            process.terminate();
            told.set(Instant::now()).unwrap();
            let ops = Client::new(ops);
            let unready = eventually("it says that it leaves", || async {
                let answer = ops.get("/readyz").await;
                (answer.status == 503).then_some(())
            });
            unready.await;
            let bye = Client::new(sites).get("/acme/").await.is(200);
            assert_eq!(bye.header("connection"), "close");
            let status = process.ended().await;
            over.store(true, Ordering::Relaxed);
            assert!(status.success(), "{status}");
        };
        tokio::join!(join_all((0..8).map(visit)), leave);
        assert!(std::net::TcpStream::connect(sites).is_err(), "it has left");
    });
}

#[test]
fn commands_work_beside_a_running_node_and_show_within_the_promised_time() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let cli = async |arguments: &[&str]| rowhouse(&node.home, arguments).await.succeeds();
        cli(&["tenant", "create", "acme", "--title", "Acme", "--recipe", "company"]).await;
        tokio::time::sleep(node.max_staleness()).await;
        node.get("/acme/").await.is(200).shows("Acme");
        cli(&["content", "publish", "--tenant", "acme", "--path", "/news", "--title", "By command"]).await;
        tokio::time::sleep(node.max_staleness()).await;
        node.get("/acme/news").await.is(200).shows("By command");
        let list = cli(&["content", "list", "--tenant", "acme", "--json"]).await.json();
        assert!(list["items"].as_array().unwrap().iter().any(|item| item["path"] == "/news"), "{list}");
        cli(&["content", "unpublish", "--tenant", "acme", "--path", "/news"]).await;
        tokio::time::sleep(node.max_staleness()).await;
        node.get("/acme/news").await.is(404);
        rowhouse(&node.home, &["tenant", "show", "nobody"])
            .await
            .status
            .success()
            .then(|| panic!("there is none"));
        cli(&["doctor"]).await;
    });
}

#[test]
fn destruction_wants_to_be_said_twice() {
    on(Backend::Sqlite, |backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("acme").create().await;
        let refused = rowhouse(&node.home, &["tenant", "delete", "acme"]).await;
        assert!(!refused.status.success() && refused.err.contains("--yes"), "{refused:?}");
        node.get("/acme/").await.is(200);
        rowhouse(&node.home, &["tenant", "delete", "acme", "--yes"]).await.succeeds();
        node.refresh().await;
        node.get("/acme/").await.is(404);
    });
}
