//! Nobody gets what is another site's, and nobody more than their role allows: every route of the tables,
//! asked by every kind of person. Two sites are made alike, down to slugs, user names and passwords; only a
//! marker in their texts tells them apart. A route without a row here fails.

mod rows;
mod sites;
mod unfinished;

use std::collections::BTreeSet;

use reqwest::Method;
use rowhouse_domain::content::MenuPlace;
use rowhouse_engine::{Actor, content, identity};
use rowhouse_tests::{Answer, Backend, Client, PASSWORD, TestNode, on_both};
use rowhouse_web::{
    route::{Access, Route},
    routes::{host_table, tenant_table, unfinished_table},
};

use self::{
    rows::{Author::*, HOST, Row, TENANT, UNFINISHED, What, What::*},
    sites::{Facts, furnished, twins},
};

#[test]
fn every_route_has_a_row() {
    let unfinished = (unfinished_table(), UNFINISHED);
    for (table, rows) in [(tenant_table(), TENANT), unfinished, (host_table(), HOST)] {
        let name = |route: &Route| format!("{} {}", route.method, route.path);
        let routes: BTreeSet<String> = table.iter().map(name).collect();
        let rows: BTreeSet<String> = rows.iter().map(|row| row.route.to_owned()).collect();
        let missing: Vec<_> = routes.difference(&rows).collect();
        let gone: Vec<_> = rows.difference(&routes).collect();
        assert!(
            missing.is_empty() && gone.is_empty(),
            "without a row: {missing:#?}\nwithout a route: {gone:#?}"
        );
    }
}

/// Whether somebody was sent away: to the door, or with a refusal.
fn refused(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        401 | 403 | 404 => true,
        303 => {
            answer.header("location").contains("/admin/sign-in")
                || answer.header("location").contains("/admin/account")
        }
        _ => false,
    }
}

async fn ask(client: &Client, row: &Row, path: &str, headers: &[(&str, &str)], token: &str) -> Answer {
    if row.route.starts_with("get ") {
        let query: Vec<String> = row.form.iter().map(|(key, value)| format!("{key}={value}")).collect();
        return client.ask(Method::GET, &format!("{path}?{}", query.join("&")), headers).await;
    }
    let mut form = row.form.to_vec();
    form.push(("csrf", token));
    client.post_with(path, headers, &form).await
}

/// Somebody signed in to a site, with the token of their forms.
async fn member(node: &TestNode, base: &str, user: &str) -> (Client, String) {
    let client = node.client();
    client.sign_in(base, user, PASSWORD).await;
    let token = client.get(&format!("{base}/admin/account")).await.is(200).form_token().expect("a form");
    (client, token)
}

/// What must never be in an answer to whoever is not of the site.
fn leaks(answer: &Answer, facts: &Facts) -> bool {
    answer.text().contains(&facts.marker)
        || answer.headers.values().any(|v| v.to_str().is_ok_and(|v| v.contains(&facts.marker)))
}

fn access(table: &[Route], row: &Row) -> Access {
    let named = |route: &&Route| format!("{} {}", route.method, route.path) == row.route;
    table.iter().find(named).unwrap_or_else(|| panic!("no route {}", row.route)).access
}

/// Collects what is wrong, so that one run shows all of it.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn unless(&mut self, right: bool, who: &str, row: &Row, answer: &Answer) {
        if !right {
            let shown: String = answer.text().chars().take(200).collect();
            self.0.push(format!(
                "{who}: {} → {} {} {shown:?}",
                row.route,
                answer.status,
                answer.header("location")
            ));
        }
    }

    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{} faults:\n{}", self.0.len(), self.0.join("\n"));
    }
}

#[test]
fn strangers_get_what_is_public_and_nothing_else() {
    on_both(|backend| async move {
        let (node, one, two) = twins(backend).await;
        let (table, mut faults) = (tenant_table(), Faults::default());
        for row in TENANT {
            let answer = ask(&node.client(), row, &format!("/one{}", one.path(row)), &[], "").await;
            let open = matches!(access(&table, row), Access::Public | Access::Door);
            faults.unless(!answer.status.is_server_error(), "anonymous", row, &answer);
            faults.unless(open || refused(&answer), "anonymous", row, &answer);
            faults.unless(!leaks(&answer, &two), "anonymous sees another site", row, &answer);
            let proof = row.with.contains(&Preview) || row.with.contains(&Media);
            let drafts = answer.text().contains(&format!("Draft {}", one.marker));
            faults.unless(proof || !drafts, "anonymous sees a draft", row, &answer);
        }
        faults.none();
    });
}

#[test]
fn a_session_of_one_site_is_nothing_in_another() {
    on_both(|backend| async move {
        let (node, one, two) = twins(backend).await;
        let (table, mut faults) = (tenant_table(), Faults::default());
        let (admin, token) = member(&node, "/two", "admin").await;
        let cookies = admin.cookies("/two/admin");
        assert!(cookies.contains(&two.suffix), "named for the site: {cookies}");
        // as a thief would: as it is, and under the other site's name
        let both = format!("{cookies}; {}", cookies.replace(&two.suffix, &one.suffix));
        for row in TENANT {
            let headers = [("cookie", both.as_str())];
            let answer = ask(&node.client(), row, &format!("/one{}", one.path(row)), &headers, &token).await;
            let open = matches!(access(&table, row), Access::Public | Access::Door);
            faults.unless(!answer.status.is_server_error(), "another's administrator", row, &answer);
            faults.unless(open || refused(&answer), "another's administrator", row, &answer);
            faults.unless(!leaks(&answer, &two), "another's administrator sees their own", row, &answer);
        }
        admin.get("/two/admin").await.is(200);
        faults.none();
    });
}

#[test]
fn an_author_gets_what_authors_may() {
    on_both(|backend| async move {
        let (node, one, two) = twins(backend).await;
        let mut faults = Faults::default();
        for row in TENANT {
            let (author, token) = member(&node, "/one", "ann").await;
            let answer = ask(&author, row, &format!("/one{}", one.path(row)), &[], &token).await;
            let right = match row.author {
                May => row.with.contains(&Session) || !matches!(answer.status.as_u16(), 401 | 403),
                MayNot => matches!(answer.status.as_u16(), 403 | 404),
            };
            faults.unless(right && !answer.status.is_server_error(), "author", row, &answer);
            faults.unless(!leaks(&answer, &two), "author sees another site", row, &answer);
        }
        faults.none();
    });
}

/// The administrator of one site, on their own site, with everything named as the other site names it.
#[test]
fn what_is_named_by_another_sites_id_is_not_found() {
    on_both(|backend| async move {
        let (node, _, two) = twins(backend).await;
        let before = everything(&node, "two").await;
        let (mut faults, own) =
            (Faults::default(), |w: &What| !matches!(w, Word(_) | Name | SuperId | OwnJob));
        for row in TENANT.iter().filter(|row| row.with.iter().any(own)) {
            let (admin, token) = member(&node, "/one", "admin").await;
            let answer = ask(&admin, row, &format!("/one{}", two.path(row)), &[], &token).await;
            let told = answer.status == 303 && !answer.header("location").contains(&two.path(row));
            let nothing = answer.status.is_client_error() || told || row.with.contains(&Reset);
            faults.unless(nothing, "an administrator with another's id", row, &answer);
            faults.unless(!leaks(&answer, &two), "an administrator with another's id", row, &answer);
        }
        faults.none();
        assert_eq!(everything(&node, "two").await, before, "and nothing there is changed");
    });
}

/// What a site has, in one text.
async fn everything(node: &TestNode, name: &str) -> String {
    let (site, system) = (node.site(name).await, Actor::system());
    let items = content::items(&site, &system, content::ItemFilter { limit: 100, ..Default::default() })
        .await
        .unwrap();
    let titles: Vec<_> = items.rows.iter().map(|i| (i.title.clone(), i.status, i.version_count)).collect();
    let filter = identity::UserFilter { limit: 100, ..Default::default() };
    let (users, _) = identity::users(&site, &system, filter).await.unwrap();
    let users: Vec<_> = users.iter().map(|u| (u.name.clone(), u.display_name.clone(), u.state)).collect();
    let roles = identity::roles(&site, &system).await.unwrap().len();
    let redirects = content::redirects(&site, &system).await.unwrap().len();
    let menu = content::menu(&site, &system, MenuPlace::Main).await.unwrap().len();
    let terms = content::terms(&site, &system, "category".parse().unwrap()).await.unwrap().len();
    format!("{titles:?} {users:?} {roles} {redirects} {menu} {terms}")
}

#[test]
fn the_default_tenant_is_for_super_users_alone() {
    on_both(|backend| async move {
        let (node, one, two) = twins(backend).await;
        let (table, mut faults) = (host_table(), Faults::default());
        let (admin, token) = member(&node, "/two", "admin").await;
        let cookies = admin.cookies("/two/admin");
        let pair = cookies.split("; ").find(|pair| pair.contains(&two.suffix)).unwrap();
        let value = pair.split_once('=').unwrap().1;
        let stolen = format!("{cookies}; rowhouse_super={value}");
        for row in HOST {
            for (who, headers) in
                [("anonymous", vec![]), ("an administrator", vec![("cookie", stolen.as_str())])]
            {
                let answer = ask(&node.client(), row, &one.path(row), &headers, &token).await;
                let open = matches!(access(&table, row), Access::Public | Access::Door);
                faults.unless(open || refused(&answer), who, row, &answer);
                faults.unless(!answer.status.is_server_error(), who, row, &answer);
                faults.unless(!leaks(&answer, &one) && !leaks(&answer, &two), who, row, &answer);
            }
        }
        faults.none();
        assert!(
            node.info("one").await.is_some()
                && node.info("two").await.is_some()
                && node.info("eve").await.is_none()
        );
        node.get("/two/about").await.is(200).shows(&two.marker);
    });
}

/// The rows would prove nothing if nobody were let in anywhere.
#[test]
fn who_is_allowed_is_let_in() {
    on_both(|backend| async move {
        let (node, one, _) = twins(backend).await;
        let mut faults = Faults::default();
        let (admin, _) = member(&node, "/one", "admin").await;
        let (root, _) = member(&node, "", "root").await;
        for (client, base, rows) in [(&admin, "/one", TENANT), (&root, "", HOST)] {
            for row in
                rows.iter().filter(|row| row.route.starts_with("get /admin") && !row.with.contains(&Reset))
            {
                let answer = ask(client, row, &format!("{base}{}", one.path(row)), &[], "").await;
                let fine =
                    answer.status.is_success() || (answer.status.is_redirection() && !refused(&answer));
                faults.unless(fine, "who is allowed", row, &answer);
            }
        }
        faults.none();
    });
}

#[test]
fn a_form_from_another_place_is_refused() {
    on_both(|backend| async move {
        let (node, ..) = twins(backend).await;
        let (admin, token) = member(&node, "/one", "admin").await;
        let form = [("csrf", token.as_str()), ("title", "Stolen")];
        let save =
            async |headers: &[(&str, &str)]| admin.post_with("/one/admin/settings", headers, &form).await;
        save(&[("sec-fetch-site", "cross-site")]).await.is(403);
        save(&[("sec-fetch-site", "same-site")]).await.is(403);
        save(&[("origin", "https://evil.example")]).await.is(403);
        save(&[("origin", "null")]).await.is(403);
        let (_, other) = member(&node, "/two", "admin").await;
        admin.post("/one/admin/settings", &[("csrf", &other), ("title", "Stolen")]).await.is(403);
        admin.post("/one/admin/settings", &[("title", "Stolen")]).await.is(403);
        node.get("/one/").await.is(200).hides("Stolen");
    });
}

/// The cookies with one letter of the session of the site `suffix` changed, the others as they are.
fn with_another_session(cookies: &str, suffix: &str) -> String {
    let session = cookies.split("; ").find(|pair| pair.contains(suffix)).expect("a session");
    let (kept, last) = session.split_at(session.len() - 1);
    cookies.replace(session, &format!("{kept}{}", if last == "a" { "b" } else { "a" }))
}

#[test]
fn a_session_ends_with_its_cookie_its_account_and_its_key() {
    on_both(|backend| async move {
        let (node, one, _) = twins(backend).await;
        let (ann, token) = member(&node, "/one", "ann").await;
        let cookies = ann.cookies("/one/admin");
        let with =
            async |cookies: &str| node.client().ask(Method::GET, "/one/admin", &[("cookie", cookies)]).await;
        with(&cookies).await.is(200);
        with(&with_another_session(&cookies, &one.suffix)).await.is(303);
        ann.post("/one/admin/sign-out", &[("csrf", &token)]).await.is(303);
        with(&cookies).await.is(303);
        let (ann, _) = member(&node, "/one", "ann").await;
        let site = node.site("one").await;
        identity::set_user_disabled(&site, &Actor::system(), one.user, true).await.unwrap();
        ann.get("/one/admin").await.is(303);
    });
}
