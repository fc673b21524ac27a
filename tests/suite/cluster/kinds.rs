//! The kinds of Redis: a Redis Cluster, a master that Sentinels choose, and one behind TLS.

use std::time::Duration;

use rowhouse_tests::{Backend, Client, Draft, Home, PASSWORD, Process, eventually, run, services::Redis};

use super::street::{FOR_LONG, Street, figure, test};
use crate::NODE;

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

/// A process that believes the authority in this file, and no others.
async fn serves(home: &Home, authority: &str) -> (Process, Client, std::net::SocketAddr) {
    let trusting = [("SSL_CERT_FILE", authority)];
    let (process, sites, ops) = Process::with_environment(NODE, home, &["serve"], &trusting).serves().await;
    (process, Client::new(sites), ops)
}

#[test]
fn redis_is_spoken_to_by_tls_where_its_authority_is_known() {
    test(|| async {
        let redis = Redis::of_kind("redis-tls").await.expect("Redis starts")?;
        let settings = [
            ("redis.url", redis.url()),
            ("server.public_url", "http://sites.example"),
            ("redis.timeout", "3s"),
            ("cache.max_staleness", FOR_LONG),
        ];
        let home = Home::new(Backend::Postgres, &settings).await;
        let config = home.config().display().to_string();
        run(NODE, &["--config", &config, "create", "acme", "company"], PASSWORD).await.succeeds();
        let authority = redis.authority().expect("an authority").display().to_string();
        let (_one, first, first_ops) = serves(&home, &authority).await;
        let (_two, second, second_ops) = serves(&home, &authority).await;
        for ops in [first_ops, second_ops] {
            let hears = async || (figure(ops, "rowhouse_bus_listening").await >= 2.0).then_some(());
            eventually("the node listens", hears).await;
        }
        second.get("/acme/nothing").await.is(404);
        first.get("/acme/").await.is(200);
        let pushed = async || (figure(second_ops, "rowhouse_cache_pushed_total").await > 0.0).then_some(());
        eventually("the page is pushed", pushed).await;
        assert_eq!(second.get("/acme/").await.is(200).cache(), "push");
        // another authority's Redis is nobody's
        let stranger = home.config().display().to_string();
        let (_three, third, third_ops) = serves(&home, &stranger).await;
        assert_eq!(third.get("/acme/").await.is(200).cache(), "fill", "the shelf has it, and is not asked");
        assert!(figure(third_ops, "rowhouse_bus_listening").await < 1.0);
        Some(())
    });
}
