//! Screens in a real browser, at 1280 and 390 pixels, light and dark: nothing serious for axe, nothing wider
//! than the window, no error in the console, valid HTML. Pictures for people are left in `target/shots`.

use std::path::Path;

use rowhouse_engine::{
    Actor,
    content::{self, ItemFilter},
};
use rowhouse_tests::{Backend, Draft, PASSWORD, TestNode, on, repository};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::browser::{chromium, faults, html_faults, kinds, none};

fn screen(name: &str, path: &str, status: u16) -> Value {
    json!({ "name": name, "path": path, "status": status })
}

fn group(name: &str, who: Option<(&str, &str)>, valid: bool, screens: &[(&str, String)]) -> Value {
    let screens: Vec<_> = screens
        .iter()
        .map(|(name, path)| screen(name, path, if *name == "missing" { 404 } else { 200 }))
        .collect();
    let who = who.map(|(base, user)| json!({ "base": base, "user": user, "password": PASSWORD }));
    json!({ "name": name, "who": who, "valid": valid, "screens": screens })
}

/// Has the browser visit, and wants no fault.
async fn visit(node: &TestNode, chromium: &Path, groups: Vec<Value>) {
    let pictures = repository().join("target/shots");
    none(&seen(&node.authority(), &pictures, chromium, groups).await);
}

/// What the browser finds wrong.
async fn seen(authority: &str, pictures: &Path, chromium: &Path, groups: Vec<Value>) -> Vec<Value> {
    let base = format!("http://{authority}");
    let task = json!({ "base": base, "pictures": pictures, "chromium": chromium, "groups": groups });
    faults("screens.mjs", &task).await
}

/// The checks themselves, on a page with one of every fault.
#[test]
fn the_checks_see_what_is_wrong() {
    let Some(chromium) = chromium() else { return };
    on(Backend::Sqlite, |_| async {
        let bad = "<!doctype html><title>x</title><p style='color:#ccc;background:#fff;width:3000px'>pale</p>\
            <img src=/nothing><p><div>nested</div></p><script>nobody()</script>";
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = [0; 4096];
                let count = stream.read(&mut head).await.unwrap_or_default();
                let page = head[..count].starts_with(b"GET /bad ");
                let (status, body) = if page { ("200 OK", bad) } else { ("404 Not Found", "") };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        let pictures = tempfile::tempdir().unwrap();
        let groups = vec![group("bad", None, true, &[("page", "/bad".to_owned())])];
        let found = kinds(&seen(&authority, pictures.path(), &chromium, groups).await);
        for wanted in
            ["axe color-contrast", "axe image-alt", "console", "wider than the window", "html close-order"]
        {
            assert!(found.contains(wanted), "{wanted} was not seen: {found:?}");
        }
        let paths = ["/bad".to_owned(), "/nothing".to_owned()];
        let found = kinds(&html_faults(&authority, &paths).await);
        assert!(found.contains("html close-order") && found.contains("status"), "{found:?}");
    });
}

async fn dressed() -> TestNode {
    let node = TestNode::start(Backend::Sqlite).await;
    node.tenant("acme").title("Acme Joinery").recipe("company").create().await;
    node.tenant("journal").title("A Street Journal").recipe("blog").create().await;
    let long =
        "A title that goes on for so long that it has to find its own way around every corner of the page";
    Draft::page("long", long).publish(&node.site("acme").await).await;
    Draft::page("locked", "Locked").password("opener").publish(&node.site("acme").await).await;
    node
}

/// The address of a published post.
async fn post(node: &TestNode, site: &str) -> String {
    let site = node.site(site).await;
    let kind = Some(rowhouse_domain::content::Kind::Post);
    let filter = ItemFilter { kind, limit: 1, ..ItemFilter::default() };
    let page = content::items(&site, &Actor::system(), filter).await.unwrap();
    page.rows[0].route.as_ref().unwrap().to_url_path()
}

#[test]
fn public_pages_are_fit_to_be_seen() {
    let Some(chromium) = chromium() else { return };
    on(Backend::Sqlite, |_| async {
        let node = dressed().await;
        let post = post(&node, "journal").await;
        let below = |base: &str, paths: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            paths.iter().map(|(name, path)| (*name, format!("{base}{path}"))).collect()
        };
        let acme = [
            ("home", "/"),
            ("services", "/services"),
            ("contact", "/contact"),
            ("long", "/long"),
            ("locked", "/locked"),
            ("missing", "/nothing"),
        ];
        let journal = [("home", "/"), ("post", post.as_str()), ("about", "/about"), ("missing", "/nothing")];
        let groups = vec![
            group("acme", None, true, &below("/acme", &acme)),
            group("journal", None, true, &below("/journal", &journal)),
            group("base", None, true, &below("", &[("landing", "/"), ("missing", "/nothing")])),
        ];
        visit(&node, &chromium, groups).await;
    });
}

#[test]
fn the_admin_of_a_site_is_fit_to_be_used() {
    let Some(chromium) = chromium() else { return };
    on(Backend::Sqlite, |_| async {
        let node = dressed().await;
        let site = node.site("journal").await;
        let draft = Draft::post("draft", "A draft").save(&site).await;
        let admin = |path: &str| format!("/journal/admin{path}");
        let names = [
            ("overview", ""),
            ("content", "/content"),
            ("new", "/content/new?kind=post"),
            ("media", "/media"),
            ("bin", "/bin"),
            ("terms", "/terms"),
            ("menus", "/menus"),
            ("redirects", "/redirects"),
            ("users", "/users"),
            ("user-new", "/users/new"),
            ("roles", "/roles"),
            ("role-new", "/roles/new"),
            ("settings", "/settings"),
            ("theme", "/theme"),
            ("tools", "/tools"),
            ("jobs", "/tools/jobs"),
            ("account", "/account"),
        ];
        let mut screens: Vec<_> = names.iter().map(|(name, path)| (*name, admin(path))).collect();
        screens.push(("editor", admin(&format!("/content/{draft}"))));
        screens.push(("versions", admin(&format!("/content/{draft}/versions"))));
        let doors = [("sign-in", admin("/sign-in")), ("forgot", admin("/forgot"))];
        let groups = vec![
            group("door", None, false, &doors),
            group("admin", Some(("/journal", "admin")), false, &screens),
        ];
        visit(&node, &chromium, groups).await;
    });
}

#[test]
fn the_admin_of_the_row_is_fit_to_be_used() {
    let Some(chromium) = chromium() else { return };
    on(Backend::Sqlite, |_| async {
        let node = dressed().await;
        node.super_user("root").await;
        let names = [
            ("tenants", "/admin/tenants"),
            ("tenant-new", "/admin/tenants/new"),
            ("tenant", "/admin/tenants/acme"),
            ("super-users", "/admin/super-users"),
            ("orphans", "/admin/orphans"),
            ("cluster", "/admin/cluster"),
            ("system", "/admin/system"),
            ("jobs", "/admin/system/jobs"),
            ("landing", "/admin/landing"),
            ("account", "/admin/account"),
        ];
        let screens: Vec<_> = names.iter().map(|(name, path)| (*name, (*path).to_owned())).collect();
        let doors = [("sign-in", "/admin/sign-in".to_owned()), ("forgot", "/admin/forgot".to_owned())];
        let groups =
            vec![group("row-door", None, false, &doors), group("row", Some(("", "root")), false, &screens)];
        visit(&node, &chromium, groups).await;
    });
}
