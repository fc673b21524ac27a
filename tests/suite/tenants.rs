//! The life of tenants as visitors and operators see it: whole or not at all, whatever dies.

use std::time::Duration;

use futures_util::future::join_all;
use rowhouse_domain::tenant::TenantState;
use rowhouse_engine::{
    Actor, EngineError,
    backup::Progress,
    tenants::{EditTenant, Gc, Orphan, ResetTenant, RestoreTenant, Undelete},
};
use rowhouse_tests::{Backend, Draft, Home, PASSWORD, Process, TestNode, on, on_both};

use crate::NODE;

#[track_caller]
fn conflict<T: std::fmt::Debug>(result: Result<T, EngineError>) -> String {
    match result {
        Err(error @ (EngineError::Conflict(_) | EngineError::Taken(_))) => error.to_string(),
        other => panic!("a conflict was expected: {other:?}"),
    }
}

#[test]
fn the_same_request_again_is_the_same_site() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let first = node.tenant("acme").title("Acme").create().await;
        let again = node.tenant("acme").title("Acme").create().await;
        assert_eq!((first.id, node.home.tenant_databases().await), (again.id, 1));
    });
}

#[test]
fn another_request_under_a_name_or_an_address_that_is_taken_conflicts() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("acme").title("Acme").host("acme.example").create().await;
        let create = async |request| conflict(node.tenants().create(request, &Actor::system()).await);
        assert!(create(node.tenant("acme").title("Other").request()).await.contains("acme"));
        node.tenant("shop").prefix("/shop").create().await;
        assert!(create(node.tenant("other").prefix("/shop").request()).await.contains("shop's"));
        assert!(create(node.tenant("other").host("ACME.example").request()).await.contains("acme's"));
        assert_eq!(node.home.tenant_databases().await, 2);
    });
}

#[test]
fn twenty_at_once_in_two_processes_make_one() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let other = TestNode::on(node.home.clone()).await;
        let system = Actor::system();
        let ask = |n: usize| if n.is_multiple_of(2) { node.tenants() } else { other.tenants() };
        let work = (0..20).map(|n| ask(n).create(node.tenant("acme").request(), &system));
        let made: Vec<_> = join_all(work).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(made.iter().filter(|m| !m.existed).count(), 1);
        assert!(made.windows(2).all(|two| two[0].tenant.id == two[1].tenant.id));
        assert_eq!(node.home.tenant_databases().await, 1);
        node.refresh().await;
        node.get("/acme/").await.is(200);
    });
}

/// Every step of creation after which something is left to be found. `kill -9` is sent at each.
const CREATION: &[&str] = &[
    "create.provisioned",
    "create.place",
    "create.prepared",
    "create.seeded",
    "write.locked",
    "create.filled",
    "create.verified",
];

async fn collect(node: &TestNode) -> Vec<Orphan> {
    let all = Gc { older_than: Duration::ZERO, predecessors: false, dry_run: false };
    node.tenants().gc(all, &Actor::system()).await.unwrap()
}

async fn create_and_die(home: &Home, step: &str) {
    let maker = Process::start(NODE, home, &["--halt-at", step, "create", "acme", "company"]);
    let (maker, at) = maker.says("halted").await;
    assert_eq!(at, step);
    maker.kill();
}

#[test]
fn a_maker_that_is_killed_leaves_no_half_site_and_an_orphan_that_is_found() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        for step in CREATION {
            create_and_die(&node.home, step).await;
            node.refresh().await;
            node.get("/acme/").await.is(404);
            assert!(node.info("acme").await.is_none(), "{step}");
            let young = node.tenants().gc(Gc::default(), &Actor::system()).await.unwrap();
            assert!(young.is_empty(), "{step}: its maker may still live");
            let orphans = collect(&node).await;
            assert!(orphans.len() == 1 && orphans[0].removed, "{step}: {orphans:?}");
            assert_eq!(node.home.tenant_databases().await, 0, "{step}");
        }
        node.tenant("acme").create().await;
        node.get("/acme/").await.is(200);
    });
}

#[test]
fn a_maker_that_is_killed_after_the_listing_has_made_a_whole_site() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        create_and_die(&node.home, "create.listed").await;
        node.refresh().await;
        node.get("/acme/").await.is(200);
        assert!(collect(&node).await.iter().all(|orphan| orphan.action.contains("forget")));
        node.get("/acme/services").await.is(200);
        Draft::page("new", "New").publish(&node.site("acme").await).await;
        node.get("/acme/new").await.is(200);
    });
}

#[test]
fn a_site_that_is_deleted_frees_its_address_and_conflicts_when_it_comes_back() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let by = Actor::system();
        node.tenant("acme").title("The first").create().await;
        node.tenants().delete("acme", &by).await.unwrap();
        node.tenant("taker").title("The second").prefix("/acme").create().await;
        node.get("/acme/").await.is(200).shows("The second").hides("The first");
        assert!(conflict(node.tenants().undelete("acme", Undelete::default(), &by).await).contains("taker"));
        let elsewhere = Undelete { prefix: Some("/first".into()), hosts: None };
        node.tenants().undelete("acme", elsewhere, &by).await.unwrap();
        node.refresh().await;
        node.get("/first/").await.is(200).shows("The first");
        node.get("/acme/").await.is(200).shows("The second");
    });
}

#[test]
fn a_purged_site_is_gone_with_its_database_and_files() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let by = Actor::system();
        node.tenant("acme").recipe("company").create().await;
        node.tenants().delete("acme", &by).await.unwrap();
        conflict(node.tenants().purge("acme", false, &by).await);
        let gone = node.tenants().purge("acme", true, &by).await.unwrap();
        assert!(gone.database_bytes.is_some_and(|bytes| bytes > 0) && gone.media_files > 0, "{gone:?}");
        assert_eq!(node.home.tenant_databases().await, 0);
        node.refresh().await;
        node.get("/acme/").await.is(404);
        assert!(matches!(
            node.tenants().undelete("acme", Undelete::default(), &by).await,
            Err(EngineError::NotFound(_))
        ));
    });
}

#[test]
fn a_site_that_starts_over_shows_nothing_of_before_and_keeps_its_people() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("acme").recipe("company").create().await;
        node.get("/acme/services").await.is(200);
        let reset = ResetTenant { recipe: "blank".into(), ..ResetTenant::default() };
        node.tenants().reset("acme", reset, &Actor::system()).await.unwrap();
        node.refresh().await;
        node.get("/acme/services").await.is(404);
        node.get("/acme/").await.is(200);
        node.client().sign_in("/acme", "admin", PASSWORD).await;
        let left = node.home.tenant_urls().await;
        assert_eq!(left.len(), 1, "{left:?}");
    });
}

#[test]
fn sites_in_schemas_of_one_database_share_nothing() {
    on(Backend::Postgres, |backend| async move {
        let node = TestNode::start(backend).await;
        let url = node.home.shared_database().await;
        for name in ["one", "two"] {
            let schema = node.tenant(name).title(&format!("Site {name}")).with(|r| {
                r.isolation = "schema".into();
                r.database_url.clone_from(&url);
            });
            schema.create().await;
            Draft::page("same", &format!("Same place in {name}")).publish(&node.site(name).await).await;
        }
        node.get("/one/same").await.is(200).shows("Same place in one").hides("in two");
        node.get("/two/same").await.is(200).shows("Same place in two").hides("in one");
        node.tenants().delete("one", &Actor::system()).await.unwrap();
        node.tenants().purge("one", true, &Actor::system()).await.unwrap();
        node.refresh().await;
        node.get("/one/same").await.is(404);
        node.get("/two/same").await.is(200).shows("Same place in two");
    });
}

#[test]
fn what_another_process_does_to_tenants_shows_within_the_promised_time() {
    on_both(|backend| async move {
        let (node, by) = (TestNode::start(backend).await, Actor::system());
        let other = TestNode::on(node.home.clone()).await;
        other.tenant("acme").title("First title").create().await;
        let rest = || tokio::time::sleep(node.max_staleness());
        rest().await;
        node.get("/acme/").await.is(200).shows("First title");
        other.tenants().suspend("acme", "", &by).await.unwrap();
        rest().await;
        node.get("/acme/").await.is(503);
        other.tenants().resume("acme", &by).await.unwrap();
        let edit = EditTenant { prefix: Some("/moved".into()), ..EditTenant::default() };
        other.tenants().edit("acme", edit, &by).await.unwrap();
        rest().await;
        node.get("/acme/").await.leads(301, "/moved/");
        other.tenants().delete("acme", &by).await.unwrap();
        rest().await;
        node.get("/moved/").await.is(404);
    });
}

#[test]
fn a_backup_comes_back_as_a_site_of_its_own() {
    on_both(|backend| async move {
        let (node, by) = (TestNode::start(backend).await, Actor::system());
        node.tenant("acme").title("The Acme title").recipe("company").create().await;
        let site = node.site("acme").await;
        let (id, _) = Draft::page("about-us", "About us").body("First words.").publish(&site).await;
        let file = node.home.file("acme.tar.gz");
        node.tenants().backup("acme", &file, Progress::none(), &by).await.unwrap();
        Draft::page("about-us", "About us").body("Second words.").replace(&site, id).await;
        let restore = RestoreTenant { file: file.clone(), name: "copy".into(), ..RestoreTenant::default() };
        node.tenants().restore(restore.clone(), Progress::none(), &by).await.unwrap();
        node.refresh().await;
        node.get("/copy/about-us").await.is(200).shows("First words.").shows("/copy").hides("\"/acme");
        node.get("/acme/about-us").await.is(200).shows("Second words.");
        let picture = node.get("/copy/").await.is(200).text();
        for path in media(&picture, "/copy/media/") {
            node.get(&path).await.is(200);
        }
        node.client().sign_in("/copy", "admin", PASSWORD).await;
        conflict(node.tenants().restore(restore, Progress::none(), &by).await);
    });
}

/// Addresses of pictures on a page.
fn media(page: &str, begins: &str) -> Vec<String> {
    let found = page.match_indices(begins).map(|(at, _)| &page[at..]);
    found.filter_map(|rest| rest.split(['"', ' ', ',']).next()).map(str::to_owned).collect()
}

#[test]
fn a_backup_that_was_cut_off_restores_nothing() {
    on_both(|backend| async move {
        let (node, by) = (TestNode::start(backend).await, Actor::system());
        node.tenant("acme").recipe("company").create().await;
        let file = node.home.file("acme.tar.gz");
        node.tenants().backup("acme", &file, Progress::none(), &by).await.unwrap();
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&file, &bytes[..bytes.len() * 2 / 3]).unwrap();
        let restore = RestoreTenant { file, name: "copy".into(), ..RestoreTenant::default() };
        let refused = node.tenants().restore(restore, Progress::none(), &by).await;
        assert!(matches!(refused, Err(EngineError::Input(_))), "{refused:?}");
        assert_eq!((node.info("copy").await.is_none(), node.home.tenant_databases().await), (true, 1));
    });
}

#[test]
fn a_database_of_anothers_is_refused() {
    on_both(|backend| async move {
        let (node, by) = (TestNode::start(backend).await, Actor::system());
        let acme = node.tenant("acme").create().await;
        assert_eq!(acme.state, TenantState::Running);
        let url = node.home.tenant_urls().await.pop().unwrap();
        let thief = node.tenant("thief").with(|r| r.database_url = url).request();
        assert!(conflict(node.tenants().create(thief, &by).await).contains("acme"));
        node.refresh().await;
        node.get("/thief/").await.is(404);
        node.get("/acme/").await.is(200);
    });
}
