//! Drafts, versions and who may do what.

use rowhouse_domain::{
    content::{Kind, Status},
    permission::BuiltinRole,
};

use super::{
    super::*,
    world::{document, on_each},
};
use crate::EngineError;

#[test]
fn a_save_upon_an_older_version_is_refused_and_kept_beside() {
    on_each(|w| async move {
        let anna = w.person("anna", BuiltinRole::Editor).await;
        let ben = w.person("ben", BuiltinRole::Editor).await;
        let row = w.draft(&anna, Kind::Page, document("Plan")).await;
        let base = row.latest_version;
        save_draft(&w.site, &anna, row.id, base, document("Anna's plan"), "").await.unwrap();
        let late = save_draft(&w.site, &ben, row.id, base, document("Ben's plan"), "").await;
        let Err(EngineError::Stale(stale)) = late else { panic!("{late:?}") };
        assert_eq!(
            (stale.yours.title.as_str(), stale.theirs.document.title.as_str()),
            ("Ben's plan", "Anna's plan")
        );
        let opened = open(&w.site, &ben, row.id).await.unwrap();
        assert_eq!(opened.latest.document.title, "Anna's plan");
        assert_eq!(opened.autosave.unwrap().document.title, "Ben's plan");
        let late = publish(&w.site, &ben, row.id, base, Some(document("Ben's plan"))).await;
        assert!(matches!(late, Err(EngineError::Stale(_))));
        assert!(!item(&w.site, &ben, row.id).await.unwrap().is_public());
    });
}

#[test]
fn saving_the_same_text_again_makes_no_version() {
    on_each(|w| async move {
        let anna = w.person("anna", BuiltinRole::Editor).await;
        let row = w.draft(&anna, Kind::Page, document("Plan")).await;
        let again =
            save_draft(&w.site, &anna, row.id, row.latest_version, document("Plan"), "").await.unwrap();
        assert_eq!(again.version_count, 1);
    });
}

#[test]
fn authors_work_on_their_own_and_contributors_do_not_publish() {
    on_each(|w| async move {
        let author = w.person("author", BuiltinRole::Author).await;
        let other = w.person("other", BuiltinRole::Author).await;
        let contributor = w.person("contributor", BuiltinRole::Contributor).await;
        let row = w.draft(&author, Kind::Post, document("Mine")).await;
        let denied = |e| matches!(e, EngineError::Denied { .. });
        assert!(denied(open(&w.site, &other, row.id).await.unwrap_err()));
        assert!(denied(bin(&w.site, &other, row.id).await.unwrap_err()));
        assert!(denied(create(&w.site, &author, Kind::Page, document("Page")).await.unwrap_err()));
        let draft = w.draft(&contributor, Kind::Post, document("Theirs")).await;
        let refused = publish(&w.site, &contributor, draft.id, draft.latest_version, None).await;
        assert!(denied(refused.unwrap_err()));
        let handed_in = submit_for_review(&w.site, &contributor, draft.id).await.unwrap();
        assert_eq!(handed_in.status, Status::Review);
        let seen = items(&w.site, &author, ItemFilter { limit: 9, ..ItemFilter::default() }).await.unwrap();
        assert_eq!(seen.rows.iter().map(|r| r.id).collect::<Vec<_>>(), [row.id]);
    });
}

#[test]
fn what_was_typed_wrongly_is_told_field_by_field() {
    on_each(|w| async move {
        let mut wrong = document("x");
        wrong.title = " ".into();
        wrong.fields.seo_title = "x".repeat(3_000);
        let told = create(&w.site, &crate::Actor::system(), Kind::Page, wrong).await;
        let Err(EngineError::Invalid(problems)) = told else { panic!("{told:?}") };
        assert_eq!(problems.iter().map(|p| p.field).collect::<Vec<_>>(), ["title", "seo_title"]);
    });
}

#[test]
fn an_old_version_comes_back_as_a_new_one() {
    on_each(|w| async move {
        let anna = w.person("anna", BuiltinRole::Editor).await;
        let row = w.draft(&anna, Kind::Page, document("One")).await;
        let first = row.latest_version;
        save_draft(&w.site, &anna, row.id, first, document("Two"), "second").await.unwrap();
        let back = restore(&w.site, &anna, row.id, first).await.unwrap();
        assert_eq!((back.title.as_str(), back.version_count), ("One", 3));
        let all = versions(&w.site, &anna, row.id).await.unwrap();
        let notes: Vec<_> = all.iter().map(|v| v.note.as_str()).collect();
        assert_eq!(notes, ["Restored from version 1", "second", ""]);
        let (_, _, compared) = compare(&w.site, &anna, row.id, all[1].id, all[0].id).await.unwrap();
        assert!(compared.title.is_some() && !compared.body.is_empty());
    });
}
