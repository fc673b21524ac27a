//! The public theme unit test export of WordPress: not part of the project, read where it is at hand.

use std::{collections::BTreeMap, fs::File, io::BufReader};

use super::*;

fn file() -> Option<BufReader<File>> {
    crate::testing::export().map(|path| BufReader::new(File::open(path).unwrap()))
}

fn all(file: BufReader<File>) -> (Vec<Item>, Counts) {
    let mut reader = WxrReader::new(file);
    let items = reader.by_ref().filter_map(|event| match event.unwrap() {
        WxrEvent::Item(item) => Some(*item),
        _ => None,
    });
    let items = items.collect();
    (items, reader.counts())
}

#[test]
fn everything_in_it_is_read() {
    let Some(file) = file() else { return };
    let (items, counts) = all(file);
    let expected = Counts {
        authors: 2,
        categories: 68,
        tags: 110,
        terms: 7,
        posts: 58,
        pages: 21,
        attachments: 37,
        menu_entries: 70,
        others: 0,
        comments: 33,
    };
    assert_eq!(counts, expected);
    let with = |status: Status| items.iter().filter(|item| item.status == status).count();
    assert_eq!(
        [Status::Published, Status::Draft, Status::Scheduled, Status::Inherited].map(with),
        [147, 1, 1, 37]
    );
    let warned: Vec<_> = items.iter().filter(|item| !item.warnings.is_empty()).map(|i| &i.warnings).collect();
    assert!(warned.is_empty(), "{warned:?}");
    assert_eq!(items.iter().filter(|item| item.password.is_some()).count(), 1);
    assert!(
        items
            .iter()
            .filter_map(Item::menu_entry)
            .all(|entry| !matches!(entry.target, MenuTarget::Unknown(_)))
    );
}

struct Files(BTreeMap<String, AttachedFile>);

impl Lookup for Files {
    fn file(&self, address: &str) -> Option<String> {
        file_keys(address).iter().find_map(|key| self.0.get(key)).map(|file| file.address.clone())
    }

    fn own_pictures(&self) -> Vec<AttachedFile> {
        self.0.values().take(3).cloned().collect()
    }
}

#[test]
fn its_bodies_become_clean_html() {
    let Some(file) = file() else { return };
    let (items, _) = all(file);
    let files = items.iter().filter_map(|item| {
        let url = item.attachment_url.as_deref()?;
        let address = format!("/media/{}", item.id?);
        Some((file_keys(url).remove(0), AttachedFile { address, is_image: true, ..AttachedFile::default() }))
    });
    let files = Files(files.collect());
    assert_eq!(files.0.len(), 37);
    let site = SiteAddress::parse("https://wpthemetestdata.wordpress.com").unwrap();
    let mut unknown = std::collections::BTreeSet::new();
    for item in items.iter().filter(|item| matches!(item.kind, ItemKind::Post | ItemKind::Page)) {
        let out = convert(&item.body, &site, &files);
        for leftover in ["<!--", "[caption", "[gallery", "[embed"] {
            let shown = out.html.replace("<code>[", "<code>");
            assert!(!shown.contains(leftover), "{}: {leftover}", item.title);
        }
        let (before, after) = (without_brackets(&plain_text(&item.body)), plain_text(&out.html));
        assert!(after.len() * 2 >= before.len(), "{}: {} of {}", item.title, after.len(), before.len());
        unknown.extend(out.unknown_shortcodes);
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn its_addresses_are_planned() {
    let Some(file) = file() else { return };
    let (items, _) = all(file);
    let planned: Vec<PlanItem> = items.iter().filter_map(PlanItem::of).collect();
    assert_eq!(planned.len(), 79);
    let site = SiteAddress::parse("https://wpthemetestdata.wordpress.com").unwrap();
    let planner = Planner {
        site: &site,
        slugify: &|text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect(),
        post_route: &|_: &PlanItem, slug: &str| format!("/{slug}"),
        is_free: &|_: &str| true,
        fixed: &BTreeMap::new(),
    };
    let plan = plan_routes(&planned, &planner);
    let distinct: std::collections::BTreeSet<&String> = plan.routes.values().collect();
    assert_eq!((plan.routes.len(), distinct.len()), (79, 79));
    assert!(plan.notes.iter().all(|note| matches!(note, RouteNote::Renamed { .. })), "{:?}", plan.notes);
    assert!(plan.routes.values().any(|route| route.matches('/').count() == 3));
}

/// A text without shortcodes, whose names and attributes nobody reads.
fn without_brackets(text: &str) -> String {
    let mut parts = text.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once(']').map_or(part, |(_, behind)| behind))
}
