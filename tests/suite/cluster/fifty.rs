//! Fifty sites at once on three nodes, with Redis and with all its messages blocked.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rowhouse_tests::{Client, PASSWORD, PATIENCE, run};

use super::street::{Street, test};
use crate::NODE;

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
