//! A site that is yet to be set up has few routes and one who may use them: whoever has its link. Nobody else
//! sets it up, whatever they are elsewhere and whatever other link they have; all its other routes are shut.

use rowhouse_domain::tenant::TenantState;
use rowhouse_engine::identity::OneTimeLink;

use super::*;

/// A furnished site, and two that are yet to be set up, with their links.
async fn three(backend: Backend) -> (TestNode, Facts, OneTimeLink, OneTimeLink) {
    let node = TestNode::start(backend).await;
    node.super_user("root").await;
    let one = furnished(&node, "one").await;
    let unfinished = async |name: &str| {
        let request =
            node.tenant(name).with(|r| (r.uninitialised, r.admin_password) = (true, None)).request();
        node.tenants().create(request, &Actor::system()).await.unwrap().setup.expect("a link")
    };
    let (two, three) = (unfinished("two").await, unfinished("three").await);
    node.refresh().await;
    (node, one, two, three)
}

/// The cookies of a super user and of another site's administrator, the latter under the name of this site too.
async fn stolen(node: &TestNode, one: &Facts) -> String {
    let suffix = node.info("two").await.unwrap().id.suffix();
    let (admin, root) = (node.client(), node.client());
    admin.sign_in("/one", "admin", PASSWORD).await;
    root.sign_in("", "root", PASSWORD).await;
    let theirs = admin.cookies("/one/admin");
    assert!(theirs.contains(&one.suffix), "named for the site: {theirs}");
    format!("{theirs}; {}; {}", theirs.replace(&one.suffix, &suffix), root.cookies("/admin"))
}

async fn ask_with(node: &TestNode, row: &Row, path: &str, cookies: &str) -> Answer {
    let headers = [("cookie", cookies)];
    let headers = if cookies.is_empty() { &[][..] } else { &headers[..] };
    match row.route.starts_with("get ") {
        true => node.client().ask(Method::GET, path, headers).await,
        false => node.client().post_with(path, headers, row.form).await,
    }
}

#[test]
fn nobody_sets_a_site_up_but_who_has_its_link() {
    on_both(|backend| async move {
        let (node, one, two, three) = three(backend).await;
        let (stolen, mut faults) = (stolen(&node, &one).await, Faults::default());
        for row in UNFINISHED {
            for token in ["", "wrong", &one.reset, &one.preview, &one.session, &three.token] {
                for (who, cookies) in [("anonymous", ""), ("others", stolen.as_str())] {
                    let path = format!("/two{}?token={token}", one.path(row));
                    let answer = ask_with(&node, row, &path, cookies).await;
                    faults.unless(!answer.status.is_server_error(), who, row, &answer);
                    faults.unless(!answer.status.is_redirection(), who, row, &answer);
                    faults.unless(!answer.text().contains("name=\"password\""), who, row, &answer);
                    faults.unless(!leaks(&answer, &one), who, row, &answer);
                }
            }
        }
        faults.none();
        let state = async |name| node.info(name).await.unwrap().state;
        assert_eq!([state("two").await, state("three").await], [TenantState::Uninitialised; 2]);
        // and the link does
        let set_up = UNFINISHED.iter().find(|row| row.route == "post /setup").unwrap();
        ask_with(&node, set_up, &format!("/two/setup?token={}", two.token), "")
            .await
            .leads(303, "/two/admin");
        assert_eq!(
            [state("two").await, state("three").await],
            [TenantState::Running, TenantState::Uninitialised]
        );
    });
}

#[test]
fn every_other_route_of_a_site_that_is_yet_to_be_set_up_is_shut() {
    on_both(|backend| async move {
        let (node, one, ..) = three(backend).await;
        let (stolen, mut faults) = (stolen(&node, &one).await, Faults::default());
        let open = |row: &&Row| UNFINISHED.iter().any(|open| open.route == row.route);
        for row in TENANT.iter().filter(|row| !open(row)) {
            for (who, cookies) in [("anonymous", ""), ("others", stolen.as_str())] {
                let answer = ask_with(&node, row, &format!("/two{}", one.path(row)), cookies).await;
                faults.unless(answer.status == 503 && !leaks(&answer, &one), who, row, &answer);
            }
        }
        faults.none();
        assert_eq!(node.info("two").await.unwrap().state, TenantState::Uninitialised);
    });
}
