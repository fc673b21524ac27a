//! Nodes that share a catalogue: each is shown as it is, what differs is marked, and a command that waits
//! returns when all of them know what was done.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use rowhouse_domain::NodeId;
use rowhouse_engine::{
    Actor,
    cluster::{self, ClusterStatus, Condition, Difference, NodeStatus, TroubleKind},
    identity::{NewPerson, supers},
    keys::KeyRing,
};
use rowhouse_store::{Catalogue, NodeRow};
use rowhouse_tests::{
    Answer, Backend, Client, Done, Home, PASSWORD, Process, TestNode, eventually, on, on_both, register, run,
};

use crate::NODE;

async fn rowhouse(home: &Home, arguments: &[&str]) -> Done {
    let config = home.config().display().to_string();
    let all: Vec<&str> =
        ["cli"].into_iter().chain(arguments.iter().copied()).chain(["--config", &config]).collect();
    run(NODE, &all, "").await
}

async fn named(home: &Arc<Home>, name: &str, settings: &[(&str, &str)]) -> TestNode {
    let all: Vec<_> = [("server.node", name)].into_iter().chain(settings.iter().copied()).collect();
    TestNode::beside(home.clone(), &all).await
}

async fn status(node: &TestNode) -> ClusterStatus {
    cluster::status(node.node().core(), &Actor::system()).await.unwrap()
}

/// Waits until the node of this name is so, as `seen_by` reads it.
async fn is(
    seen_by: &TestNode,
    name: &str,
    what: &str,
    so: impl Fn(&NodeStatus, &ClusterStatus) -> bool,
) -> NodeStatus {
    eventually(what, || async {
        let all = status(seen_by).await;
        all.nodes.iter().find(|node| node.name == name && so(node, &all)).cloned()
    })
    .await
}

async fn ready(seen_by: &TestNode, name: &str) -> NodeStatus {
    is(seen_by, name, "it is ready", |node, _| node.state == Condition::Ready).await
}

/// A super user at the admin of the row.
async fn root(node: &TestNode) -> Client {
    let root = NewPerson { user: "root".into(), ..NewPerson::default() };
    supers::create(node.node().core(), &Actor::system(), &root, Some(&PASSWORD.into())).await.unwrap();
    let client = node.client();
    client.sign_in("", "root", PASSWORD).await;
    client
}

/// The screen of the nodes.
async fn screen(client: &Client) -> Answer {
    client.get("/admin/cluster").await.is(200)
}

#[test]
fn a_node_is_ready_and_a_command_beside_it_is_none() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let seen = ready(&node, "test").await;
        assert_eq!(seen.id, node.node().id());
        assert_eq!(seen.address, node.authority());
        let all = status(&node).await;
        assert!(all.is_well(), "{:?}", all.problems);
        let told = rowhouse(&node.home, &["cluster", "status", "--check", "--json"]).await.succeeds().json();
        assert_eq!(told["problems"].as_array().unwrap().len(), 0);
        let nodes = told["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 1, "{told:#}");
        assert_eq!(nodes[0]["name"], "test");
        assert_eq!(nodes[0]["state"], "ready");
        for number in ["seen_ms", "clock_ms", "applied", "behind", "lag_ms"] {
            assert!(nodes[0][number].is_i64(), "{number}: {told:#}");
        }
        screen(&root(&node).await).await.shows("One node keeps the whole row").shows("answers you");
    });
}

#[test]
fn a_node_that_is_told_to_stop_has_left() {
    on(Backend::Postgres, |backend| async move {
        let home = Arc::new(Home::new(backend, &[]).await);
        let (a, b) = (named(&home, "a", &[]).await, named(&home, "b", &[]).await);
        ready(&a, "a").await;
        ready(&a, "b").await;
        assert!(status(&a).await.is_well(), "{:?}", status(&a).await.problems);
        let text = rowhouse(&home, &["cluster", "status"]).await.succeeds().out;
        assert_eq!(text.lines().count(), 3, "{text}");
        b.leave().await;
        let all = status(&a).await;
        let left = all.nodes.iter().find(|node| node.name == "b").unwrap();
        assert_eq!(left.state, Condition::Left);
        assert!(all.is_well(), "it was meant to: {:?}", all.problems);
    });
}

#[test]
fn a_node_that_is_draining_says_so() {
    on(Backend::Postgres, |backend| async move {
        let home = Arc::new(Home::new(backend, &[]).await);
        let (a, b) = (named(&home, "a", &[]).await, named(&home, "b", &[("server.drain", "1m")]).await);
        ready(&a, "b").await;
        let leaving = tokio::spawn(b.leave());
        is(&a, "b", "it drains", |node, _| node.state == Condition::Draining).await;
        rowhouse(&home, &["cluster", "status", "--check"]).await.fails_with(&["b is draining"]);
        leaving.abort();
    });
}

#[test]
fn a_node_started_again_at_its_address_takes_its_own_place() {
    on_both(|backend| async move {
        let home = Arc::new(Home::new(backend, &[]).await);
        let first = named(&home, "a", &[]).await;
        let (id, address) = (ready(&first, "a").await.id, first.authority());
        first.stop().await;
        let second = named(&home, "a", &[("server.listen", &address)]).await;
        is(&second, "a", "the first has made room", |node, all| node.id != id && all.nodes.len() == 1).await;
        eventually("it is well", || async { status(&second).await.is_well().then_some(()) }).await;
    });
}

#[test]
fn a_killed_node_falls_silent_and_can_be_forgotten() {
    on(Backend::Postgres, |backend| async move {
        let home = Arc::new(Home::new(backend, &[]).await);
        let node = named(&home, "a", &[]).await;
        let (process, _, _) = Process::start(NODE, &home, &["serve"]).serves().await;
        let id = ready(&node, "test").await.id;
        let client = root(&node).await;
        let forget = format!("/admin/cluster/{id}/forget");
        let form = [("confirm", "yes")];
        client.submit("/admin/cluster", &forget, &form).await.leads(303, "/admin/cluster");
        screen(&client).await.shows("only nodes that left or are silent can be forgotten");
        assert_eq!(status(&node).await.nodes.len(), 2);
        process.kill();
        is(&node, "test", "it is silent", |node, _| node.state == Condition::Silent).await;
        rowhouse(&home, &["cluster", "status", "--check"]).await.fails_with(&["test is silent"]);
        screen(&client).await.shows("Silent").shows(&forget);
        client.submit("/admin/cluster", &forget, &[]).await.is(200).shows("Forget test?");
        client.submit("/admin/cluster", &forget, &form).await.leads(303, "/admin/cluster");
        screen(&client).await.shows("test is forgotten").hides(&forget);
        assert!(status(&node).await.is_well());
    });
}

#[test]
fn another_configuration_is_marked_with_the_settings_that_differ_and_not_with_what_they_are() {
    on(Backend::Postgres, |backend| async move {
        let home = Arc::new(Home::new(backend, &[]).await);
        let a = named(&home, "a", &[]).await;
        let smtp = [("mail.transport", "smtp"), ("mail.url", "smtp://rowhouse:tapir@127.0.0.1:1")];
        let b = named(&home, "b", &smtp).await;
        let own = named(&home, "c", &[("server.workers", "2"), ("log.format", "json")]).await;
        ready(&a, "a").await;
        ready(&a, "c").await;
        let odd = ready(&a, "b").await;
        let settings = vec!["mail.transport".to_owned(), "mail.url".to_owned()];
        assert_eq!(odd.differs, [Difference::Configuration { settings }]);
        assert_eq!(status(&a).await.problems.len(), 1, "what is a node's own is no difference");
        let done = rowhouse(&home, &["cluster", "status", "--check"]).await;
        assert!(done.out.contains("mail.transport, mail.url"), "{done:?}");
        done.fails_with(&["b has another configuration", "mail.url"]);
        let client = root(&b).await;
        let page = screen(&client).await;
        page.shows("Has another configuration: mail.transport, mail.url.").shows("(differs)").hides("tapir");
        let rows = home.catalogue().await.roll().await.unwrap().nodes;
        assert!(!format!("{rows:?}").contains("tapir"), "a secret is in the catalogue");
        drop(own);
    });
}

#[test]
fn other_keys_are_marked_and_the_tenants_that_cannot_be_read_with_them() {
    on(Backend::Postgres, |backend| async move {
        let home = Arc::new(Home::new(backend, &[]).await);
        let a = named(&home, "a", &[]).await;
        a.tenant("acme").create().await;
        let other = home.file("other-keys");
        std::fs::write(&other, KeyRing::generate().to_text()).unwrap();
        let b = named(&home, "b", &[("secrets.key_file", &other.display().to_string())]).await;
        let odd = ready(&a, "b").await;
        assert_eq!(odd.differs, [Difference::Keys]);
        // rows of tenants that nobody asked for are looked through behind readiness
        let odd = is(&a, "b", "its trouble is told", |node, _| node.troubles.total == 1).await;
        let trouble = &odd.troubles.listed[0];
        assert_eq!((trouble.name.as_str(), trouble.kind), ("acme", TroubleKind::Row));
        screen(&root(&a).await).await.shows("Has other keys.").shows("Its row cannot be read");
        rowhouse(&home, &["tenant", "delete", "acme", "--now", "--yes", "--wait"]).await.succeeds();
        is(&a, "b", "its trouble is over", |node, _| node.troubles.total == 0).await;
        drop(b);
    });
}

#[test]
fn a_clock_that_is_off_is_marked() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        ready(&node, "test").await;
        node.clock.forward(Duration::from_secs(3_600));
        let seen = is(&node, "test", "its clock is off", |node, _| node.clock_ms > 3_500_000).await;
        assert!(matches!(seen.differs.as_slice(), [Difference::Clock { .. }]), "{:?}", seen.differs);
    });
}

/// A node that goes on saying what `row` says, and never learns anything.
struct Ghost(tokio::task::JoinHandle<()>, Catalogue, NodeId);

impl Ghost {
    async fn like(home: &Home, node: &TestNode, change: impl FnOnce(&mut NodeRow)) -> Self {
        let catalogue = home.catalogue().await;
        let known = ready(node, "test").await.id;
        let roll = catalogue.roll().await.unwrap();
        let mut row = roll.nodes.into_iter().map(|(row, _)| row).find(|row| row.id.0 == known).unwrap();
        row.id.0 = NodeId::fresh();
        row.name = "ghost".into();
        change(&mut row);
        let (id, teller) = (row.id.0, catalogue.clone());
        catalogue.beat(row.clone()).await.unwrap();
        let telling = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                let _ = teller.beat(row.clone()).await;
            }
        });
        Self(telling, catalogue, id)
    }

    async fn goes(self) {
        self.0.abort();
        let _ = self.0.await;
        self.1.forget_node(self.2).await.unwrap();
    }
}

#[test]
fn a_command_that_waits_names_the_node_that_does_not_know_it() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let ghost = Ghost::like(&node.home, &node, |_| {}).await;
        let done = rowhouse(&node.home, &["tenant", "create", "acme", "--wait=1"]).await;
        assert!(done.out.contains("password"), "what is shown once is not lost: {done:?}");
        done.fails_with(&["acme is made", "within 1 s", "ghost (at change"]);
        node.get("/acme/").await.is(200);
        for verb in ["suspend", "resume", "delete", "undelete"] {
            let mut words = vec!["tenant", verb, "acme", "--wait=0"];
            words.extend((verb == "delete").then_some("--yes"));
            rowhouse(&node.home, &words).await.fails_with(&["acme is", "ghost"]);
        }
        rowhouse(&node.home, &["tenant", "edit", "acme", "--title", "A", "--wait=0"])
            .await
            .fails_with(&["ghost"]);
        ghost.goes().await;
        rowhouse(&node.home, &["tenant", "edit", "acme", "--title", "B", "--wait"]).await.succeeds();
    });
}

#[test]
fn a_command_that_has_waited_finds_the_tenant_on_every_node() {
    on(Backend::Postgres, |backend| async move {
        let home = Arc::new(Home::new(backend, &[]).await);
        let (a, b) = (named(&home, "a", &[]).await, named(&home, "b", &[]).await);
        ready(&a, "a").await;
        ready(&a, "b").await;
        rowhouse(&home, &["tenant", "create", "acme", "--wait"]).await.succeeds();
        // whether a node knows it is looked up in its memory: a request would have it ask
        for node in [&a, &b] {
            assert!(node.node().tenants().iter().any(|tenant| tenant.name.as_str() == "acme"));
        }
        rowhouse(&home, &["tenant", "suspend", "acme", "--wait"]).await.succeeds();
        for node in [&a, &b] {
            node.get("/acme/").await.is(503);
        }
        rowhouse(&home, &["tenant", "delete", "acme", "--now", "--yes", "--wait"]).await.succeeds();
        for node in [&a, &b] {
            assert!(node.node().tenants().is_empty());
        }
    });
}

#[test]
fn where_no_node_runs_there_is_nothing_to_wait_for() {
    on(Backend::Sqlite, |backend| async move {
        let home = Home::new(backend, &[]).await;
        let done = rowhouse(&home, &["tenant", "create", "acme", "--wait"]).await.succeeds();
        assert!(done.err.contains("no node runs"), "{done:?}");
        assert!(rowhouse(&home, &["cluster", "status"]).await.succeeds().out.contains("rowhouse serve"));
        rowhouse(&home, &["cluster", "status", "--check"]).await.fails_with(&["no node is ready"]);
    });
}

#[test]
fn a_node_of_another_build_is_marked() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let ghost = Ghost::like(&node.home, &node, |row| {
            row.build = "another".into();
            row.lag_ms = 60_000;
        })
        .await;
        let seen = is(&node, "ghost", "it is marked", |node, _| !node.differs.is_empty()).await;
        assert!(matches!(seen.differs.as_slice(), [Difference::Build { .. }]), "{:?}", seen.differs);
        assert!(seen.lags);
        screen(&root(&node).await).await.shows("another<span").shows("60 s");
        ghost.goes().await;
    });
}

#[test]
fn a_tenant_whose_database_does_not_answer_is_told_of_until_it_does() {
    on(Backend::Postgres, |backend| async move {
        let home = Arc::new(Home::new(backend, &[]).await);
        let node = TestNode::on(home.clone()).await;
        node.tenant("acme").create().await;
        home.refuse_tenants(true).await;
        node.get("/acme/").await.is(503);
        let seen = eventually("its database is in trouble", || async {
            status(&node).await.nodes.into_iter().find(|node| node.troubles.total == 1)
        })
        .await;
        let trouble = &seen.troubles.listed[0];
        assert_eq!((trouble.name.as_str(), trouble.kind), ("acme", TroubleKind::Database));
        assert!(status(&node).await.is_well(), "it is the tenant's trouble");
        let done = rowhouse(&home, &["cluster", "status", "--check"]).await.succeeds();
        assert!(done.out.contains("the database of acme does not answer"), "{done:?}");
        screen(&root(&node).await).await.shows("Its database does not answer");
        home.refuse_tenants(false).await;
        eventually("its trouble is over", || async {
            node.get("/acme/").await;
            status(&node).await.nodes.iter().all(|node| node.troubles.total == 0).then_some(())
        })
        .await;
    });
}

#[test]
fn whoever_reads_all_tenants_while_others_come_reads_one_state_of_the_catalogue() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let id = node.tenant("model").create().await.id;
        let (home, catalogue) = (node.home.clone(), node.home.catalogue().await);
        let model = catalogue.tenant(id).await.unwrap().unwrap();
        let coming = tokio::spawn(async move { register(&home, &model, 0..60).await });
        while !coming.is_finished() {
            let poll = catalogue.poll(0, Vec::new()).await.unwrap();
            let pulses: BTreeSet<_> = poll.pulses.iter().map(|pulse| pulse.tenant).collect();
            let listed: BTreeSet<_> = poll.lines.iter().map(|line| line.id.0).collect();
            assert_eq!(pulses, listed);
            assert!(poll.lines.iter().all(|line| line.seq <= poll.head), "{poll:?}");
            assert!(poll.pulses.iter().all(|pulse| pulse.seq <= poll.head), "{poll:?}");
        }
        coming.await.unwrap().unwrap();
        assert_eq!(catalogue.poll(0, Vec::new()).await.unwrap().lines.len(), 61);
    });
}
