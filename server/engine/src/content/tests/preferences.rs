//! What holds for the whole site: settings and theme.

use std::collections::BTreeMap;

use rowhouse_domain::{content::Kind, permission::BuiltinRole, settings::Home};

use super::world::{document, on_each};
use crate::{
    Actor, EngineError,
    preferences::{
        SettingsEdit, choose_theme, edit_settings, edit_theme, settings, settings_mark, theme_page,
    },
};

fn typed() -> SettingsEdit {
    SettingsEdit {
        title: "Acme".into(),
        language: "sv".into(),
        time_zone: "Europe/Stockholm".into(),
        home: "posts".into(),
        posts_path: "journal".into(),
        posts_per_page: "7".into(),
        feed_items: "20".into(),
        post_routes: "dated".into(),
        ..SettingsEdit::default()
    }
}

#[test]
fn settings_are_not_saved_over_what_somebody_else_saved() {
    on_each(|w| async move {
        let system = Actor::system();
        let seen = settings_mark(&settings(&w.site).await.unwrap());
        edit_settings(&w.site, &system, seen, &typed()).await.unwrap();
        let late = SettingsEdit { title: "Late".into(), ..typed() };
        let refused = edit_settings(&w.site, &system, seen, &late).await;
        assert!(matches!(refused, Err(EngineError::Conflict(_))), "{refused:?}");
        let kept = settings(&w.site).await.unwrap();
        assert_eq!((kept.title.as_str(), kept.posts_per_page), ("Acme", 7));
        edit_settings(&w.site, &system, settings_mark(&kept), &late).await.unwrap();
        assert_eq!(settings(&w.site).await.unwrap().title, "Late");
    });
}

#[test]
fn only_a_published_page_can_be_the_home_page() {
    on_each(|w| async move {
        let system = Actor::system();
        let draft = w.draft(&system, Kind::Page, document("Draft")).await;
        let shown = w.shown(Kind::Page, document("Shown")).await;
        let mark = settings_mark(&settings(&w.site).await.unwrap());
        let home = |id: String| SettingsEdit { home: "page".into(), home_page: id, ..typed() };
        let refused = edit_settings(&w.site, &system, mark, &home(draft.id.to_string())).await;
        assert!(matches!(&refused, Err(EngineError::Invalid(p)) if p[0].field == "home_page"), "{refused:?}");
        edit_settings(&w.site, &system, mark, &home(shown.id.to_string())).await.unwrap();
        assert_eq!(settings(&w.site).await.unwrap().home, Home::Page(shown.id));
    });
}

#[test]
fn editors_change_neither_settings_nor_look() {
    on_each(|w| async move {
        let editor = w.person("editor", BuiltinRole::Editor).await;
        let denied = edit_settings(&w.site, &editor, 0, &typed()).await;
        assert!(matches!(denied, Err(EngineError::Denied { .. })));
        assert!(matches!(theme_page(&w.site, &editor).await, Err(EngineError::Denied { .. })));
        let denied = choose_theme(&w.site, &editor, "default").await;
        assert!(matches!(denied, Err(EngineError::Denied { .. })));
    });
}

#[test]
fn what_was_set_for_a_theme_outlives_another_theme() {
    on_each(|w| async move {
        let system = Actor::system();
        choose_theme(&w.site, &system, "foundry").await.unwrap();
        let page = theme_page(&w.site, &system).await.unwrap();
        let given = |key: &str, text: &str| BTreeMap::from([(key.to_owned(), text.to_owned())]);
        let wrong = page.read(page.mark, &given("accent", "red")).unwrap_err();
        assert_eq!(wrong[0].key, "accent");
        // a number is a text where the theme asks for a text
        let edit = page.read(page.mark, &given("headline", "1987")).unwrap();
        edit_theme(&w.site, &system, edit.clone()).await.unwrap();
        let late = edit_theme(&w.site, &system, edit).await;
        assert!(matches!(late, Err(EngineError::Conflict(_))), "{late:?}");
        choose_theme(&w.site, &system, "default").await.unwrap();
        assert!(!theme_page(&w.site, &system).await.unwrap().values.contains_key("headline"));
        choose_theme(&w.site, &system, "foundry").await.unwrap();
        assert_eq!(theme_page(&w.site, &system).await.unwrap().values["headline"], "1987");
        let unknown = choose_theme(&w.site, &system, "nowhere").await;
        assert!(matches!(unknown, Err(EngineError::NotFound(_))));
    });
}
