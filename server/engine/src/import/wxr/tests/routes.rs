//! Addresses.

use std::collections::BTreeMap;

use super::*;

fn slugify(text: &str) -> String {
    let words = text.to_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn dated(item: &PlanItem, slug: &str) -> String {
    match item.date {
        Some(date) => format!("/{:04}/{:02}/{slug}", date.year(), date.month()),
        None => format!("/{slug}"),
    }
}

fn plan(items: &[PlanItem], fixed: &[(u64, &str)]) -> RoutePlan {
    let fixed: BTreeMap<u64, String> = fixed.iter().map(|(id, route)| (*id, (*route).to_owned())).collect();
    let planner = Planner {
        site: &site(),
        slugify: &slugify,
        post_route: &dated,
        is_free: &|route| !route.starts_with("/admin"),
        fixed: &fixed,
    };
    plan_routes(items, &planner)
}

fn page(id: u64, parent: Option<u64>, slug: &str) -> PlanItem {
    PlanItem {
        id,
        is_page: true,
        parent,
        slug: slug.to_owned(),
        title: format!("Page {id}"),
        ..PlanItem::default()
    }
}

fn post(id: u64, slug: &str, link: &str) -> PlanItem {
    let date = Some(jiff::civil::date(2010, 3, 7).at(0, 0, 0, 0));
    PlanItem { id, slug: slug.to_owned(), link: link.to_owned(), date, ..PlanItem::default() }
}

#[test]
fn pages_lie_below_their_parents() {
    let plan = plan(&[page(3, Some(2), "c"), page(2, Some(1), "b"), page(1, None, "a")], &[]);
    assert_eq!(plan.routes[&3], "/a/b/c");
    assert!(plan.notes.is_empty());
}

#[test]
fn circles_are_broken_always_at_the_same_page() {
    let pages =
        [page(1, Some(3), "a"), page(2, Some(1), "b"), page(3, Some(2), "c"), page(4, Some(4), "self")];
    let first = plan(&pages, &[]);
    let mut reversed = pages.clone();
    reversed.reverse();
    assert_eq!(first, plan(&reversed, &[]));
    assert_eq!(first.notes, [RouteNote::CircleBroken { id: 3 }, RouteNote::CircleBroken { id: 4 }]);
    assert_eq!((first.routes[&3].as_str(), first.routes[&2].as_str()), ("/c", "/c/a/b"));
}

#[test]
fn a_missing_parent_is_told() {
    let plan = plan(&[page(1, Some(9), "a")], &[]);
    assert_eq!(plan.routes[&1], "/a");
    assert_eq!(plan.notes, [RouteNote::ParentMissing { id: 1, parent: 9 }]);
}

#[test]
fn no_two_have_the_same_address() {
    let items = [
        page(1, None, "a"),
        page(2, None, "a"),
        page(5, None, "a"),
        page(6, Some(2), "a"),
        page(7, None, "admin"),
    ];
    let plan = plan(&items, &[]);
    assert_eq!([1, 2, 5, 6].map(|id| plan.routes[&id].as_str()), ["/a", "/a-2", "/a-3", "/a-2/a"]);
    assert!(matches!(&plan.notes[0], RouteNote::Renamed { id: 2, wanted, .. } if wanted == "/a"));
    // Everything below a refused beginning is refused, and still there is an end.
    assert_eq!(plan.routes[&7], "/admin-id7");
}

#[test]
fn empty_slugs_come_from_the_title_or_the_number() {
    let mut nameless = page(8, None, "");
    nameless.title = "…".to_owned();
    let plan = plan(&[page(1, None, ""), nameless], &[]);
    assert_eq!((plan.routes[&1].as_str(), plan.routes[&8].as_str()), ("/page-1", "/8"));
}

#[test]
fn posts_lie_where_the_caller_says() {
    let plan = plan(&[post(5, "hello", "https://cafe.example/blog/2010/03/07/hello/")], &[]);
    assert_eq!(plan.routes[&5], "/2010/03/hello");
    let froms: Vec<&str> = plan.redirects.iter().map(|redirect| redirect.from.as_str()).collect();
    assert_eq!(froms, ["/2010/03/07/hello", "/?p=5", "/?page_id=5"]);
    assert!(plan.redirects.iter().all(|redirect| redirect.to == "/2010/03/hello"));
}

#[test]
fn what_stays_where_it_was_is_not_redirected() {
    let plan = plan(&[post(5, "hello", "https://cafe.example/blog/2010/03/hello/")], &[]);
    assert!(plan.redirects.iter().all(|redirect| redirect.from.contains('?')));
    let old = site().locate("https://cafe.example/blog/2010/03/hello/#x").unwrap();
    assert_eq!(plan.resolve(&old), Some("/2010/03/hello"));
    let by_number = site().locate("/blog/?p=5").unwrap();
    assert_eq!(plan.resolve(&by_number), Some("/2010/03/hello"));
    assert_eq!(plan.resolve(&site().locate("/blog/nothing").unwrap()), None);
}

#[test]
fn a_redirect_never_hides_a_page() {
    let mut moved = post(5, "x", "https://cafe.example/blog/about/");
    moved.title = "x".to_owned();
    let plan = plan(&[page(1, None, "about"), moved], &[]);
    assert!(!plan.redirects.iter().any(|redirect| redirect.from == "/about"));
}

#[test]
fn addresses_of_other_scripts_are_decoded() {
    let mut greek = page(1, None, "ελλ");
    greek.link = "https://cafe.example/blog/%ce%b5%ce%bb%ce%bb/".to_owned();
    let plan = plan(&[greek], &[]);
    assert!(plan.redirects.contains(&Redirect { from: "/ελλ".to_owned(), to: "/page-1".to_owned() }));
}

#[test]
fn fixed_routes_stay_and_planning_again_changes_nothing() {
    let items = [page(1, None, "a"), page(2, None, "a"), page(3, Some(1), "c")];
    let front = plan(&items, &[(1, "/"), (99, "/gone")]);
    assert_eq!([1, 2, 3].map(|id| front.routes[&id].as_str()), ["/", "/a", "/c"]);
    assert!(!front.routes.contains_key(&99));
    let again: Vec<(u64, &str)> = front.routes.iter().map(|(id, route)| (*id, route.as_str())).collect();
    assert_eq!(plan(&items, &again).routes, front.routes);
}

#[test]
fn very_deep_trees_are_placed() {
    let pages: Vec<PlanItem> =
        (1..=3000).map(|id| page(id, Some(id + 1).filter(|up| *up <= 3000), "d")).collect();
    assert_eq!(plan(&pages, &[]).routes[&1].matches('/').count(), 3000);
}
