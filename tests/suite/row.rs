//! A super user at the forms of the Default tenant: a site made there answers at once, and what cannot be is
//! told beside the field that it is about, with everything still there that was typed.

use rowhouse_tests::{Answer, Backend, Client, PASSWORD, TestNode, on_both};

const FORM: &str = "/admin/tenants/new";

async fn row(backend: Backend) -> (TestNode, Client) {
    let node = TestNode::start(backend).await;
    node.super_user("root").await;
    let root = node.client();
    root.sign_in("", "root", PASSWORD).await;
    (node, root)
}

/// Sends the form of a new tenant; the last of equal names counts.
pub async fn create(root: &Client, fields: &[(&str, &str)]) -> Answer {
    let usual = [("recipe", "company"), ("setup", "now"), ("isolation", "database"), ("theme", "")];
    let rest = usual.into_iter().filter(|(name, _)| fields.iter().all(|(other, _)| other != name));
    root.submit(FORM, FORM, &fields.iter().copied().chain(rest).collect::<Vec<_>>()).await
}

const ATELIER: &[(&str, &str)] = &[
    ("title", "The Atelier"),
    ("name", "atelier"),
    ("prefix", "/studio"),
    ("hosts", "atelier.example\n*.atelier.example"),
    ("admin_user", "mara"),
    ("admin_email", "mara@example.org"),
    ("admin_password", PASSWORD),
    ("quota_items", "50"),
];

/// [`ATELIER`] with other values in some fields.
fn but(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let changed = |name: &str| changes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let mut fields: Vec<_> =
        ATELIER.iter().map(|(name, value)| (*name, changed(name).unwrap_or(value))).collect();
    fields.extend(changes.iter().filter(|(name, _)| ATELIER.iter().all(|(other, _)| other != name)));
    fields
}

/// What is shown once, to be carried off.
fn carried(page: &Answer, id: &str) -> String {
    let text = page.text();
    let (_, rest) =
        text.split_once(&format!("<input id=\"{id}\"")).unwrap_or_else(|| panic!("{}", page.told()));
    let (_, rest) = rest.split_once("value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[test]
fn a_site_made_by_the_form_answers_at_once() {
    on_both(|backend| async move {
        let (node, root) = row(backend).await;
        let other = TestNode::on(node.home.clone()).await;
        create(&root, ATELIER)
            .await
            .is(200)
            .shows("The Atelier is ready")
            .shows("The password is the one you gave");
        node.visitor.get_at("atelier.example", "/studio/").await.is(200).shows("The Atelier");
        node.visitor.get_at("www.atelier.example", "/studio/services").await.is(200);
        other.visitor.get_at("atelier.example", "/studio/").await.is(200).shows("The Atelier");
        root.get("/admin/tenants").await.is(200).shows("The Atelier");
        let page = root.get("/admin/tenants/atelier").await.is(200);
        page.keeps("quota_items", "50").keeps("prefix", "/studio");
    });
}

#[test]
fn a_password_that_is_made_is_shown_once_and_lets_in() {
    on_both(|backend| async move {
        let (node, root) = row(backend).await;
        let form = [("title", "The Atelier"), ("name", "atelier"), ("prefix", "/atelier")];
        let page = create(&root, &form).await.is(200);
        let (user, password) = (carried(&page, "c-user"), carried(&page, "c-password"));
        node.client().sign_in("/atelier", &user, &password).await;
        root.get("/admin/tenants/atelier").await.is(200).hides(&password);
    });
}

#[test]
fn the_same_form_again_is_the_same_site() {
    on_both(|backend| async move {
        let (node, root) = row(backend).await;
        create(&root, ATELIER).await.is(200);
        create(&root, ATELIER).await.leads(303, "/admin/tenants/atelier");
        root.get("/admin/tenants/atelier").await.is(200).shows("was there already");
        assert_eq!(node.home.tenant_databases().await, 1);
    });
}

/// What was typed for the atelier, whatever stood in the way.
fn everything_typed(answer: Answer) -> Answer {
    let answer = answer.keeps("title", "The Atelier").keeps("admin_user", "mara");
    let answer = answer.keeps("admin_email", "mara@example.org").keeps("quota_items", "50");
    answer.shows("name=\"recipe\" value=\"company\" checked").hides(PASSWORD)
}

#[test]
fn a_name_or_an_address_that_is_taken_is_told_beside_its_field() {
    on_both(|backend| async move {
        let (node, root) = row(backend).await;
        node.tenant("acme").title("Acme").prefix("/acme").host("acme.example").create().await;
        node.tenant("shop").prefix("/shop").create().await;
        let refused = async |fields: &[(&'static str, &'static str)], field: &str| {
            let answer = create(&root, &but(fields)).await.blames(field);
            everything_typed(answer)
        };
        refused(&[("name", "acme")], "name").await.keeps("name", "acme").shows("already (Acme)");
        let prefix = refused(&[("prefix", "/shop"), ("hosts", "")], "prefix").await;
        prefix.keeps("name", "atelier").keeps("prefix", "/shop").shows("address /shop is shop");
        let hosts = [("prefix", "/acme"), ("hosts", "new.example\nACME.example")];
        refused(&hosts, "hosts").await.keeps("hosts", "new.example\nACME.example").shows("is acme");
        let url = node.home.tenant_urls().await.pop().unwrap();
        let url: &'static str = url.leak();
        refused(&[("database_url", url)], "database_url").await;
        assert_eq!(node.home.tenant_databases().await, 2, "nothing was made");
        assert!(node.info("atelier").await.is_none());
        create(&root, ATELIER).await.is(200);
    });
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    on_both(|backend| async move {
        let (node, root) = row(backend).await;
        let wrong = but(&[("name", "No Name!"), ("prefix", "/admin"), ("hosts", "http://x/y")]);
        let wrong = [&wrong[..], &[("quota_users", "many"), ("theme", "nowhere")]].concat();
        let answer = create(&root, &wrong).await.blames("name").blames("prefix").blames("hosts");
        let answer = answer.blames("quota_users").blames("theme").keeps("name", "No Name!");
        everything_typed(answer.keeps("prefix", "/admin").keeps("hosts", "http://x/y"));
        assert_eq!(node.home.tenant_databases().await, 0);
    });
}

#[test]
fn a_site_left_to_its_administrator_is_made_with_a_link_that_sets_it_up() {
    on_both(|backend| async move {
        let (node, root) = row(backend).await;
        let form = [("title", "Lantern"), ("name", "lantern"), ("prefix", "/lantern"), ("setup", "later")];
        let page = create(&root, &form).await.is(200).hides("c-password");
        let link: url::Url = carried(&page, "one-time-link").parse().unwrap();
        assert_eq!(format!("http://{}", node.authority()), link.origin().ascii_serialization());
        let link = format!("{}?{}", link.path(), link.query().unwrap());
        node.get("/lantern/").await.is(503);
        let form = [("title", "Lantern"), ("user", "mara"), ("email", "mara@example.org")];
        let form = [&form[..], &[("password", PASSWORD), ("again", PASSWORD)]].concat();
        node.client().submit(&link, &link, &form).await.leads(303, "/lantern/admin");
        node.get("/lantern/").await.is(200);
    });
}

#[test]
fn a_super_user_changes_their_own_name() {
    on_both(|backend| async move {
        let (_node, root) = row(backend).await;
        let save = async |form: &[(&str, &str)]| root.submit("/admin/account", "/admin/account", form).await;
        save(&[("name", "Ode Root"), ("email", "")]).await.leads(303, "/admin/account");
        root.get("/admin/tenants").await.is(200).shows("Ode Root");
        let moved = save(&[("name", "Someone"), ("email", "ode@example.org"), ("present", "wrong")]).await;
        moved.blames("present").keeps("name", "Someone").keeps("email", "ode@example.org").shows("Ode Root");
    });
}

#[test]
fn a_site_is_deleted_by_its_typed_name_alone() {
    on_both(|backend| async move {
        let (node, root) = row(backend).await;
        node.tenant("acme").create().await;
        let (at, form) = ("/admin/tenants/acme", "/admin/tenants/acme/delete");
        root.submit(at, form, &[]).await.is(200).shows("Delete “acme”?");
        root.submit(at, form, &[("confirm", "acne")]).await.is(422).shows("Delete “acme”?");
        node.get("/acme/").await.is(200);
        root.submit(at, form, &[("confirm", "acme")]).await.leads(303, at);
        node.get("/acme/").await.is(404);
    });
}
