//! Addresses, plans, the bin, many at once, and the command line.

use jiff::SignedDuration;
use rowhouse_domain::{
    content::{Format, Kind, Status},
    name::RoutePath,
    settings::{Home, SiteSettings},
};

use super::{
    super::*,
    world::{World, document, on_each, path},
};
use crate::{Actor, EngineError};

async fn set(w: &World, settings: SiteSettings) {
    w.site.write(move |s| Box::pin(async move { s.set_site_settings(&settings).await })).await.unwrap();
}

#[test]
fn addresses_come_from_parents_and_dates_and_taken_ones_get_a_number() {
    on_each(|w| async move {
        let about = w.shown(Kind::Page, document("About")).await;
        assert_eq!(path(&about), "/about");
        let mut team = document("Team");
        team.fields.parent = Some(about.id);
        assert_eq!(path(&w.shown(Kind::Page, team).await), "/about/team");
        let system = Actor::system();
        let again = w.draft(&system, Kind::Page, document("About")).await;
        let again = w.publish(&system, again.id, again.latest_version).await;
        assert_eq!((path(&again.row), again.notices.len()), ("/about-2", 1));
        assert_eq!(path(&w.shown(Kind::Post, document("News")).await), "/2026/11/news");
        assert_eq!(path(&w.shown(Kind::Page, document("Admin")).await), "/admin-2");
    });
}

#[test]
fn a_month_follows_the_time_zone_of_the_site() {
    on_each(|w| async move {
        set(&w, SiteSettings { time_zone: "Pacific/Kiritimati".into(), ..SiteSettings::default() }).await;
        w.forward(9 * 24 * 3600 + 11 * 3600);
        assert_eq!(path(&w.shown(Kind::Post, document("Late")).await), "/2026/12/late");
    });
}

#[test]
fn what_is_published_keeps_its_address_until_its_slug_changes() {
    on_each(|w| async move {
        let (system, at) = (Actor::system(), RoutePath::parse("/odd/place").unwrap());
        let (title, body) = (Some("Odd".to_owned()), Some("Text".to_owned()));
        let new = ByPath { path: at.clone(), title, kind: Kind::Page, format: Format::Markdown, body };
        let (done, created) = publish_at_path(&w.site, &system, new.clone()).await.unwrap();
        assert!(created && path(&done.row) == "/odd/place");
        let (again, created) = publish_at_path(&w.site, &system, new).await.unwrap();
        assert!(!created && again.row.version_count == 1);
        let mut d = show_path(&w.site, &system, at).await.unwrap().1.document;
        d.body = "Other".into();
        let row = again.row;
        let kept = publish(&w.site, &system, row.id, row.latest_version, Some(d.clone())).await.unwrap();
        assert_eq!(path(&kept.row), "/odd/place");
        d.slug = rowhouse_domain::name::Slug::derive("even");
        let moved = publish(&w.site, &system, row.id, kept.row.latest_version, Some(d)).await.unwrap();
        assert_eq!(path(&moved.row), "/even");
        let left = redirects(&w.site, &system).await.unwrap();
        assert!(left.iter().any(|r| r.from.as_str() == "/odd/place" && r.item == Some(row.id)));
    });
}

#[test]
fn a_page_never_stands_below_itself() {
    on_each(|w| async move {
        let a = w.shown(Kind::Page, document("A")).await;
        let mut d = document("B");
        d.fields.parent = Some(a.id);
        let b = w.shown(Kind::Page, d).await;
        let mut circle = document("A");
        circle.fields.parent = Some(b.id);
        let refused = publish(&w.site, &Actor::system(), a.id, a.latest_version, Some(circle)).await;
        assert!(matches!(refused, Err(EngineError::Invalid(_))), "{refused:?}");
    });
}

#[test]
fn plans_are_carried_out_once_when_their_time_has_come() {
    on_each(|w| async move {
        let (system, now) = (Actor::system(), w.site.now());
        let row = w.draft(&system, Kind::Post, document("Soon")).await;
        let (from, to) = (now + SignedDuration::from_mins(10), now + SignedDuration::from_mins(20));
        let planned = schedule(&w.site, &system, row.id, Some(from), Some(to)).await.unwrap();
        assert_eq!(planned.status, Status::Scheduled);
        assert_eq!(next_due(&w.site).await.unwrap(), Some(from));
        assert_eq!(run_due(&w.site, w.site.now()).await.unwrap(), DueReport::default());
        w.forward(15 * 60);
        assert_eq!(run_due(&w.site, w.site.now()).await.unwrap().published, [row.id]);
        let shown = item(&w.site, &system, row.id).await.unwrap();
        assert_eq!((shown.status, shown.published_at), (Status::Published, Some(from)));
        assert_eq!(run_due(&w.site, w.site.now()).await.unwrap(), DueReport::default());
        w.forward(15 * 60);
        assert_eq!(run_due(&w.site, w.site.now()).await.unwrap().unpublished, [row.id]);
        assert_eq!(next_due(&w.site).await.unwrap(), None);
        let past = schedule(&w.site, &system, row.id, Some(from), None).await;
        assert!(matches!(past, Err(EngineError::Invalid(_))));
    });
}

#[test]
fn the_home_page_cannot_go_away_unnoticed() {
    on_each(|w| async move {
        let system = Actor::system();
        let home = w.shown(Kind::Page, document("Start")).await;
        set(&w, SiteSettings { home: Home::Page(home.id), ..SiteSettings::default() }).await;
        assert!(matches!(unpublish(&w.site, &system, home.id).await, Err(EngineError::Conflict(_))));
        assert!(matches!(bin(&w.site, &system, home.id).await, Err(EngineError::Conflict(_))));
    });
}

#[test]
fn many_at_once_fail_each_for_itself() {
    on_each(|w| async move {
        let system = Actor::system();
        let one = w.shown(Kind::Post, document("One")).await;
        let two = w.draft(&system, Kind::Post, document("Two")).await;
        let ids = [one.id, two.id];
        let done = bulk(&w.site, &system, BulkAction::Delete, &ids).await.unwrap();
        assert!(done.iter().all(|d| d.problem.is_some()));
        let done = bulk(&w.site, &system, BulkAction::Bin, &ids).await.unwrap();
        assert!(done.iter().all(|d| d.problem.is_none()));
        unbin(&w.site, &system, one.id).await.unwrap();
        let done = bulk(&w.site, &system, BulkAction::Delete, &ids).await.unwrap();
        assert_eq!(done.iter().map(|d| d.problem.is_none()).collect::<Vec<_>>(), [false, true]);
        let back = item(&w.site, &system, one.id).await.unwrap();
        assert_eq!((back.status, back.is_public()), (Status::Draft, false));
    });
}

#[test]
fn archives_and_the_systems_own_addresses_are_nobodys() {
    let settings =
        SiteSettings { home: Home::Page(rowhouse_domain::ItemId::fresh()), ..SiteSettings::default() };
    let taken = ["/", "/category/x", "/tag/x", "/2026/11", "/posts", "/blog/feed.xml", "/sitemap.xml"];
    let free = ["/category", "/category/x/y", "/2026", "/2026/13", "/2026/11/x", "/news"];
    for (paths, is) in [(&taken[..], true), (&free[..], false)] {
        for text in paths {
            assert_eq!(is_archive(&RoutePath::parse(text).unwrap(), &settings), is, "{text}");
        }
    }
}
