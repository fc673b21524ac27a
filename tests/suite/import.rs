//! A WordPress site moves in: the public export that themes are tested with, which lies beside the project and
//! is no part of it. What must come out is read from the file by simple means, not by the importer's.

use std::collections::BTreeSet;

use rowhouse_tests::{Answer, Backend, Done, PASSWORD, TestNode, export, on, on_both, run, unescaped};

use crate::{NODE, browser};

/// What the file says of an item.
struct Item {
    title: String,
    kind: String,
    status: String,
    protected: bool,
    /// The path of its old address.
    path: String,
    parent: String,
    id: String,
}

fn between<'t>(text: &'t str, tag: &str) -> &'t str {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let inside = text.split_once(&open).and_then(|(_, rest)| rest.split_once(&close));
    let inside = inside.map_or("", |(inside, _)| inside).trim();
    inside.strip_prefix("<![CDATA[").and_then(|t| t.strip_suffix("]]>")).unwrap_or(inside)
}

fn items(export: &str) -> Vec<Item> {
    let read = |text: &str| Item {
        title: between(text, "title").to_owned(),
        kind: between(text, "wp:post_type").to_owned(),
        status: between(text, "wp:status").to_owned(),
        protected: !between(text, "wp:post_password").is_empty(),
        path: between(text, "link").splitn(4, '/').nth(3).map(|p| format!("/{p}")).unwrap_or_default(),
        parent: between(text, "wp:post_parent").to_owned(),
        id: between(text, "wp:post_id").to_owned(),
    };
    export.split("<item>").skip(1).map(read).collect()
}

/// A title as it reads: without tags and escapes, blanks drawn together.
fn as_read(title: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for character in unescaped(title).chars() {
        match character {
            '<' => inside = true,
            '>' if inside => inside = false,
            other if !inside => plain.push(other),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn import(node: &TestNode, file: &std::path::Path) -> Done {
    let (config, file) = (node.home.config(), file.display().to_string());
    let config = config.display().to_string();
    let words = ["cli", "import", "wordpress", "--tenant", "wp", &file, "--json", "--config", &config];
    run(NODE, &words, "").await
}

/// Follows an old address to where it leads.
async fn follow(node: &TestNode, path: &str) -> Answer {
    let mut answer = node.get(&format!("/wp{path}")).await;
    for _ in 0..4 {
        if !answer.status.is_redirection() {
            break;
        }
        let to = answer.header("location").to_owned();
        answer = node.get(&to).await;
    }
    answer
}

#[test]
fn a_whole_site_moves_in_and_moving_in_again_changes_nothing() {
    let Some(file) = export() else { return };
    on_both(|backend| {
        let file = file.clone();
        async move {
            let export = std::fs::read_to_string(&file).unwrap();
            let items = items(&export);
            let node = TestNode::start(backend).await;
            node.tenant("wp").title("The imported site").create().await;
            let report = import(&node, &file).await.succeeds().json();
            node.refresh().await;
            tokio::time::sleep(node.max_staleness()).await;
            every_published_item_answers_with_its_title(&node, &items).await;
            what_is_not_public_is_not_shown(&node, &items).await;
            the_hierarchy_stands(&node, &items).await;
            menus_stand(&node, &export).await;
            again(&node, &file, &report).await;
        }
    });
}

async fn every_published_item_answers_with_its_title(node: &TestNode, items: &[Item]) {
    let texts = items.iter().filter(|i| matches!(i.kind.as_str(), "post" | "page") && i.status == "publish");
    let (mut seen, mut wrong) = (0, Vec::new());
    for item in texts {
        seen += 1;
        let answer = follow(node, &item.path).await;
        let wanted = as_read(&item.title);
        let text = as_read(&answer.title());
        if answer.status != 200 || !text.contains(&wanted) {
            wrong.push(format!("{} ({:?}): {} with the title {text:?}", item.path, wanted, answer.status));
        }
    }
    assert_eq!(seen, 77, "the file has so many");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn what_is_not_public_is_not_shown(node: &TestNode, items: &[Item]) {
    let hidden = items.iter().filter(|i| i.kind == "post" && matches!(i.status.as_str(), "future" | "draft"));
    for item in hidden {
        let path = if item.path.contains('?') { "/draft".to_owned() } else { item.path.clone() };
        let answer = follow(node, &path).await;
        assert_eq!(answer.status, 404, "{}", answer.told());
    }
    let secret = "This content, comments, pingbacks, and trackbacks should not be visible";
    let item = items.iter().find(|i| i.protected && i.kind == "post").unwrap();
    follow(node, &item.path).await.is(200).hides(secret).shows("type=\"password\"");
    for list in ["", "/feed.xml", "/atom.xml", "/2012/01", "/category/uncategorized"] {
        let mut page = node.get(&format!("/wp{list}")).await;
        if page.status.is_redirection() {
            page = follow(node, list).await;
        }
        page.hides(secret).hides("This post is scheduled").hides("This post is drafted");
    }
}

/// A page below another has that one's address before its own.
async fn the_hierarchy_stands(node: &TestNode, items: &[Item]) {
    let pages: Vec<_> = items.iter().filter(|i| i.kind == "page" && i.status == "publish").collect();
    let below: Vec<_> = pages.iter().filter(|p| pages.iter().any(|above| above.id == p.parent)).collect();
    assert!(below.len() >= 2, "the file has some");
    let config = node.home.config().display().to_string();
    let words = ["cli", "content", "list", "--tenant", "wp", "--type", "page", "--json", "--config", &config];
    let list = run(NODE, &words, "").await.succeeds().json();
    let path_of = |item: &Item| {
        let wanted = as_read(&item.title);
        let rows = list["items"].as_array().unwrap().iter();
        let found = rows.clone().find(|row| as_read(row["title"].as_str().unwrap()) == wanted);
        let found = found.unwrap_or_else(|| panic!("no page {wanted}: {list}"));
        found["path"].as_str().unwrap_or_default().to_owned()
    };
    for page in below {
        let above = pages.iter().find(|above| above.id == page.parent).unwrap();
        let (child, parent) = (path_of(page), path_of(above));
        assert!(child.starts_with(&format!("{parent}/")), "{child} is not below {parent}");
    }
}

/// Entries of the file's menus that name published pages are links on the front page.
async fn menus_stand(node: &TestNode, export: &str) {
    let front = node.get("/wp/").await.is(200).text();
    let navigation: String =
        front.split("<nav").skip(1).filter_map(|nav| nav.split("</nav>").next()).collect();
    assert!(export.contains("<wp:post_type><![CDATA[nav_menu_item]]>") || export.contains("nav_menu_item"));
    assert!(navigation.matches("<a ").count() >= 5, "menus are missing: {navigation}");
}

async fn again(node: &TestNode, file: &std::path::Path, first: &serde_json::Value) {
    let second = import(node, file).await.succeeds().json();
    for kind in ["authors", "categories", "tags", "posts", "pages", "menus", "menu_entries", "redirects"] {
        let (one, two) = (&first[kind], &second[kind]);
        let total = |t: &serde_json::Value| -> u64 {
            ["created", "unchanged", "skipped", "failed"].iter().map(|k| t[*k].as_u64().unwrap()).sum()
        };
        assert_eq!(total(one), total(two), "{kind}: {one} and then {two}");
        assert_eq!(two["created"], 0, "{kind} came twice: {two}");
    }
    assert_eq!(first["comments"], second["comments"]);
    assert!(first["comments"].as_u64().unwrap() > 0);
}

/// The pages that can be reached from the published items of the file: they, and the lists they stand in.
async fn pages(node: &TestNode, items: &[Item]) -> Vec<String> {
    let texts = items.iter().filter(|i| matches!(i.kind.as_str(), "post" | "page") && i.status == "publish");
    let mut ahead: Vec<String> = texts.map(|item| format!("/wp{}", item.path)).collect();
    let (mut known, mut found) = (BTreeSet::new(), Vec::new());
    while let Some(path) = ahead.pop() {
        let answer = node.get(&path).await;
        if answer.status.is_redirection() {
            ahead.extend(known.insert(path).then(|| answer.header("location").to_owned()));
            continue;
        }
        // what somebody else wrote may lead nowhere
        if answer.status != 200 || !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let text = answer.text();
        let links = text.split(" href=\"").skip(1).filter_map(|rest| rest.split(['"', '#', '?']).next());
        let inside = links.filter(|link| link.starts_with("/wp/") && !link.starts_with("/wp/admin"));
        ahead.extend(inside.filter(|link| known.insert((*link).to_owned())).map(str::to_owned));
        found.push(path);
    }
    found.sort();
    found.dedup();
    found
}

/// Bodies are what somebody else wrote, in another program; in every theme they become pages as the standard
/// wants them. What a page is made of does not depend on the kind of database.
#[test]
fn every_page_that_moved_in_is_valid_html_in_every_theme() {
    let Some(file) = export().filter(|_| browser::validator()) else {
        return;
    };
    on(Backend::Sqlite, |backend| {
        let file = file.clone();
        async move {
            let node = TestNode::start(backend).await;
            node.tenant("wp").title("The imported site").create().await;
            import(&node, &file).await.succeeds();
            node.refresh().await;
            tokio::time::sleep(node.max_staleness()).await;
            let paths = pages(&node, &items(&std::fs::read_to_string(&file).unwrap())).await;
            assert!(paths.len() > 77, "{paths:?}");
            let admin = node.client();
            admin.sign_in("/wp", "admin", PASSWORD).await;
            for theme in ["default", "broadsheet", "foundry"] {
                let form = [("theme", theme)];
                admin.submit("/wp/admin/theme", "/wp/admin/theme/choose", &form).await.is(303);
                browser::none(&browser::html_faults(&node.authority(), &paths).await);
            }
        }
    });
}

#[test]
fn a_file_that_is_cut_off_is_reported_and_what_was_read_stands() {
    let Some(file) = export() else { return };
    on_both(|backend| {
        let file = file.clone();
        async move {
            let node = TestNode::start(backend).await;
            node.tenant("wp").create().await;
            let export = std::fs::read(&file).unwrap();
            let cut = node.home.file("cut.xml");
            std::fs::write(&cut, &export[..export.len() / 2]).unwrap();
            let done = import(&node, &cut).await;
            // one document, with the report and what is wrong with it
            let told = done.json();
            assert!(!done.status.success() && told["complete"] == false, "{done:?}");
            assert!(told["error"].as_str().is_some_and(|words| words.contains("line")), "{done:?}");
            let whole = import(&node, &file).await.succeeds().json();
            assert!(
                whole["posts"]["unchanged"].as_u64().unwrap() > 0,
                "what was read the first time is there"
            );
        }
    });
}

#[test]
fn a_file_that_is_no_export_changes_nothing() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("wp").create().await;
        for text in
            ["", "hello", "<html><body>Not Found</body></html>", "<rss><channel><item></channel></rss>"]
        {
            let file = node.home.file("no.xml");
            std::fs::write(&file, text).unwrap();
            let done = import(&node, &file).await;
            assert!(!done.status.success() && done.json()["error"].is_string(), "{text:?}: {done:?}");
        }
        let nowhere = import(&node, std::path::Path::new("/nowhere.xml")).await;
        assert!(!nowhere.status.success() && nowhere.out.contains("/nowhere.xml"), "{nowhere:?}");
    });
}
