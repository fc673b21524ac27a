//! Whoever changed something sees the change at once, on whatever node: the cookie tells which version was made.

use std::time::Duration;

use rowhouse_domain::ItemId;
use rowhouse_tests::{Answer, Client, Draft, PASSWORD, TestNode, eventually};

use super::street::{FOR_LONG, Street, test};
use crate::editing;

/// An administrator who has the page "Old title" open on one node.
struct Editor {
    admin: Client,
    id: ItemId,
    opened: String,
    /// The page's address.
    at: String,
}

impl Editor {
    async fn on(node: &TestNode) -> Self {
        let (id, path) = Draft::page("about", "Old title").publish(&node.site("acme").await).await;
        let admin = node.client();
        admin.sign_in("/acme", "admin", PASSWORD).await;
        let opened = admin.get(&format!("/acme/admin/content/{id}")).await.is(200).version();
        Self { admin, id, opened, at: format!("/acme{path}") }
    }

    /// Publishes "New title" and tells the cookie that came with the answer.
    async fn publishes(&self) -> String {
        editing::save(&self.admin, self.id, "publish", &self.opened, "New title", "New text.").await.is(303);
        let cookies = self.admin.cookies("/acme/");
        cookies.split("; ").find(|pair| pair.starts_with("rowhouse_seen=")).expect("told").to_owned()
    }
}

/// What a browser with this cookie is shown.
async fn shown(browser: Client, at: &str, cookie: &str) -> Answer {
    browser.ask(reqwest::Method::GET, at, &[("cookie", cookie)]).await
}

#[test]
fn whoever_changed_something_sees_it_on_a_node_that_has_not_heard() {
    test(|| async {
        let street = Street::with_acme(2, &[("cache.max_staleness", FOR_LONG)]).await?;
        let [one, two] = &street.nodes[..] else { unreachable!() };
        let editor = Editor::on(one).await;
        eventually("the other shows it", async || {
            two.get(&editor.at).await.text().contains("Old title").then_some(())
        })
        .await;
        // from now on no node hears another
        street.way().cut();
        let cookie = editor.publishes().await;
        two.get(&editor.at).await.is(200).shows("Old title");
        shown(two.client(), &editor.at, &cookie).await.is(200).shows("New title");
        Some(())
    });
}

/// The node that the editor works on has not heard of it, so that the own change does not follow what it knows.
#[test]
fn whoever_changed_something_after_others_sees_it_too() {
    test(|| async {
        let street = Street::with_acme(2, &[("cache.max_staleness", FOR_LONG)]).await?;
        let [one, two] = &street.nodes[..] else { unreachable!() };
        let editor = Editor::on(one).await;
        street.way().cut();
        Draft::page("other", "Another's").publish(&two.site("acme").await).await;
        two.get(&editor.at).await.is(200).shows("Old title");
        let cookie = editor.publishes().await;
        shown(two.client(), &editor.at, &cookie).await.is(200).shows("New title");
        Some(())
    });
}

#[test]
fn whoever_changed_something_is_not_given_what_was_being_made_before() {
    test(|| async {
        let street = Street::with_acme(1, &[]).await?;
        let node = &street.nodes[0];
        let editor = Editor::on(node).await;
        let gate = node.steps.gate("render.read");
        let early = tokio::spawn({
            let (visitor, at) = (node.client(), editor.at.clone());
            async move { visitor.get(&at).await }
        });
        gate.arrived(1).await;
        let cookie = editor.publishes().await;
        let own = tokio::spawn({
            let (visitor, at) = (node.client(), editor.at.clone());
            async move { shown(visitor, &at, &cookie).await }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        gate.open();
        early.await.unwrap().is(200).shows("Old title");
        own.await.unwrap().is(200).shows("New title");
        Some(())
    });
}
