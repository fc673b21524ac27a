//! Mails: kept with what causes them, sealed while they wait, tried again, given up, and never two ids for one.

use std::collections::BTreeSet;

use rowhouse_domain::{job::JobState, permission::BuiltinRole};

use super::world::*;
use crate::{
    Actor, EngineError,
    identity::{Entrance, NewPerson, NewUser, invite_user, supers},
    jobs::{self, back_off::TRIES},
};

#[test]
fn an_invitation_is_mailed_by_whoever_finds_it_and_leaves_no_secret() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        let site = w.site(&w.a, acme).await;
        let person =
            NewPerson { user: "mara".into(), email: "mara@acme.example".into(), ..NewPerson::default() };
        let role = BuiltinRole::Author;
        let role = site.look(move |s| Box::pin(s.role_named(role.as_str()))).await.unwrap().unwrap().id.0;
        let new = NewUser { person, roles: vec![role], entrance: Entrance::Link };
        let made = invite_user(&site, &Actor::system(), &new, "https://acme.example/r/").await.unwrap();
        let link = made.link.unwrap();
        assert!(link.mailed);
        let list = jobs::jobs(&site, &Actor::system()).await.unwrap();
        let job = list.waiting.iter().find(|job| job.kind == "mail").unwrap().id;
        let row = w.job(acme, job).await;
        assert!(!format!("{row:?}").contains(&link.token), "{row:?}");
        w.b.node.work_once().await.unwrap();
        let taken = w.post.taken();
        let [text] = &taken[..] else { panic!("one mail: {taken:?}") };
        assert!(text.contains(&format!("https://acme.example/r/{}", link.token)), "{text}");
        assert!(message_id(text).contains(&job.0.simple().to_string()), "{text}");
        let row = w.job(acme, job).await;
        assert_eq!((row.state.0, row.payload.as_str()), (JobState::Done, ""), "{row:?}");
    });
}

#[test]
fn a_refused_mail_comes_again_later_under_the_same_id() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        let id = w.mail(acme, "Hello").await;
        w.post.refuse(1);
        w.a.node.work_once().await.unwrap();
        let row = w.job(acme, id).await;
        assert_eq!((row.state.0, row.attempts), (JobState::Waiting, 1));
        assert!(row.last_error.as_ref().is_some_and(|e| e.contains("not now")), "{row:?}");
        assert!(row.run_at.0 > w.now() && w.post.taken().is_empty());
        w.b.node.work_once().await.unwrap();
        assert!(w.post.taken().is_empty(), "not before its time");
        w.forward(60);
        w.b.node.work_once().await.unwrap();
        let (refused, taken) = (w.post.refused(), w.post.taken());
        assert_eq!((refused.len(), taken.len()), (1, 1));
        assert_eq!(message_id(&refused[0]), message_id(&taken[0]));
        assert_eq!(w.job(acme, id).await.state.0, JobState::Done);
    });
}

#[test]
fn what_is_refused_for_ever_is_given_up_shown_and_tried_again_when_somebody_says_so() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        let (id, system) = (w.mail(acme, "Hello").await, Actor::system());
        w.post.refuse_for_ever(1);
        w.a.node.work_once().await.unwrap();
        let site = w.site(&w.a, acme).await;
        let list = jobs::jobs(&site, &system).await.unwrap();
        let [dead] = &list.dead[..] else { panic!("one was given up: {list:?}") };
        assert!(dead.can_retry && dead.error.as_ref().is_some_and(|e| e.contains("550")), "{dead:?}");
        jobs::retry(&site, &system, id).await.unwrap();
        w.a.node.work_once().await.unwrap();
        assert_eq!(w.post.taken().len(), 1);
        assert!(matches!(jobs::retry(&site, &system, id).await, Err(EngineError::Conflict(_))), "it is sent");
        jobs::discard(&site, &system, id).await.unwrap();
        assert!(matches!(jobs::discard(&site, &system, id).await, Err(EngineError::NotFound(_))));
        let nobody = Actor { grants: rowhouse_domain::permission::Grants::default(), ..Actor::system() };
        assert!(matches!(jobs::jobs(&site, &nobody).await, Err(EngineError::Denied { .. })));
    });
}

#[test]
fn after_the_last_try_a_mail_is_given_up() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        let id = w.mail(acme, "Hello").await;
        w.post.refuse(usize::MAX);
        for _ in 0..TRIES {
            assert_eq!(w.job(acme, id).await.state.0, JobState::Waiting);
            w.a.node.work_once().await.unwrap();
            w.forward(5 * 3_600);
        }
        let row = w.job(acme, id).await;
        assert_eq!((row.state.0, row.attempts), (JobState::Dead, TRIES.cast_signed()));
        w.a.node.work_once().await.unwrap();
        let ids: BTreeSet<String> = w.post.refused().iter().map(|text| message_id(text)).collect();
        assert_eq!((w.post.refused().len(), ids.len()), (TRIES as usize, 1));
    });
}

#[test]
fn a_link_that_has_ended_is_not_sent() {
    on_each(|w| async move {
        let system = Actor::system();
        let person =
            NewPerson { user: "kim".into(), email: "kim@sites.example".into(), ..NewPerson::default() };
        supers::invite(w.a.node.core(), &system, &person, "https://sites.example/r/").await.unwrap();
        w.forward(30 * 24 * 3_600);
        w.a.node.work_once().await.unwrap();
        let list = jobs::own_jobs(w.a.node.lifecycle(), &system).await.unwrap();
        assert!(list.dead.len() == 1 && w.post.taken().is_empty(), "{list:?}");
    });
}

#[test]
fn super_users_are_mailed_by_the_installations_own_jobs() {
    on_each(|w| async move {
        let person =
            NewPerson { user: "kim".into(), email: "kim@sites.example".into(), ..NewPerson::default() };
        supers::invite(w.a.node.core(), &Actor::system(), &person, "https://sites.example/r/").await.unwrap();
        let (a, b) = (w.works(&w.a), w.works(&w.b));
        a.await.unwrap();
        b.await.unwrap();
        let taken = w.post.taken();
        let [text] = &taken[..] else { panic!("one mail: {taken:?}") };
        assert!(text.contains("https://sites.example/r/"), "{text}");
    });
}
