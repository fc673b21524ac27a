//! Terms, menus and redirects.

use rowhouse_domain::{
    content::{Kind, MenuPlace, Taxonomy},
    name::Slug,
    permission::BuiltinRole,
};

use super::{
    super::*,
    world::{document, on_each},
};
use crate::{Actor, EngineError};

fn named(name: &str) -> TermInput {
    TermInput { name: name.into(), ..TermInput::default() }
}

#[test]
fn tags_are_made_as_they_are_written_and_only_once() {
    on_each(|w| async move {
        let author = w.person("author", BuiltinRole::Author).await;
        let names = ["Rust", " rust ", "Web  design", ""].map(str::to_owned);
        let ids = ensure_tags(&w.site, &author, &names).await.unwrap();
        assert_eq!(ids.len(), 2);
        assert_eq!(ensure_tags(&w.site, &author, &names[..1]).await.unwrap(), ids[..1]);
        let denied = create_term(&w.site, &author, Taxonomy::Category, named("News")).await;
        assert!(matches!(denied, Err(EngineError::Denied { .. })));
    });
}

#[test]
fn a_renamed_category_leads_from_its_old_address_to_the_new_one() {
    on_each(|w| async move {
        let system = Actor::system();
        let term = create_term(&w.site, &system, Taxonomy::Category, named("News")).await.unwrap();
        let twin = create_term(&w.site, &system, Taxonomy::Category, named("News!")).await.unwrap();
        assert_eq!((term.slug.as_str(), twin.slug.as_str()), ("news", "news-2"));
        let input = TermInput { slug: Some(Slug::derive("reports")), ..named("Reports") };
        update_term(&w.site, &system, term.id, input).await.unwrap();
        let all = redirects(&w.site, &system).await.unwrap();
        let leads: Vec<_> = all.iter().map(|r| (r.from.as_str(), r.to.as_deref())).collect();
        assert_eq!(leads, [("/category/news", Some("/category/reports"))]);
        let circle = TermInput { parent: Some(term.id), ..named("Reports") };
        assert!(matches!(update_term(&w.site, &system, term.id, circle).await, Err(EngineError::Invalid(_))));
        merge_terms(&w.site, &system, twin.id, term.id).await.unwrap();
        assert_eq!(terms(&w.site, &system, Taxonomy::Category).await.unwrap().len(), 1);
    });
}

#[test]
fn menu_entries_move_up_down_in_and_out() {
    on_each(|w| async move {
        let (system, place) = (Actor::system(), MenuPlace::Footer);
        let mut rows = Vec::new();
        for name in ["a", "b", "c"] {
            let target = MenuTarget::Address(format!("/{name}"));
            rows = add_menu_entry(&w.site, &system, place, target, name, None).await.unwrap();
        }
        let id = |rows: &[MenuRow], title: &str| rows.iter().find(|r| r.title == title).unwrap().id;
        let (b, c) = (id(&rows, "b"), id(&rows, "c"));
        let step = async |entry, step| {
            move_menu_entry(&w.site, &system, place, entry, step).await.unwrap();
            let rows = menu(&w.site, &system, place).await.unwrap();
            let top = rows.iter().filter(|(r, _)| r.parent.is_none()).map(|(r, _)| r.title.as_str());
            top.collect::<String>()
        };
        assert_eq!(step(c, MenuMove::Up).await, "acb");
        assert_eq!(step(c, MenuMove::In).await, "ab");
        assert_eq!(step(b, MenuMove::Up).await, "ba");
        assert_eq!(step(c, MenuMove::Out).await, "bac");
        assert_eq!(step(b, MenuMove::Up).await, "bac");
        assert_eq!(step(b, MenuMove::Down).await, "abc");
        remove_menu_entry(&w.site, &system, place, b).await.unwrap();
        let script = MenuTarget::Address("javascript:alert(1)".into());
        let refused = add_menu_entry(&w.site, &system, place, script, "x", None).await;
        assert!(matches!(refused, Err(EngineError::Invalid(_))));
        assert_eq!(menu(&w.site, &system, place).await.unwrap().len(), 2);
    });
}

#[test]
fn redirects_do_not_hide_pages_nor_go_in_circles() {
    on_each(|w| async move {
        let system = Actor::system();
        let page = w.shown(Kind::Page, document("About")).await;
        let hidden = add_redirect(&w.site, &system, "/about", Err("/x".into()), true).await;
        assert!(matches!(hidden, Err(EngineError::Conflict(_))));
        let row = add_redirect(&w.site, &system, "/Old/", Ok(page.id), true).await.unwrap();
        assert_eq!(row.from.as_str(), "/old");
        add_redirect(&w.site, &system, "/one", Err("/two".into()), true).await.unwrap();
        for (from, to) in [("/two", "/one"), ("/x", "/x"), ("/x", "javascript:alert(1)"), ("/x", "//evil")] {
            let refused = add_redirect(&w.site, &system, from, Err(to.into()), true).await;
            assert!(matches!(refused, Err(EngineError::Invalid(_))), "{from} {to}");
        }
        delete_redirect(&w.site, &system, row.id).await.unwrap();
        assert!(matches!(delete_redirect(&w.site, &system, row.id).await, Err(EngineError::NotFound(_))));
    });
}

#[test]
fn a_file_is_judged_kept_described_found_and_deleted() {
    on_each(|w| async move {
        let author = w.person("author", BuiltinRole::Author).await;
        let other = w.person("other", BuiltinRole::Author).await;
        let workshop = rowhouse_media::Workshop::new(rowhouse_media::Limits::default(), 1);
        let send = |bytes: &'static [u8]| Upload {
            bytes: bytes.into(),
            name: "notes.txt".into(),
            alt: String::new(),
            source: None,
        };
        let row = upload(&w.site, &author, &workshop, send(b"plain words")).await.unwrap();
        assert_eq!((row.media.mime.starts_with("text/plain"), row.bytes), (true, 11));
        let refused = upload(&w.site, &author, &workshop, send(b"MZ\x90\0\x03\0\0\0")).await;
        assert!(matches!(refused, Err(EngineError::Media(_))), "{refused:?}");
        let mut d = document("Shows it");
        d.body = format!("[notes](/media/{}/notes.txt)", row.media.id);
        let page = w.shown(Kind::Page, d).await;
        let usage = media_usage(&w.site, &author, row.media.id).await.unwrap();
        assert_eq!(usage.iter().map(|r| r.id).collect::<Vec<_>>(), [page.id]);
        let denied = delete_media(&w.site, &other, row.media.id).await;
        assert!(matches!(denied, Err(EngineError::Denied { .. })));
        let named = describe_media(&w.site, &author, row.media.id, "n.txt", "Notes", "").await.unwrap();
        assert_eq!(named.media.alt, "Notes");
        delete_media(&w.site, &author, row.media.id).await.unwrap();
        assert!(media_list(&w.site, &author, MediaFilter::default()).await.unwrap().rows.is_empty());
    });
}
