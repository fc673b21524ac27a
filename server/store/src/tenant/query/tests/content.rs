//! What queries answer, by example.

use rowhouse_domain::{
    ItemId, MenuEntryId, RedirectId, UserId,
    content::{Document, Kind, MenuPlace, Status, Taxonomy},
    name::Slug,
    settings::SiteSettings,
};

use super::{
    super::{ItemFilter, LockState, MenuRow, Month, PostList, RedirectRow},
    place::{Place, at, document, on_each, path, term, version},
};
use crate::{Snapshot, StoreError};

/// Reads as a visitor.
macro_rules! read {
    ($place:expr, |$s:ident| $body:expr) => {
        $place.store.read(move |$s| Box::pin(async move { $body })).await.unwrap().0
    };
}
macro_rules! look {
    ($place:expr, |$s:ident| $body:expr) => {
        $place.store.look(move |$s| Box::pin(async move { $body })).await.unwrap()
    };
}
macro_rules! private {
    ($place:expr, |$s:ident| $body:expr) => {
        $place.store.private(move |$s| Box::pin(async move { $body })).await.unwrap()
    };
}
macro_rules! write {
    ($place:expr, |$s:ident| $body:expr) => {
        $place.store.write(at(9), move |$s| Box::pin(async move { $body })).await.unwrap()
    };
}

async fn titles(
    s: &mut Snapshot,
    list: PostList,
    offset: u64,
    limit: u64,
) -> crate::Result<(Vec<String>, u64)> {
    let page = s.posts(&list, offset, limit).await?;
    Ok((page.items.into_iter().map(|i| i.title).collect(), page.total))
}

fn below(parent: ItemId, title: &str) -> Document {
    let mut d = document(title);
    d.fields.parent = Some(parent);
    d
}

#[test]
fn visitors_see_the_published_version_and_editors_the_latest() {
    on_each(|p| async move {
        let id = p.shown(Kind::Page, document("About"), "/about", 1).await;
        let new = version(document("About us"), 2);
        private!(p, |s| s.save_version(id, &new).await);
        let seen = read!(p, |s| s.item_at(&path("/about")).await).unwrap();
        assert_eq!((seen.title.as_str(), seen.updated_at, seen.published_at), ("About", at(1), at(1)));
        let row = look!(p, |s| s.item(id).await).unwrap();
        assert_eq!(
            (row.title.as_str(), row.version_count, row.has_unpublished_changes()),
            ("About us", 3, true)
        );
        assert_eq!(look!(p, |s| s.versions(id).await).len(), 3);
        assert!(read!(p, |s| s.item_at(&path("/nothing")).await).is_none());
    });
}

#[test]
fn drafts_and_what_is_in_the_bin_are_nowhere_to_be_seen() {
    on_each(|p| async move {
        let draft = p.draft(Kind::Post, None, document("Draft")).await;
        let gone = p.shown(Kind::Post, document("Gone"), "/gone", 1).await;
        write!(p, |s| s.bin_item(gone).await);
        for id in [draft, gone] {
            assert!(read!(p, |s| s.item(id).await).is_none());
        }
        assert!(read!(p, |s| s.item_at(&path("/gone")).await).is_none());
        assert_eq!(read!(p, |s| titles(s, PostList::Front, 0, 9).await), (vec![], 0));
        assert!(read!(p, |s| s.sitemap(Kind::Post, None, 9).await).is_empty());
        private!(p, |s| s.unbin_item(gone).await);
        assert_eq!(look!(p, |s| s.item(gone).await).unwrap().status, Status::Draft);
    });
}

#[test]
fn lists_have_their_order_and_pages() {
    on_each(|p| async move {
        for (n, title) in ["one", "two", "three", "four"].into_iter().enumerate() {
            let mut d = document(title);
            d.fields.sticky = title == "two";
            p.shown(Kind::Post, d, &format!("/{title}"), 24 * 20 * i64::try_from(n).unwrap()).await;
        }
        let front = read!(p, |s| titles(s, PostList::Front, 0, 3).await);
        assert_eq!(front, (vec!["two".into(), "four".into(), "three".into()], 4));
        assert_eq!(read!(p, |s| titles(s, PostList::Front, 3, 3).await).0, ["one"]);
        assert_eq!(read!(p, |s| titles(s, PostList::Newest, 0, 2).await).0, ["four", "three"]);
        let month = Month::new(2026, 11).unwrap();
        assert_eq!(read!(p, |s| titles(s, PostList::Month(month), 0, 9).await).0, ["two", "one"]);
        let months = read!(p, |s| s.months().await);
        let months: Vec<_> = months.iter().map(|m| (m.month.to_string(), m.count)).collect();
        assert_eq!(months, [("2026-12".into(), 2), ("2026-11".into(), 2)]);
        let beside = read!(p, |s| {
            let item = s.item_at(&path("/two")).await?.unwrap();
            s.neighbours(&item).await
        });
        assert_eq!(beside.older.unwrap().title, "one");
        assert_eq!(beside.newer.unwrap().title, "three");
    });
}

#[test]
fn months_follow_the_time_zone_of_the_site() {
    on_each(|p| async move {
        p.shown(Kind::Post, document("Midnight"), "/midnight", 0).await;
        let settings = SiteSettings { time_zone: "America/New_York".into(), ..SiteSettings::default() };
        write!(p, |s| s.set_site_settings(&settings).await);
        let october = Month::new(2026, 10).unwrap();
        assert_eq!(read!(p, |s| s.months().await).first().map(|m| m.month), Some(october));
        assert_eq!(read!(p, |s| titles(s, PostList::Month(october), 0, 9).await).1, 1);
    });
}

#[test]
fn a_category_lists_what_is_in_those_below_it() {
    on_each(|p| async move {
        let top = term(Taxonomy::Category, "Top", None);
        let sub = term(Taxonomy::Category, "Sub", Some(top.id));
        let (top_id, sub_id) = (top.id, sub.id);
        write!(p, |s| {
            s.create_term(&top).await?;
            s.create_term(&sub).await
        });
        let mut d = document("Post");
        d.fields.terms = vec![sub_id];
        p.shown(Kind::Post, d, "/post", 1).await;
        assert_eq!(read!(p, |s| titles(s, PostList::Category(top_id), 0, 9).await).1, 1);
        let found = read!(p, |s| s.term(Taxonomy::Category, &Slug::derive("sub")).await).unwrap();
        assert_eq!(found.parent, Some(top_id));
        let counts = look!(p, |s| s.term_counts(Taxonomy::Category).await);
        assert_eq!(counts.iter().map(|t| t.count).collect::<Vec<_>>(), [1, 0]);
        write!(p, |s| s.merge_terms(sub_id, top_id).await);
        let item = read!(p, |s| s.item_at(&path("/post")).await).unwrap();
        assert_eq!(item.terms.iter().map(|t| t.id).collect::<Vec<_>>(), [top_id]);
        assert_eq!(item.fields.terms, [top_id]);
    });
}

#[test]
fn a_page_that_moves_takes_those_below_it_along_and_leaves_redirects() {
    on_each(|p| async move {
        let a = p.shown(Kind::Page, document("A"), "/a", 1).await;
        let b = p.shown(Kind::Page, below(a, "B"), "/a/b", 1).await;
        p.shown(Kind::Page, below(b, "C"), "/a/b/c", 1).await;
        p.show(a, document("A"), "/z", 2).await;
        let c = read!(p, |s| s.item_at(&path("/z/b/c")).await).unwrap();
        let above = read!(p, |s| s.ancestors(&c).await);
        assert_eq!(above.iter().map(|l| l.route.as_str()).collect::<Vec<_>>(), ["/z", "/z/b"]);
        let old = read!(p, |s| s.redirect(&path("/a/b/c")).await).unwrap();
        assert_eq!((old.to.as_str(), old.permanent), ("/z/b/c", true));
        assert_eq!(read!(p, |s| s.children(a).await).first().map(|l| l.title.clone()), Some("B".into()));
        p.show(a, document("A"), "/a", 3).await;
        assert!(read!(p, |s| s.redirect(&path("/a/b/c")).await).is_none());
        assert!(read!(p, |s| s.item_at(&path("/a/b/c")).await).is_some());
    });
}

#[test]
fn two_items_never_stand_at_one_path() {
    on_each(|p| async move {
        p.shown(Kind::Page, document("A"), "/a", 1).await;
        let other = p.draft(Kind::Page, None, document("B")).await;
        let refused = p.try_show(other, document("B"), "/a", 2).await;
        assert!(matches!(refused, Err(StoreError::Taken(_))), "{}: {refused:?}", p.kind);
    });
}

fn entry(title: &str, item: Option<ItemId>, parent: Option<MenuEntryId>, position: i32) -> MenuRow {
    let url = item.is_none().then(|| "/x".to_owned());
    let (id, place) = (MenuEntryId::fresh(), MenuPlace::Main);
    MenuRow { id, place, parent, position, title: title.into(), item, url, source: None }
}

#[test]
fn a_menu_leaves_out_what_is_not_published() {
    on_each(|p| async move {
        let page = p.shown(Kind::Page, document("Page"), "/page", 1).await;
        let draft = p.draft(Kind::Page, None, document("Draft")).await;
        let top = entry("", Some(page), None, 0);
        let rows = vec![
            entry("Below", None, Some(top.id), 0),
            entry("Hidden", Some(draft), None, 1),
            top,
            entry("Link", None, None, 2),
        ];
        write!(p, |s| s.set_menu(MenuPlace::Main, &rows).await);
        let menus = read!(p, |s| s.menus().await);
        let (_, menu) = menus.into_iter().find(|(place, _)| *place == MenuPlace::Main).unwrap();
        let seen: Vec<_> =
            menu.iter().map(|e| (e.title.as_str(), e.target.as_str(), e.children.len())).collect();
        assert_eq!(seen, [("Page", "/page", 1), ("Link", "/x", 0)]);
        let orphan = vec![entry("Lost", None, Some(MenuEntryId::fresh()), 0)];
        let refused = p
            .store
            .write(at(1), move |s| Box::pin(async move { s.set_menu(MenuPlace::Main, &orphan).await }))
            .await;
        assert!(refused.is_err());
        assert_eq!(look!(p, |s| s.menu_rows(MenuPlace::Main).await).len(), 4);
    });
}

#[test]
fn editors_filter_sort_and_count() {
    on_each(|p| async move {
        p.shown(Kind::Post, document("Über 100% sure"), "/one", 1).await;
        p.draft(Kind::Post, None, document("Nothing yet")).await;
        p.draft(Kind::Page, None, document("A page")).await;
        let find = async |filter: ItemFilter| {
            let page = look!(p, |s| s.items(&filter).await);
            (page.rows.into_iter().map(|r| r.title).collect::<Vec<_>>(), page.total)
        };
        let posts = ItemFilter { kind: Some(Kind::Post), limit: 1, ..ItemFilter::default() };
        assert_eq!(find(posts.clone()).await, (vec!["Über 100% sure".to_owned()], 2));
        let drafts = ItemFilter { status: Some(Status::Draft), limit: 9, ..ItemFilter::default() };
        assert_eq!(find(drafts).await.1, 2);
        for (text, n) in [("100% S", 1), ("0%s", 0), ("NOTHING", 1), ("_", 0), ("the TEXT of *a", 1)] {
            let filter = ItemFilter { text: Some(text.into()), limit: 9, ..ItemFilter::default() };
            assert_eq!(find(filter).await.1, n, "{text} on {}", p.kind);
        }
        let facts = look!(p, |s| s.facts().await);
        assert!(facts.items.contains(&(Kind::Post, Status::Published, 1)));
    });
}

#[test]
fn locks_can_be_held_renewed_taken_over_and_run_out() {
    on_each(|p| async move {
        let id = p.draft(Kind::Page, None, document("A")).await;
        let (anna, ben) = (UserId::fresh(), UserId::fresh());
        let take = async |who: UserId, now: i64, force: bool| {
            private!(p, |s| s.take_lock(id, who, at(now), at(now + 2), force).await)
        };
        assert_eq!(take(anna, 0, false).await, LockState::Taken);
        assert_eq!(take(ben, 1, false).await, LockState::Held { by: anna, until: at(2) });
        assert_eq!(take(anna, 1, false).await, LockState::Taken);
        assert_eq!(take(ben, 1, true).await, LockState::Taken);
        assert_eq!(take(anna, 4, false).await, LockState::Taken);
        private!(p, |s| s.release_lock(id, anna).await);
        assert_eq!(look!(p, |s| s.item(id).await).unwrap().lock, None);
    });
}

#[test]
fn what_is_due_is_found_once_its_time_has_come() {
    on_each(|p| async move {
        let id = p.draft(Kind::Post, None, document("Later")).await;
        private!(p, |s| s.plan(id, Some(at(5)), None).await);
        assert!(look!(p, |s| s.due(at(4), 9).await).is_empty());
        assert_eq!(look!(p, |s| s.next_due().await), Some(at(5)));
        assert_eq!(look!(p, |s| s.due(at(5), 9).await).len(), 1);
    });
}

#[test]
fn a_redirect_to_an_item_follows_it_and_ends_with_it() {
    on_each(|p| async move {
        let id = p.shown(Kind::Page, document("A"), "/a", 1).await;
        let row = RedirectRow {
            id: RedirectId::fresh(),
            from: path("/old"),
            to: None,
            item: Some(id),
            permanent: false,
            automatic: false,
            created_at: at(0),
        };
        write!(p, |s| s.put_redirect(&row).await);
        p.show(id, document("A"), "/b", 2).await;
        assert_eq!(read!(p, |s| s.redirect(&path("/old")).await).unwrap().to, "/b");
        write!(p, |s| s.unpublish(id, Status::Archived).await);
        assert!(read!(p, |s| s.redirect(&path("/old")).await).is_none());
    });
}

#[test]
fn saving_a_draft_is_no_revision() {
    on_each(|p: std::sync::Arc<Place>| async move {
        let id = p.draft(Kind::Page, None, document("A")).await;
        let new = version(document("B"), 1);
        let saved =
            p.store.write(at(1), move |s| Box::pin(async move { s.save_version(id, &new).await })).await;
        assert!(saved.unwrap().change.is_none());
        let shown = p.show(id, document("B"), "/b", 2).await;
        assert!(shown.change.is_some());
    });
}
