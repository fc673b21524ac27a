//! The public theme unit test export of WordPress: not part of the project, read where it is at hand.

use std::{io::BufReader, path::PathBuf};

use super::{super::text, world::*};
use crate::{
    import::wxr::{Item, ItemKind, Status, WxrEvent, WxrReader},
    testing::export,
};

fn items(path: &PathBuf) -> Vec<Item> {
    let reader = WxrReader::new(BufReader::new(std::fs::File::open(path).unwrap()));
    let items = reader.filter_map(|event| match event.unwrap() {
        WxrEvent::Item(item) if matches!(item.kind, ItemKind::Post | ItemKind::Page) => Some(*item),
        _ => None,
    });
    items.collect()
}

#[test]
fn every_published_item_is_shown_with_its_title_and_nothing_else_is() {
    let Some(path) = export() else { return };
    on_each(|world| {
        let path = path.clone();
        async move {
            let report = world.import(&path).await.unwrap();
            assert!(report.complete);
            assert_eq!((report.posts.total(), report.pages.total()), (58, 21));
            assert_eq!((report.posts.failed, report.pages.failed), (0, 0), "{:#?}", report.warnings);
            assert_eq!((report.attachments.skipped, report.comments), (37, 33));
            assert_eq!((report.authors.total(), report.menus.created), (2, 2), "{:#?}", report.warnings);
            let rows = world.rows().await;
            for item in items(&path) {
                let source = format!(":{}", item.id.unwrap());
                let own = |text: &String| text.ends_with(&source);
                let row = rows.iter().find(|r| r.source.as_ref().is_some_and(own)).unwrap();
                if item.status != Status::Published {
                    assert_eq!(row.route, None, "{}", row.title);
                    continue;
                }
                if !item.title.is_empty() {
                    assert_eq!(row.title, text::line(&item.title, 300));
                }
                let seen = world.visit(row.route.as_ref().unwrap().as_str()).await;
                assert_eq!(seen.status, 200, "{}", row.title);
                assert!(seen.text().contains(&row.title), "{}", row.title);
                let hidden = item.password.is_some();
                assert!(
                    !hidden || !seen.text().contains("This content, comments, pingbacks"),
                    "{}",
                    row.title
                );
            }
        }
    });
}

#[test]
fn twice_is_the_same_as_once() {
    let Some(path) = export() else { return };
    on_each(|world| {
        let path = path.clone();
        async move {
            let first = world.import(&path).await.unwrap();
            let (rows, revision) = (world.rows().await, world.revision().await);
            let second = world.import(&path).await.unwrap();
            assert_eq!((second.posts.unchanged, second.pages.unchanged), (58, 21));
            assert_eq!(second.redirects.unchanged, first.redirects.created);
            assert_eq!(second.menu_entries.total(), first.menu_entries.total());
            assert_eq!((world.revision().await, world.rows().await), (revision, rows));
        }
    });
}

#[test]
fn half_of_it_is_half_a_site() {
    let Some(path) = export() else { return };
    on_each(|world| {
        let path = path.clone();
        async move {
            let all = std::fs::read(&path).unwrap();
            let half = world.file("half.xml", &all[..all.len() / 2]);
            let report = world.import(&half).await.unwrap();
            assert!(!report.complete && report.ending.is_some());
            let written = report.posts.created + report.pages.created;
            let rows = world.rows().await.into_iter().filter(|row| row.source.is_some()).count() as u64;
            assert!(written > 10 && written == rows, "{written} of {rows}");
        }
    });
}
