//! Which address leads to which site, and that none leads to another's.

use rowhouse_engine::{
    Actor,
    tenants::{EditTenant, Undelete},
};
use rowhouse_tests::{Backend, Draft, TestNode, on_both};

/// `acme` at its prefix, `journal` at a host, `wild` at every host below one.
async fn three(backend: Backend) -> TestNode {
    let node = TestNode::start(backend).await;
    node.tenant("acme").title("The Acme title").create().await;
    node.tenant("journal").title("The Journal title").host("journal.example").create().await;
    node.tenant("wild").title("The Wild title").prefix("").host("*.wild.example").create().await;
    node
}

#[test]
fn paths_lead_to_their_site_or_nowhere() {
    on_both(|backend| async move {
        let node = three(backend).await;
        let table: &[(&str, u16, &str)] = &[
            ("/acme/", 200, "The Acme title"),
            ("/ac", 404, ""),
            ("/acme2", 404, ""),
            ("/acme2/", 404, ""),
            ("/acme", 301, "/acme/"),
            ("/ACME", 301, "/acme/"),
            ("/ACME/x", 301, "/acme/x"),
            ("/acme//", 301, "/acme/"),
            ("//acme", 301, "/acme/"),
            ("/acme/../journal", 400, ""),
            ("/acme/%2e%2e/journal", 400, ""),
            ("/acme%2f..%2fjournal", 400, ""),
            ("/acme%2fabout", 400, ""),
            ("/acme/%2fjournal", 400, ""),
            ("/%61cme", 301, "/acme/"),
            ("/acme%00", 400, ""),
            ("/acme/%ff", 400, ""),
            ("/acme\\journal", 400, ""),
            ("/_acme", 404, ""),
            ("/.well-known/x", 404, ""),
            ("/wild", 404, ""),
            ("/nothing/here", 404, ""),
        ];
        for (path, status, wanted) in table {
            let answer = node.visitor.raw(path, &[]).await;
            let got = answer.status.as_u16();
            // whether a path is malformed or nothing's is a matter of taste, and no test's
            let agrees = got == *status || (*status == 400 && matches!(got, 400 | 404));
            assert!(agrees, "{path}: {}", answer.told());
            match status {
                200 => drop(answer.shows(wanted)),
                301 => assert_eq!(answer.header("location"), *wanted, "{path}"),
                _ => drop(answer.hides("The Acme title").hides("The Journal title").hides("The Wild title")),
            }
        }
    });
}

#[test]
fn a_query_survives_the_way_to_the_proper_spelling() {
    on_both(|backend| async move {
        let node = three(backend).await;
        node.visitor.raw("/ACME/x?a=1&b=%2f", &[]).await.leads(301, "/acme/x?a=1&b=%2f");
    });
}

#[test]
fn a_host_shows_its_own_site_alone() {
    on_both(|backend| async move {
        let node = three(backend).await;
        let ask = async |host, path| node.visitor.get_at(host, path).await;
        ask("journal.example", "/").await.is(200).shows("The Journal title");
        ask("JOURNAL.example:8080", "/").await.is(200).shows("The Journal title");
        ask("journal.example", "/acme").await.is(404).hides("The Acme title").shows("The Journal title");
        ask("a.wild.example", "/").await.is(200).shows("The Wild title");
        ask("b.c.wild.example", "/acme").await.is(404).shows("The Wild title");
        ask("wild.example", "/").await.is(200).hides("The Wild title");
    });
}

#[test]
fn a_strange_host_is_the_base() {
    on_both(|backend| async move {
        let node = three(backend).await;
        let ask = async |path| node.visitor.get_at("stranger.example", path).await;
        ask("/acme/").await.is(200).shows("The Acme title").hides("stranger.example");
        ask("/").await.is(200).hides("The Acme title").hides("The Journal title");
    });
}

#[test]
fn the_default_tenant_has_no_public_content() {
    on_both(|backend| async move {
        let node = three(backend).await;
        node.get("/").await.is(200).hides("The Acme title").shows("noindex");
        for path in
            ["/about", "/feed.xml", "/atom.xml", "/category/news", "/2026/11", "/index.html", "/media/x/y"]
        {
            node.get(path).await.is(404);
        }
    });
}

#[test]
fn prefixes_of_several_segments_match_the_longest_whole() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("eu").title("All of Europe").create().await;
        node.tenant("eu-acme").title("Acme in Europe").prefix("/eu/acme").create().await;
        node.get("/eu/").await.is(200).shows("All of Europe");
        node.get("/eu/acme/").await.is(200).shows("Acme in Europe");
        node.get("/eu/acme2").await.is(404).shows("All of Europe").hides("Acme in Europe");
        node.get("/EU/Acme").await.leads(301, "/eu/acme/");
    });
}

#[test]
fn a_suspended_site_says_so_and_nothing_else() {
    on_both(|backend| async move {
        let node = three(backend).await;
        let site = node.site("acme").await;
        Draft::page("secret", "A page of Acme").publish(&site).await;
        node.get("/acme/secret").await.is(200);
        node.tenants().suspend("acme", "unpaid bills", &Actor::system()).await.unwrap();
        node.refresh().await;
        for path in [
            "/acme/",
            "/acme/secret",
            "/acme/nothing",
            "/acme/admin",
            "/acme/assets/x/y/z",
            "/acme/media/x/y",
        ] {
            let answer = node.get(path).await.is(503).hides("A page of Acme").hides("unpaid bills");
            assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{}", answer.told());
        }
        node.tenants().resume("acme", &Actor::system()).await.unwrap();
        node.refresh().await;
        node.get("/acme/secret").await.is(200).shows("A page of Acme");
    });
}

#[test]
fn a_failed_site_does_not_fall_through() {
    on_both(|backend| async move {
        let node = three(backend).await;
        node.tenants().fail("journal", "disk gone", &Actor::system()).await.unwrap();
        node.refresh().await;
        let answer = node.visitor.get_at("journal.example", "/acme").await.is(503).hides("disk gone");
        assert!(!answer.header("retry-after").is_empty());
    });
}

#[test]
fn a_site_that_is_not_set_up_shows_only_its_set_up() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        let new = node.tenant("fresh").title("The Fresh title").with(|r| {
            r.uninitialised = true;
            r.admin_password = None;
        });
        new.create().await;
        node.get("/fresh/").await.is(503);
        node.get("/fresh/admin").await.is(503);
        assert_ne!(node.get("/fresh/setup").await.status.as_u16(), 503);
    });
}

#[test]
fn a_deleted_site_is_nowhere_until_it_is_had_back() {
    on_both(|backend| async move {
        let node = three(backend).await;
        node.get("/acme/").await.is(200);
        node.tenants().delete("acme", &Actor::system()).await.unwrap();
        node.refresh().await;
        node.get("/acme/").await.is(404).hides("The Acme title");
        node.tenants().undelete("acme", Undelete::default(), &Actor::system()).await.unwrap();
        node.refresh().await;
        node.get("/acme/").await.is(200).shows("The Acme title");
    });
}

#[test]
fn an_old_prefix_leads_to_the_new_one_with_the_rest_of_the_path() {
    on_both(|backend| async move {
        let node = three(backend).await;
        let site = node.site("acme").await;
        Draft::page("about", "About Acme").publish(&site).await;
        node.get("/acme/about").await.is(200).shows("\"/acme");
        let edit = EditTenant { prefix: Some("/eu/acme".into()), ..EditTenant::default() };
        node.tenants().edit("acme", edit, &Actor::system()).await.unwrap();
        node.refresh().await;
        node.get("/acme/about?x=1").await.leads(301, "/eu/acme/about?x=1");
        node.get("/eu/acme/about").await.is(200).shows("About Acme").hides("\"/acme");
    });
}

#[test]
fn a_host_and_a_prefix_together_are_one_address() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.tenant("firm").title("The Firm title").host("firm.example").create().await;
        node.tenant("shop").title("The Shop title").host("firm.example").prefix("/shop").create().await;
        let ask = async |host, path| node.visitor.get_at(host, path).await;
        ask("firm.example", "/").await.is(200).shows("The Firm title");
        ask("firm.example", "/shop/").await.is(200).shows("The Shop title").hides("The Firm title");
        ask("firm.example", "/shopping").await.is(404).shows("The Firm title").hides("The Shop title");
        node.get("/shop/").await.is(404).hides("The Shop title");
    });
}

#[test]
fn links_follow_the_base_they_are_shown_at() {
    on_both(|backend| async move {
        let node = three(backend).await;
        Draft::page("about", "About us").publish(&node.site("journal").await).await;
        Draft::page("about", "About us").publish(&node.site("acme").await).await;
        let below = node.get("/acme/about").await.is(200);
        let alone = node.visitor.get_at("journal.example", "/about").await.is(200);
        let canonical = format!("rel=\"canonical\" href=\"http://{}/acme/about\"", node.authority());
        below.shows("href=\"/acme/").shows(&canonical).hides("href=\"/\"");
        alone.shows("href=\"/\"").shows("href=\"http://journal.example").hides("href=\"/journal");
    });
}

#[test]
fn robots_and_sitemaps_at_the_base_speak_for_all_prefix_sites() {
    on_both(|backend| async move {
        let node = three(backend).await;
        let base = format!("http://{}", node.authority());
        let robots = node.get("/robots.txt").await.is(200);
        robots.shows("Disallow: /acme/admin").shows(&format!("Sitemap: {base}/sitemap.xml")).hides("wild");
        let index = node.get("/sitemap.xml").await.is(200).shows("<sitemapindex");
        index.shows(&format!("<loc>{base}/acme/sitemap.xml</loc>")).hides("wild.example");
        node.get("/acme/sitemap.xml").await.is(200).shows("<urlset").hides("/journal");
        node.tenants().suspend("acme", "", &Actor::system()).await.unwrap();
        node.refresh().await;
        node.get("/sitemap.xml").await.is(200).hides("/acme/");
    });
}

#[test]
fn a_site_made_elsewhere_is_found_at_its_first_visit() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        node.get("/acme/").await.is(404);
        let other = TestNode::on(node.home.clone()).await;
        other.tenant("acme").title("The Acme title").create().await;
        // the first visit may come within the pause between two looks at the catalogue
        tokio::time::sleep(node.max_staleness()).await;
        node.get("/acme/").await.is(200).shows("The Acme title");
    });
}

#[test]
fn reserved_names_are_nobodys() {
    on_both(|backend| async move {
        let node = TestNode::start(backend).await;
        for prefix in ["admin", "api", "assets", "media", "setup", "_x", ".x", "acme/admin", "a b", "ä"] {
            let request = node.tenant("acme").prefix(prefix).request();
            let refused = node.tenants().create(request, &Actor::system()).await;
            assert!(refused.is_err(), "{prefix} was taken");
        }
        assert_eq!(node.home.tenant_databases().await, 0);
    });
}
