//! Editors at work: what they send by the forms of the admin, and what visitors see of it.

use std::time::Duration;

use jiff::ToSpan;
use rowhouse_domain::ItemId;
use rowhouse_engine::{Actor, content, identity, pages};
use rowhouse_tests::{Answer, Backend, Client, Draft, PASSWORD, TestNode, eventually, on_both};

async fn acme(backend: Backend) -> (TestNode, Client) {
    let node = TestNode::start(backend).await;
    node.tenant("acme").title("The Acme title").create().await;
    let admin = node.client();
    admin.sign_in("/acme", "admin", PASSWORD).await;
    (node, admin)
}

/// The number of the version that an editor's form is about.
pub async fn save(who: &Client, id: ItemId, action: &str, version: &str, title: &str, body: &str) -> Answer {
    let at = format!("/acme/admin/content/{id}");
    let form = [("action", action), ("version", version), ("kind", "page"), ("title", title), ("body", body)];
    let rest = [("slug", "about"), ("format", "markdown")];
    who.submit(&at, &at, &[&form[..], &rest[..]].concat()).await
}

#[test]
fn what_an_editor_publishes_is_in_the_next_answer() {
    on_both(|backend| async move {
        let (node, admin) = acme(backend).await;
        let (id, _) = Draft::page("about", "Old title").publish(&node.site("acme").await).await;
        node.get("/acme/about").await.is(200).shows("Old title");
        let now = admin.get(&format!("/acme/admin/content/{id}")).await.is(200).version();
        save(&admin, id, "save", &now, "Draft title", "New text.").await.is(303);
        node.get("/acme/about").await.is(200).shows("Old title").hides("New text.");
        let now = admin.get(&format!("/acme/admin/content/{id}")).await.is(200).version();
        save(&admin, id, "publish", &now, "New title", "New text.").await.is(303);
        node.get("/acme/about").await.is(200).shows("New title").shows("New text.").hides("Old title");
    });
}

#[test]
fn a_new_page_comes_from_its_form_to_its_address() {
    on_both(|backend| async move {
        let (node, admin) = acme(backend).await;
        node.get("/acme/fresh-paint").await.is(404);
        let at = "/acme/admin/content/new";
        let form = [
            ("action", "publish"),
            ("kind", "page"),
            ("title", "Fresh paint"),
            ("body", "Wet."),
            ("format", "markdown"),
        ];
        admin.submit(at, at, &form).await.is(303);
        node.get("/acme/fresh-paint").await.is(200).shows("Fresh paint").shows("Wet.");
    });
}

#[test]
fn a_save_upon_an_older_version_is_refused_and_shows_both_texts() {
    on_both(|backend| async move {
        let (node, admin) = acme(backend).await;
        let (id, _) = Draft::page("about", "About").publish(&node.site("acme").await).await;
        let seen = admin.get(&format!("/acme/admin/content/{id}")).await.is(200).version();
        save(&admin, id, "publish", &seen, "About", "Their words.").await.is(303);
        let refused = save(&admin, id, "publish", &seen, "About", "Mine instead.").await;
        refused.is(409).shows("Their words.").shows("Mine instead.");
        node.get("/acme/about").await.is(200).shows("Their words.").hides("Mine instead.");
    });
}

#[test]
fn text_that_could_run_is_never_served() {
    on_both(|backend| async move {
        let (node, _) = acme(backend).await;
        let bad =
            "<script>alert(1)</script><img src=x onerror=alert(2)> [go](javascript:alert(3)) <b>bold</b>";
        Draft::page("bad", "<script>alert(4)</script>").body(bad).publish(&node.site("acme").await).await;
        let page = node.get("/acme/bad").await.is(200);
        page.shows("bold").hides("<script>alert").hides("onerror").hides("href=\"javascript");
    });
}

#[test]
fn a_signed_in_person_is_never_served_from_the_shared_memory() {
    on_both(|backend| async move {
        let (node, admin) = acme(backend).await;
        node.get("/acme/").await.is(200);
        let own = admin.get("/acme/").await.is(200).shows("/acme/admin");
        assert_eq!((own.cache(), own.header("cache-control")), ("bypass", "private, no-store"));
        node.get("/acme/").await.is(200).hides("class=\"overlay\"").hides("content/at?path=");
    });
}

#[test]
fn a_protected_text_opens_with_its_word_for_that_browser_alone() {
    on_both(|backend| async move {
        let (node, _) = acme(backend).await;
        let site = node.site("acme").await;
        Draft::page("locked", "Locked").body("The hidden text.").password("opener").publish(&site).await;
        let guest = node.client();
        guest.get("/acme/locked").await.is(200).hides("The hidden text.").shows("type=\"password\"");
        guest.post("/acme/_unlock/locked", &[("password", "wrong")]).await.is(303);
        guest.get("/acme/locked").await.is(200).hides("The hidden text.");
        guest.post("/acme/_unlock/locked", &[("password", "opener")]).await.is(303);
        guest.get("/acme/locked").await.is(200).shows("The hidden text.");
        node.get("/acme/locked").await.is(200).hides("The hidden text.");
    });
}

#[test]
fn a_draft_is_shown_by_its_link_alone_and_by_no_changed_one() {
    on_both(|backend| async move {
        let (node, _) = acme(backend).await;
        let site = node.site("acme").await;
        let id = Draft::page("draft", "Not yet public").save(&site).await;
        let hour = Duration::from_secs(3_600);
        let (token, _) = pages::make_preview(&site, &Actor::system(), id, hour).await.unwrap();
        node.get(&format!("/acme/_preview/{token}")).await.is(200).shows("Not yet public").shows("noindex");
        let forged = node.get(&format!("/acme/_preview/{token}x")).await;
        assert!(forged.status.is_client_error(), "{}", forged.told());
        forged.hides("Not yet public");
        node.clock.forward(hour * 2);
        node.refresh().await;
        let late = node.get(&format!("/acme/_preview/{token}")).await.hides("Not yet public");
        assert!(late.status.is_client_error(), "{}", late.told());
    });
}

#[test]
fn what_is_due_is_published_and_taken_back_by_itself() {
    on_both(|backend| async move {
        let (node, _) = acme(backend).await;
        let (site, system) = (node.site("acme").await, Actor::system());
        let id = Draft::page("later", "At last").save(&site).await;
        let (on, off) = (site.now() + 1.hour(), site.now() + 3.hours());
        content::schedule(&site, &system, id, Some(on), Some(off)).await.unwrap();
        node.get("/acme/later").await.is(404);
        node.clock.forward(Duration::from_secs(2 * 3_600));
        eventually("it is published", || async {
            (node.get("/acme/later").await.status == 200).then_some(())
        })
        .await;
        node.clock.forward(Duration::from_secs(2 * 3_600));
        eventually("it is taken back", || async {
            (node.get("/acme/later").await.status == 404).then_some(())
        })
        .await;
    });
}

#[test]
fn too_many_wrong_passwords_are_not_heard() {
    on_both(|backend| async move {
        let (node, _) = acme(backend).await;
        let guess = async || {
            let form = [("user", "admin"), ("password", "wrong password"), ("next", "")];
            node.client().post("/acme/admin/sign-in", &form).await
        };
        let first = guess().await.status.as_u16();
        assert!(matches!(first, 401 | 422), "{first}");
        let last = eventually("it is enough", || async {
            let answer = guess().await;
            (answer.status == 429).then_some(answer)
        })
        .await;
        assert!(!last.header("retry-after").is_empty());
    });
}

#[test]
fn a_new_password_by_link_ends_all_sessions_and_the_link() {
    on_both(|backend| async move {
        let (node, _) = acme(backend).await;
        let user = node.person("acme", "ann", "author").await;
        let ann = node.client();
        ann.sign_in("/acme", "ann", PASSWORD).await;
        let link = identity::reset_link(&node.site("acme").await, &Actor::system(), user).await.unwrap();
        let at = format!("/acme/admin/reset/{}", link.token);
        let new = "copper heron window 7";
        node.client().get(&at).await.is(200).shows("value=\"ann\"");
        node.client().post(&at, &[("password", new), ("again", new)]).await.is(303);
        ann.get("/acme/admin").await.is(303);
        node.client().sign_in("/acme", "ann", new).await;
        node.client().get(&at).await.hides("value=\"ann\"");
    });
}

#[test]
fn nothing_is_deleted_before_it_was_asked_about() {
    on_both(|backend| async move {
        let (node, admin) = acme(backend).await;
        let (site, system) = (node.site("acme").await, Actor::system());
        let redirect =
            content::add_redirect(&site, &system, "/old", Err("https://example.org/".into()), true);
        let at = format!("/acme/admin/redirects/{}/delete", redirect.await.unwrap().id);
        let delete = async |form: &[(&str, &str)]| admin.submit("/acme/admin/redirects", &at, form).await;
        delete(&[]).await.is(200).shows("Delete this redirect?");
        node.get("/acme/old").await.is(301);
        delete(&[("confirm", "yes")]).await.leads(303, "/acme/admin/redirects");
        node.get("/acme/old").await.is(404);
    });
}
