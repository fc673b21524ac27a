//! Plans on items: carried out once by whoever comes, and told where they fail.

use std::time::Duration;

use rowhouse_domain::{
    TenantId,
    content::{Document, Fields, Format, Kind, Status},
    name::Slug,
    settings::{Home, SiteSettings},
};

use super::world::*;
use crate::{
    Actor,
    content::{self, create, item, publish, schedule},
    jobs,
};

fn document(title: &str) -> Document {
    Document {
        title: title.into(),
        slug: Slug::derive(title),
        format: Format::Markdown,
        body: "Text.".into(),
        excerpt: String::new(),
        fields: Fields::default(),
    }
}

/// The number of the tenant's last revision.
async fn revision(w: &World, tenant: TenantId) -> i64 {
    w.site(&w.a, tenant).await.store().ask(i64::MAX).await.unwrap().version.n
}

#[test]
fn a_plan_is_carried_out_once_by_two_nodes() {
    on_each(|w| async move {
        let (acme, system) = (w.tenant("acme").await, Actor::system());
        let site = w.site(&w.a, acme).await;
        let row = create(&site, &system, Kind::Page, document("Soon")).await.unwrap();
        schedule(&site, &system, row.id, Some(w.now() + Duration::from_secs(600)), None).await.unwrap();
        let before = revision(&w, acme).await;
        w.forward(601);
        let (a, b) = (w.works(&w.a), w.works(&w.b));
        a.await.unwrap();
        b.await.unwrap();
        // and by two who do not know of each other
        let (here, there) = (w.site(&w.a, acme).await, w.site(&w.b, acme).await);
        let (x, y) = tokio::join!(content::run_due(&here, w.now()), content::run_due(&there, w.now()));
        assert!(x.unwrap().published.is_empty() && y.unwrap().published.is_empty());
        assert_eq!(item(&site, &system, row.id).await.unwrap().status, Status::Published);
        assert_eq!(revision(&w, acme).await, before + 1);
    });
}

#[test]
fn a_plan_survives_a_death_at_every_step() {
    on_each(|w| async move {
        let (acme, system) = (w.tenant("acme").await, Actor::system());
        let site = w.site(&w.b, acme).await;
        for step in ["due.claimed", "write.locked", "write.announced", "write.committed"] {
            let row = create(&site, &system, Kind::Page, document(step)).await.unwrap();
            let at = w.now() + Duration::from_secs(60);
            schedule(&site, &system, row.id, Some(at), None).await.unwrap();
            let before = revision(&w, acme).await;
            w.forward(61);
            w.a.fate.dies_at(step);
            let _ = w.works(&w.a).await;
            assert!(w.a.fate.is_dead(), "{step} was reached");
            w.forward(CLAIM_OVER);
            w.b.node.work_once().await.unwrap();
            let shown = item(&site, &system, row.id).await.unwrap();
            assert_eq!((shown.status, shown.published_at), (Status::Published, Some(at)), "{step}");
            assert_eq!(revision(&w, acme).await, before + 1, "{step}: once");
        }
    });
}

#[test]
fn a_plan_that_is_refused_is_dropped_and_told() {
    on_each(|w| async move {
        let (acme, system) = (w.tenant("acme").await, Actor::system());
        let site = w.site(&w.a, acme).await;
        let row = create(&site, &system, Kind::Page, document("Start")).await.unwrap();
        publish(&site, &system, row.id, row.latest_version, None).await.unwrap();
        schedule(&site, &system, row.id, None, Some(w.now() + Duration::from_secs(60))).await.unwrap();
        let home = SiteSettings { home: Home::Page(row.id), ..SiteSettings::default() };
        site.write(move |s| Box::pin(async move { s.set_site_settings(&home).await })).await.unwrap();
        w.forward(61);
        w.a.node.work_once().await.unwrap();
        let now = item(&site, &system, row.id).await.unwrap();
        assert_eq!((now.status, now.unpublish_at), (Status::Published, None));
        let list = jobs::jobs(&site, &system).await.unwrap();
        let [told] = &list.dead[..] else { panic!("one failed: {list:?}") };
        assert!(told.about.contains("Start") && told.error.as_ref().is_some_and(|e| e.contains("home page")));
        assert!(!told.can_retry && told.can_discard);
    });
}
