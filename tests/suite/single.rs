//! One site at the root, by the same code.

use rowhouse_engine::Actor;
use rowhouse_tests::{Backend, Draft, Options, TestNode, on_both};

async fn alone(backend: Backend) -> TestNode {
    let node = Options::new(backend).set("tenancy.mode", "single").start().await;
    if node.info("site").await.is_none() && node.node().tenants().is_empty() {
        node.tenant("site").title("The only title").create().await;
    }
    node
}

#[test]
fn the_site_is_at_the_root_of_every_host() {
    on_both(|backend| async move {
        let node = alone(backend).await;
        let name = node.node().tenants()[0].name.to_string();
        Draft::page("about", "About us").publish(&node.site(&name).await).await;
        node.get("/about").await.is(200).shows("About us").shows("href=\"/\"");
        node.visitor.get_at("stranger.example", "/about").await.is(200).shows("About us");
        node.get("/robots.txt").await.is(200).shows("Sitemap:");
        node.get("/sitemap.xml").await.is(200).shows("<urlset").shows("/about</loc>");
    });
}

#[test]
fn a_single_site_takes_no_prefix() {
    on_both(|backend| async move {
        let node = alone(backend).await;
        let request = node.tenant("second").prefix("/second").request();
        assert!(node.tenants().create(request, &Actor::system()).await.is_err());
    });
}
