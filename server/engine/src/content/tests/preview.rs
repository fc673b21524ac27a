//! Pages that are not public yet, the links to them, and the pictures in texts.

use std::time::Duration;

use rowhouse_domain::{addressing::Base, content::Kind, name::Prefix, permission::BuiltinRole};
use rowhouse_media::{Limits, Workshop};

use super::{
    super::*,
    world::{World, document, on_each},
};
use crate::{
    EngineError,
    pages::{Ask, Draft, Typed, make_preview, preview, previewed, serve_private},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn base() -> Base {
    Base { host: None, prefix: Some(Prefix::parse("/acme").unwrap()) }
}

async fn shown(w: &World, draft: Draft) -> String {
    let served = preview(&w.site, &base(), draft, None).await.unwrap();
    String::from_utf8(served.render.identity.bytes.to_vec()).unwrap()
}

#[test]
fn a_link_shows_what_was_saved_last_until_it_is_too_old() {
    on_each(|w| async move {
        let anna = w.person("anna", BuiltinRole::Editor).await;
        let row = w.draft(&anna, Kind::Page, document("Plan")).await;
        let (token, _) = make_preview(&w.site, &anna, row.id, DAY).await.unwrap();
        save_draft(&w.site, &anna, row.id, row.latest_version, document("Later plan"), "").await.unwrap();
        let item = previewed(&w.site, &token).unwrap();
        let html = shown(&w, Draft::Saved { item, version: None }).await;
        assert!(html.contains("Later plan") && html.contains("noindex"), "{html}");
        let changed = format!("{token}A");
        assert!(matches!(previewed(&w.site, &changed), Err(EngineError::NotFound(_))));
        w.forward(24 * 60 * 60);
        assert!(matches!(previewed(&w.site, &token), Err(EngineError::NotFound(_))));
    });
}

#[test]
fn only_who_may_edit_makes_links() {
    on_each(|w| async move {
        let anna = w.person("anna", BuiltinRole::Editor).await;
        let carl = w.person("carl", BuiltinRole::Contributor).await;
        let row = w.draft(&anna, Kind::Post, document("Plan")).await;
        let denied = make_preview(&w.site, &carl, row.id, DAY).await;
        assert!(matches!(denied, Err(EngineError::Denied { .. })), "{denied:?}");
    });
}

#[test]
fn what_is_being_typed_is_shown_and_not_kept() {
    on_each(|w| async move {
        let anna = w.person("anna", BuiltinRole::Editor).await;
        let row = w.draft(&anna, Kind::Post, document("Plan")).await;
        let typed = Typed {
            item: Some(row.id),
            kind: Kind::Post,
            author: anna.user,
            document: document("Typed just now"),
            tags: vec!["fresh".into()],
        };
        let html = shown(&w, Draft::Typed(Box::new(typed))).await;
        assert!(html.contains("Typed just now") && html.contains("fresh"), "{html}");
        let opened = open(&w.site, &anna, row.id).await.unwrap();
        assert_eq!((opened.row.version_count, opened.latest.document.title.as_str()), (1, "Plan"));
        let tags = terms(&w.site, &anna, rowhouse_domain::content::Taxonomy::Tag).await.unwrap();
        assert!(tags.iter().all(|counted| counted.term.name != "fresh"));
    });
}

#[test]
fn a_page_depends_on_the_files_that_its_text_shows() {
    on_each(|w| async move {
        let anna = w.person("anna", BuiltinRole::Editor).await;
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(400, 300).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let sent =
            Upload { bytes: png.into_inner().into(), name: "a.png".into(), alt: String::new(), source: None };
        let file = upload(&w.site, &anna, &Workshop::new(Limits::default(), 1), sent).await.unwrap().media.id;
        let mut text = document("Shows a picture");
        text.body = format!("![x](media:{file})");
        let row = w.shown(Kind::Page, text).await;
        let ask = Ask::parse(row.route.as_ref().unwrap(), "");
        let render = serve_private(&w.site, &base(), &ask, None, None).await.unwrap().render;
        let html = String::from_utf8(render.identity.bytes.to_vec()).unwrap();
        assert!(html.contains(&format!("src=\"/acme/media/{file}/original\"")), "{html}");
        assert!(html.contains("width=\"400\" height=\"300\""), "{html}");
        assert!(render.tags.iter().any(|tag| *tag == rowhouse_domain::coherence::Tag::Media(file)));
    });
}
