//! How often making a page asks its database: never more for showing more, and never more than is written here.

use std::collections::BTreeMap;

use rowhouse_domain::content::Taxonomy;
use rowhouse_engine::Site;
use rowhouse_tests::{Client, Draft, Home, Process, TestNode, on_both, term};

use crate::{NODE, cache::statements};

/// What a page of each kind may ask, the version of the tenant's row that it was made from among it.
const MOST: [(&str, f64); 9] = [
    ("/acme/", 11.0),
    ("/acme/page-0/page-below", 9.0),
    ("POST", 9.0),
    ("/acme/category/news", 11.0),
    ("/acme/tag/wood", 10.0),
    ("/acme/feed.xml", 8.0),
    ("/acme/category/news/atom.xml", 10.0),
    ("/acme/sitemap.xml", 7.0),
    ("/acme/missing", 7.0),
];

/// Posts with terms, and pages with pages below them; answers where the last post stands.
async fn write(site: &Site, from: usize, to: usize) -> String {
    let (news, wood) =
        (term(site, Taxonomy::Category, "News").await, term(site, Taxonomy::Tag, "Wood").await);
    let mut last = String::new();
    for n in from..to {
        let title = format!("Number {n}");
        let post = Draft::post(&format!("post-{n}"), &title).term(news).term(wood);
        last = post.publish(site).await.1;
        let (page, _) = Draft::page(&format!("page-{n}"), &title).publish(site).await;
        for below in ["page-below", "page-beside"] {
            Draft::page(below, &title).below(page).publish(site).await;
        }
    }
    last
}

/// Statements of each page, counted by a process that has none of them.
async fn counted(home: &Home, post: &str) -> BTreeMap<&'static str, f64> {
    let (_process, sites, ops) = Process::start(NODE, home, &["serve"]).serves().await;
    let visitor = Client::new(sites);
    // what is asked once for a site
    visitor.get("/acme/robots.txt").await;
    let mut counts = BTreeMap::new();
    for (name, _) in MOST {
        let before = statements(ops, &["read"]).await;
        let path = if name == "POST" { format!("/acme{post}") } else { name.to_owned() };
        let status = if name.ends_with("missing") { 404 } else { 200 };
        visitor.get(&path).await.is(status);
        counts.insert(name, statements(ops, &["read"]).await - before);
    }
    counts
}

#[test]
fn no_page_asks_more_for_showing_more() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("acme").create().await;
        let site = node.site("acme").await;
        let post = write(&site, 0, 3).await;
        let few = counted(&node.home, &post).await;
        let post = write(&site, 3, 9).await;
        let many = counted(&node.home, &post).await;
        assert_eq!(few, many);
        for (name, most) in MOST {
            assert!(few[name] > 0.0 && few[name] <= most, "{name}: {} of {most}", few[name]);
        }
    });
}
