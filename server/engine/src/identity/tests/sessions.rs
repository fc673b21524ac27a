//! Signing in, and how long one stays so.

use rowhouse_domain::content::Kind;
use rowhouse_domain::permission::{Act, Area, BuiltinRole, Permission};

use super::world::*;
use crate::{
    Actor, EngineError, SignInError,
    identity::{
        Attempt, HashCost, IdentitySettings, ProfileEdit, change_password, edit_profile, resolve_session,
        revoke_other_sessions, revoke_session, sessions, set_user_disabled, sign_in, sign_out, tidy,
        unseen_since,
    },
};

#[test]
fn one_signs_in_by_name_or_address_and_nobody_learns_who_exists() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let by_name = enter(&site, " Mara").await;
        let by_address = enter(&site, "MARA@acme.example").await;
        assert_ne!(by_name.token, by_address.token);
        let signed = who(&site, &by_name).await.unwrap();
        assert_eq!((signed.name.as_str(), signed.roles.clone()), ("mara", vec!["Author".to_owned()]));
        assert!(signed.grants.has(Permission::Item(Kind::Post, Act::PublishOwn)));
        assert!(signed.grants.has(Permission::Item(Kind::Page, Act::View)), "what everybody has");
        assert!(!signed.grants.has(Permission::Site(Area::Users)));
        let wrong = refusal(sign_in(&site, &attempt("mara", OTHER)).await);
        let nobody = refusal(sign_in(&site, &attempt("nobody", OTHER)).await);
        assert_eq!((wrong.clone(), nobody), (SignInError::Wrong, SignInError::Wrong));
    });
}

#[test]
fn two_tenants_with_the_same_people_share_nothing() {
    on_each(|world| async move {
        let (acme, other) = (world.tenant("acme").await, world.tenant("other").await);
        user_as(&acme, "mara", BuiltinRole::Administrator).await;
        user_as(&other, "mara", BuiltinRole::Author).await;
        let here = enter(&acme, "mara").await;
        assert!(who(&acme, &here).await.is_some());
        assert!(who(&other, &here).await.is_none(), "a session of one is nothing in the other");
        for _ in 0..10 {
            refusal(sign_in(&acme, &attempt("mara", OTHER)).await);
        }
        assert!(matches!(refusal(sign_in(&acme, &attempt("mara", GOOD)).await), SignInError::TooMany { .. }));
        enter(&other, "mara").await;
    });
}

#[test]
fn the_database_has_only_the_hash_of_a_session() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Author).await;
        let begun = enter(&site, "mara").await;
        let rows = site.look(move |s| Box::pin(s.sessions_of(mara))).await.unwrap();
        assert_eq!(rows[0].hash, crate::keys::hash_token(&begun.token));
        assert_eq!((rows[0].agent.as_str(), rows[0].address.as_str()), ("Firefoxon Linux", "192.0.2.1"));
        let hash = hex::encode(&rows[0].hash);
        assert!(resolve_session(&site, &hash).await.unwrap().is_none(), "the hash signs nobody in");
        assert!(resolve_session(&site, "").await.unwrap().is_none());
    });
}

#[test]
fn the_session_before_ends_with_another_sign_in() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let first = enter(&site, "mara").await;
        let again = Attempt { before: Some(first.token.clone()), ..attempt("mara", GOOD) };
        let second = sign_in(&site, &again).await.unwrap();
        assert!(who(&site, &first).await.is_none());
        let signed = who(&site, &second).await.unwrap();
        let token = signed.form_token();
        assert!(signed.accepts(&token));
        sign_out(&site, &second.token).await.unwrap();
        assert!(who(&site, &second).await.is_none());
        let third = who(&site, &enter(&site, "mara").await).await.unwrap();
        assert!(!third.accepts(&token), "a form of one session is nothing in another");
    });
}

#[test]
fn a_session_ends_when_unused_and_at_its_limit() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let idle = enter(&site, "mara").await;
        world.advance(days(14));
        assert!(who(&site, &idle).await.is_none());
        let used = enter(&site, "mara").await;
        for _ in 0..8 {
            world.advance(days(11));
            assert!(who(&site, &used).await.is_some());
        }
        world.advance(days(2));
        assert!(who(&site, &used).await.is_none(), "ninety days are the limit");
        let now = site.now();
        let unseen = unseen_since(&world.core, now);
        let gone = site.private(move |s| Box::pin(tidy(s, now, unseen))).await.unwrap();
        assert_eq!(gone, 1, "the idle one went with the sign-in after it");
    });
}

#[test]
fn the_last_use_is_noted_once_a_minute() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let begun = enter(&site, "mara").await;
        let seen = async || {
            let signed = who(&site, &begun).await.unwrap();
            sessions(&site, &signed).await.unwrap()[0].seen
        };
        let start = seen().await;
        world.advance(std::time::Duration::from_secs(59));
        assert_eq!(seen().await, start);
        world.advance(std::time::Duration::from_secs(1));
        assert_eq!(seen().await, start + minutes(1));
    });
}

#[test]
fn sessions_are_listed_and_revoked_by_their_owner_only() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        user_as(&site, "jonas", BuiltinRole::Author).await;
        let (one, two, three) =
            (enter(&site, "mara").await, enter(&site, "mara").await, enter(&site, "mara").await);
        let (mara, jonas) =
            (who(&site, &one).await.unwrap(), who(&site, &enter(&site, "jonas").await).await.unwrap());
        let list = sessions(&site, &mara).await.unwrap();
        assert_eq!((list.len(), list[0].current, list[1].current), (3, true, false));
        let id = hex::encode(crate::keys::hash_token(&two.token));
        assert!(!revoke_session(&site, &jonas, &id).await.unwrap());
        assert!(who(&site, &two).await.is_some());
        assert!(revoke_session(&site, &mara, &id).await.unwrap());
        assert!(who(&site, &two).await.is_none());
        assert!(!revoke_session(&site, &mara, "no id").await.unwrap());
        assert_eq!(revoke_other_sessions(&site, &mara).await.unwrap(), 1);
        assert!(who(&site, &three).await.is_none());
        assert!(who(&site, &one).await.is_some());
    });
}

#[test]
fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let (here, there) = (enter(&site, "mara").await, enter(&site, "mara").await);
        let mara = who(&site, &here).await.unwrap();
        let change =
            async |old: &str, new: &str| change_password(&site, &mara, &old.into(), &new.into()).await;
        assert_eq!(fields(change(OTHER, OTHER).await), ["current"]);
        assert_eq!(fields(change(GOOD, "mara2026").await), ["password"]);
        assert!(who(&site, &there).await.is_some());
        change(GOOD, OTHER).await.unwrap();
        assert!(who(&site, &there).await.is_none());
        assert!(who(&site, &here).await.is_some());
        assert_eq!(refusal(sign_in(&site, &attempt("mara", GOOD)).await), SignInError::Wrong);
        sign_in(&site, &attempt("mara", OTHER)).await.unwrap();
    });
}

#[test]
fn another_address_needs_the_password_another_name_does_not() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let begun = enter(&site, "mara").await;
        let mara = who(&site, &begun).await.unwrap();
        let mut edit =
            ProfileEdit { email: mara.email.clone(), name: "Mara L".into(), ..ProfileEdit::default() };
        edit_profile(&site, &mara, &edit).await.unwrap();
        edit.email = "else@acme.example".into();
        assert_eq!(fields(edit_profile(&site, &mara, &edit).await), ["current"]);
        edit.current = GOOD.into();
        edit_profile(&site, &mara, &edit).await.unwrap();
        let now = who(&site, &begun).await.unwrap();
        assert_eq!((now.display_name.as_str(), now.email.as_str()), ("Mara L", "else@acme.example"));
    });
}

#[test]
fn who_is_kept_out_is_out_at_once() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Author).await;
        let begun = enter(&site, "mara").await;
        set_user_disabled(&site, &Actor::system(), mara, true).await.unwrap();
        assert!(who(&site, &begun).await.is_none());
        assert_eq!(refusal(sign_in(&site, &attempt("mara", GOOD)).await), SignInError::Disabled);
        let guess = refusal(sign_in(&site, &attempt("mara", OTHER)).await);
        assert_eq!(guess, SignInError::Wrong, "only who knows the password is told");
        set_user_disabled(&site, &Actor::system(), mara, false).await.unwrap();
        assert!(who(&site, &begun).await.is_none(), "the old session stays ended");
        enter(&site, "mara").await;
    });
}

#[test]
fn guessing_is_slow_for_an_account_and_for_an_address() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        for name in ["mara", "jonas"] {
            user_as(&site, name, BuiltinRole::Author).await;
        }
        for _ in 0..100 {
            enter(&site, "mara").await;
        }
        for n in 0..10 {
            let login = if n % 2 == 0 { "mara" } else { "mara@acme.example" };
            assert_eq!(refusal(sign_in(&site, &attempt(login, OTHER)).await), SignInError::Wrong);
        }
        let SignInError::TooMany { retry_after } = refusal(sign_in(&site, &attempt("mara", GOOD)).await)
        else {
            panic!("the right password is not heard either");
        };
        assert_eq!(retry_after, minutes(1));
        enter(&site, "jonas").await;
        for n in 0..30 {
            let _ = sign_in(&site, &attempt(&format!("name{n}"), OTHER)).await;
        }
        assert!(matches!(
            refusal(sign_in(&site, &attempt("jonas", GOOD)).await),
            SignInError::TooMany { .. }
        ));
        let elsewhere = Attempt { address: "2001:db8::1".parse().unwrap(), ..attempt("jonas", GOOD) };
        sign_in(&site, &elsewhere).await.unwrap();
        world.advance(minutes(1));
        enter(&site, "mara").await;
    });
}

#[test]
fn a_password_is_kept_at_the_present_cost() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Author).await;
        let kept = async || {
            let row = site.look(move |s| Box::pin(s.account(mara))).await.unwrap().unwrap();
            row.password_hash.unwrap()
        };
        let before = kept().await;
        enter(&site, "mara").await;
        assert_eq!(kept().await, before);
        let hash = HashCost { memory_kib: 128, passes: 2, lanes: 1 };
        let dearer = world.under(&site, IdentitySettings { hash, ..settings() });
        enter(&dearer, "mara").await;
        assert!(kept().await.contains("m=128,t=2"), "{}", kept().await);
        enter(&dearer, "mara").await;
    });
}

#[test]
fn too_many_at_once_are_told_to_wait() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let hash_wait = std::time::Duration::ZERO;
        let narrow = world.under(&site, IdentitySettings { hashes_at_once: 1, hash_wait, ..settings() });
        let attempt = attempt("nobody", OTHER);
        let tries = (0..8).map(|_| sign_in(&narrow, &attempt));
        let results = futures_util::future::join_all(tries).await;
        let busy = results.iter().filter(|r| matches!(r, Err(EngineError::Busy(_)))).count();
        let wrong =
            results.iter().filter(|r| matches!(r, Err(EngineError::SignIn(SignInError::Wrong)))).count();
        assert!(wrong >= 1 && busy + wrong == 8, "{results:?}");
    });
}
