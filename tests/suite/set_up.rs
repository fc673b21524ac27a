//! Beginnings by one-time links: of an installation without anybody, by the token in its log, and of a site
//! that was left to its own administrator.

use rowhouse_app::demo;
use rowhouse_tests::{Answer, Backend, Client, Home, PASSWORD, Process, TestNode, on, on_both, run};

use crate::NODE;

/// The path of an address, with its query.
fn below(address: &str) -> String {
    let url: url::Url = address.trim().parse().unwrap_or_else(|error| panic!("{address:?}: {error}"));
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

/// The token of a link.
fn token(link: &str) -> &str {
    link.split_once("token=").expect("a token").1
}

/// What the first start of a node tells: where the first super user is made.
async fn first_start(node: &TestNode) -> String {
    below(&demo::prepare(node.node(), false).await.unwrap().set_up.expect("nobody is there yet"))
}

async fn begin(who: &Client, token: &str, user: &str, password: &str, again: &str) -> Answer {
    let form = [("token", token), ("user", user), ("name", "Ode Root"), ("email", "ode@example.org")];
    who.submit("/setup", "/setup", &[&form[..], &[("password", password), ("again", again)]].concat()).await
}

#[test]
fn the_first_super_user_is_made_by_the_token_and_is_let_in() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let (link, ode) = (first_start(&node).await, node.client());
        ode.get(&link).await.is(200).keeps("token", token(&link));
        begin(&ode, token(&link), "ode", PASSWORD, PASSWORD).await.leads(303, "/admin/tenants");
        ode.get("/admin/tenants").await.is(200).shows("Rowhouse is set up").shows("Ode Root");
        node.client().sign_in("", "ode", PASSWORD).await;
    });
}

#[test]
fn once_somebody_manages_the_row_the_first_form_and_its_token_are_nothing() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        // of two nodes that started together
        let (link, other) = (first_start(&node).await, first_start(&node).await);
        begin(&node.client(), token(&link), "ode", PASSWORD, PASSWORD).await.is(303);
        for link in [&link, &other] {
            node.get(link).await.is(404).hides("<form");
            let form = [("token", token(link)), ("user", "eve"), ("password", PASSWORD), ("again", PASSWORD)];
            node.client().post("/setup", &form).await.is(404);
        }
        let eve = [("user", "eve"), ("password", PASSWORD), ("next", "")];
        node.client().post("/admin/sign-in", &eve).await.is(422);
        assert!(demo::prepare(node.node(), false).await.unwrap().set_up.is_none(), "nothing is told again");
    });
}

#[test]
fn a_refused_first_form_makes_nobody_and_keeps_what_was_typed() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let (link, ode) = (first_start(&node).await, node.client());
        let right = token(&link);
        let kept = |answer: Answer| {
            answer.keeps("name", "Ode Root").keeps("email", "ode@example.org").hides(PASSWORD)
        };
        let wrong = begin(&ode, "not-the-token", "ode", PASSWORD, PASSWORD).await.blames("token");
        kept(wrong).keeps("token", "not-the-token").keeps("user", "ode");
        let differ = begin(&ode, right, "ode", PASSWORD, "something else 9").await.blames("again");
        kept(differ).keeps("token", right).keeps("user", "ode");
        kept(begin(&ode, right, "No Name!", PASSWORD, PASSWORD).await.blames("user"))
            .keeps("user", "No Name!");
        kept(begin(&ode, right, "ode", "short", "short").await.blames("password")).hides("\"short\"");
        ode.get("/admin/tenants").await.is(303);
        begin(&ode, right, "ode", PASSWORD, PASSWORD).await.leads(303, "/admin/tenants");
    });
}

#[test]
fn a_token_that_is_too_old_makes_nobody() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let link = first_start(&node).await;
        node.clock.forward(std::time::Duration::from_secs(2 * 24 * 3_600));
        node.refresh().await;
        begin(&node.client(), token(&link), "ode", PASSWORD, PASSWORD).await.blames("token");
    });
}

/// The program itself says where to begin, on its first start and on no later one.
#[test]
fn the_program_tells_the_first_address_once() {
    on(Backend::Sqlite, |backend| async move {
        let home = Home::new(backend, &[]).await;
        let config = home.config().display().to_string();
        let words = ["cli", "serve", "--config", &config];
        let (process, rest) = Process::plain(NODE, &words).says("Rowhouse").await;
        let address = rest.trim_start_matches("serves at http://").trim_end_matches('/').parse().unwrap();
        let (process, link) = process.says("   ").await;
        let (link, ode) = (below(&link), Client::new(address));
        begin(&ode, token(&link), "ode", PASSWORD, PASSWORD).await.leads(303, "/admin/tenants");
        process.terminate();
        assert!(process.ended().await.success());
        let again = Process::plain(NODE, &words);
        let (again, rest) = again.says("Rowhouse").await;
        let address = rest.trim_start_matches("serves at http://").trim_end_matches('/').parse().unwrap();
        Client::new(address).get("/setup").await.is(404);
        again.terminate();
        assert!(again.left().await.iter().all(|line| !line.contains("token=")));
    });
}

/// Makes a site by the command line that its own administrator is to set up; answers the path of the link.
async fn left_to_its_administrator(node: &TestNode) -> String {
    let config = node.home.config().display().to_string();
    let words = ["cli", "tenant", "create", "lantern", "--title", "To be named", "--recipe", "company"];
    let rest = ["--uninitialised", "--json", "--config", &config];
    let told = run(NODE, &[&words[..], &rest[..]].concat(), "").await.succeeds().json();
    node.refresh().await;
    assert_eq!(told["state"], "uninitialised", "{told}");
    assert!(told["admin_user"].is_null() && told["admin_password"].is_null(), "{told}");
    let link = below(told["setup_url"].as_str().expect("a link"));
    assert!(link.starts_with("/lantern/setup?token="), "{link}");
    link
}

async fn finish(who: &Client, link: &str, user: &str, password: &str, again: &str) -> Answer {
    let form = [("title", "The Lantern"), ("user", user), ("name", "Mara"), ("email", "mara@example.org")];
    who.submit(link, link, &[&form[..], &[("password", password), ("again", again)]].concat()).await
}

#[test]
fn a_site_runs_once_its_administrator_has_used_the_link() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let link = left_to_its_administrator(&node).await;
        for path in ["/lantern/", "/lantern/services", "/lantern/admin", "/lantern/admin/sign-in"] {
            let waiting = node.get(path).await.is(503);
            assert!(!waiting.header("retry-after").is_empty(), "{}", waiting.told());
        }
        let mara = node.client();
        mara.get(&link).await.is(200).keeps("title", "To be named");
        finish(&mara, &link, "mara", PASSWORD, PASSWORD).await.leads(303, "/lantern/admin");
        mara.get("/lantern/admin").await.is(200).shows("Your site is set up").shows("Mara");
        node.get("/lantern/").await.is(200).shows("<title>The Lantern</title>");
        node.get("/lantern/services").await.is(200);
        node.client().sign_in("/lantern", "mara", PASSWORD).await;
    });
}

#[test]
fn a_set_up_link_works_once() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let link = left_to_its_administrator(&node).await;
        finish(&node.client(), &link, "mara", PASSWORD, PASSWORD).await.is(303);
        node.get(&link).await.is(200).shows("used already").hides("<form");
        let eve = [("title", "Eve's"), ("user", "eve"), ("email", "eve@example.org")];
        let form = [&eve[..], &[("password", PASSWORD), ("again", PASSWORD)]].concat();
        node.client().post(&link, &form).await.is(404);
        node.get("/lantern/").await.is(200).shows("The Lantern").hides("Eve's");
        let form = [("user", "eve"), ("password", PASSWORD), ("next", "")];
        node.client().post("/lantern/admin/sign-in", &form).await.is(422);
    });
}

#[test]
fn a_refused_set_up_keeps_what_was_typed_and_the_link() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let link = left_to_its_administrator(&node).await;
        let mara = node.client();
        let kept = |answer: Answer| {
            answer.keeps("title", "The Lantern").keeps("name", "Mara").keeps("email", "mara@example.org")
        };
        kept(finish(&mara, &link, "mara", PASSWORD, "something else 9").await.blames("again"))
            .hides(PASSWORD);
        kept(finish(&mara, &link, "mara", "short", "short").await.blames("password")).keeps("user", "mara");
        kept(finish(&mara, &link, "No Name!", PASSWORD, PASSWORD).await.blames("user"));
        node.get("/lantern/").await.is(503);
        finish(&mara, &link, "mara", PASSWORD, PASSWORD).await.is(303);
    });
}

#[test]
fn a_wrong_an_old_and_another_sites_link_set_nothing_up() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let link = left_to_its_administrator(&node).await;
        let other =
            node.tenant("other").with(|r| (r.uninitialised, r.admin_password) = (true, None)).request();
        let other = node.tenants().create(other, &rowhouse_engine::Actor::system()).await.unwrap();
        let (title, setup) = (other.tenant.title.clone(), other.setup.expect("a link"));
        node.refresh().await;
        let dead = async |token: &str| {
            let link = format!("/lantern/setup?token={token}");
            node.get(&link).await.is(200).shows("used already, or is too old").hides("<form");
            let form = [("title", title.as_str()), ("user", "eve"), ("email", "eve@example.org")];
            let form = [&form[..], &[("password", PASSWORD), ("again", PASSWORD)]].concat();
            node.client().post(&link, &form).await.is(422).hides("<form");
            node.get("/lantern/").await.is(503);
        };
        dead("").await;
        dead("wrong").await;
        dead(&setup.token).await;
        node.clock.forward(std::time::Duration::from_secs(60 * 24 * 3_600));
        node.refresh().await;
        dead(token(&link)).await;
    });
}
