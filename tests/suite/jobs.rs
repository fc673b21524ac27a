//! Work that nobody waits for, on whole nodes: plans carried out though the node that began dies, and jobs as
//! administrators see them.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use rowhouse_engine::{Actor, content};
use rowhouse_tests::{Backend, Draft, Home, Options, PASSWORD, Process, TestNode, eventually, on, on_both};
use tokio_postgres::NoTls;

use crate::NODE;

/// The number of a tenant's last revision, asked from its database.
async fn revision(home: &Home) -> i64 {
    let url = home.tenant_urls().await.remove(0);
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.query_one("SELECT n FROM site_version", &[]).await.unwrap().get(0)
}

/// Three nodes; the one that works for the tenant is killed in the middle of a planned publication. How late it
/// comes is told, and decides nothing.
#[test]
fn a_planned_page_appears_once_though_the_node_that_works_for_its_site_is_killed() {
    on(Backend::Postgres, |backend| async move {
        for step in ["due.claimed", "write.locked", "write.announced"] {
            let home = std::sync::Arc::new(Home::new(backend, &[]).await);
            let first = TestNode::on(home.clone()).await;
            first.tenant("acme").create().await;
            let site = first.site("acme").await;
            let item = Draft::page("soon", "Soon").save(&site).await;
            let planned = Timestamp::now() + Duration::from_secs(3);
            content::schedule(&site, &Actor::system(), item, Some(planned), None).await.unwrap();
            let before = revision(&home).await;
            // so that the one with the fail-point is the one that comes
            first.stop().await;
            let (process, _, _) = Process::start(NODE, &home, &["--halt-at", step, "serve"]).serves().await;
            let (process, _) = process.says("halted").await;
            let (second, third) = (TestNode::on(home.clone()).await, TestNode::on(home.clone()).await);
            for node in [&second, &third] {
                // or 503: while a change is announced, a node that has just come cannot know which page is right
                assert_ne!(node.get("/acme/soon").await.status, 200, "nobody shows it yet");
            }
            process.kill();
            let killed = Instant::now();
            for node in [&second, &third] {
                eventually("the page is there", || async {
                    (node.get("/acme/soon").await.status == 200).then_some(())
                })
                .await;
            }
            let late = Timestamp::now().duration_since(planned);
            eprintln!(
                "killed at {step}: seen everywhere {:?} after the kill, {late:#} late",
                killed.elapsed()
            );
            tokio::time::sleep(second.max_staleness()).await;
            assert_eq!(revision(&home).await, before + 1, "killed at {step}: once");
            let metrics = second.operator().get("/metrics").await.is(200);
            assert!(metrics.text().contains("rowhouse_jobs_late_seconds"), "how late is told");
        }
    });
}

#[test]
fn a_mail_that_cannot_be_sent_is_seen_with_its_reason_and_can_be_given_up() {
    on_both(|backend| async move {
        // nobody listens there
        let options =
            Options::new(backend).set("mail.transport", "smtp").set("mail.url", "smtp://127.0.0.1:1");
        let node = options.start().await;
        node.tenant("acme").create().await;
        let admin = node.client();
        admin.sign_in("/acme", "admin", PASSWORD).await;
        let form = admin.get("/acme/admin/users/new").await.is(200).form_token().expect("a form");
        let new =
            [("csrf", form.as_str()), ("user", "mara"), ("email", "mara@acme.example"), ("way", "link")];
        admin.post("/acme/admin/users/new", &new).await.is(200).shows("on its way");
        let page = eventually("the mail failed", || async {
            let page = admin.get("/acme/admin/tools/jobs").await.is(200);
            page.text().contains("To be tried again").then_some(page)
        })
        .await;
        let page = page.shows("The mail server says").shows("Clean-up");
        let text = page.text();
        let row = text.split("your account").nth(1).expect("the mail");
        let mail = row.split("/tools/jobs/").nth(1).and_then(|rest| rest.split('/').next()).expect("its id");
        let mail = mail.to_owned();
        let token = page.form_token().expect("a form");
        let path = format!("/acme/admin/tools/jobs/{mail}");
        admin.post(&format!("{path}/retry"), &[("csrf", &token)]).await.is(303);
        let discarded = eventually("nobody holds it", || async {
            admin.post(&format!("{path}/discard"), &[("csrf", &token), ("confirm", "yes")]).await.is(303);
            let page = admin.get("/acme/admin/tools/jobs").await.is(200);
            (!page.text().contains(&mail)).then_some(page)
        });
        discarded.await.hides("To be tried again");
    });
}
