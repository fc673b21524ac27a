//! Super users.

use super::world::*;
use crate::{
    Actor, EngineError, SignInError,
    identity::{AccountState, ProfileEdit, SignedIn, TokenPurpose, setup_link, supers},
};

/// Long enough for a super user.
const LONG: &str = "nine paper lanterns";

async fn first(world: &World) -> SignedIn {
    let link = supers::first_run_token(&world.core).await.unwrap().unwrap();
    supers::first_run(&world.core, &link.token, &person("ode"), &GOOD.into()).await.unwrap();
    signed(world, "ode", GOOD).await
}

async fn signed(world: &World, login: &str, password: &str) -> SignedIn {
    let begun = supers::sign_in(&world.core, &attempt(login, password)).await.unwrap();
    supers::resolve_session(&world.core, &begun.token).await.unwrap().unwrap()
}

#[test]
fn the_first_super_user_needs_a_token_from_the_log() {
    on_each(|world| async move {
        let core = &world.core;
        let one = supers::first_run_token(core).await.unwrap().unwrap();
        let two = supers::first_run_token(core).await.unwrap().unwrap();
        let make = async |token: &str, password: &str| {
            supers::first_run(core, token, &person("ode"), &password.into()).await
        };
        assert_eq!(fields(make("guess", GOOD).await), ["token"]);
        assert_eq!(fields(make(&one.token, "gurtblech").await), ["password"], "eleven are not enough");
        make(&format!(" {}\n", two.token), GOOD).await.unwrap();
        assert_eq!(fields(make(&one.token, GOOD).await), ["token"], "all tokens end with the first use");
        assert!(supers::first_run_token(core).await.unwrap().is_none());
        let ode = signed(&world, "ODE@acme.example", GOOD).await;
        assert!(ode.is_super && ode.actor().is_super && ode.actor().user.is_none());
    });
}

#[test]
fn the_token_from_the_log_gets_old() {
    on_each(|world| async move {
        let link = supers::first_run_token(&world.core).await.unwrap().unwrap();
        world.advance(days(1));
        let late = supers::first_run(&world.core, &link.token, &person("ode"), &GOOD.into()).await;
        assert_eq!(fields(late), ["token"]);
    });
}

#[test]
fn super_users_and_tenants_are_nothing_to_each_other() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        first(&world).await;
        let there = supers::sign_in(&world.core, &attempt("ode", GOOD)).await.unwrap();
        assert!(who(&site, &there).await.is_none());
        assert_eq!(refusal(crate::identity::sign_in(&site, &attempt("ode", GOOD)).await), SignInError::Wrong);
        user_as(&site, "mara", rowhouse_domain::permission::BuiltinRole::Administrator).await;
        let here = enter(&site, "mara").await;
        assert!(supers::resolve_session(&world.core, &here.token).await.unwrap().is_none());
        assert_eq!(refusal(supers::sign_in(&world.core, &attempt("mara", GOOD)).await), SignInError::Wrong);
        let admin = who(&site, &here).await.unwrap().actor();
        assert!(matches!(supers::list(&world.core, &admin).await, Err(EngineError::Denied { .. })));
        let link = setup_link(&site).await.unwrap();
        assert!(supers::link_owner(&world.core, &link.token).await.unwrap().is_none());
        assert_eq!(TokenPurpose::Setup.as_str(), "setup");
    });
}

#[test]
fn super_users_are_invited_kept_out_and_never_all_of_them() {
    on_each(|world| async move {
        let (core, ode) = (&world.core, first(&world).await);
        let me = ode.actor();
        let state = async || {
            let list = supers::list(core, &me).await.unwrap();
            list.into_iter().map(|s| (s.name, s.state)).collect::<Vec<_>>()
        };
        let kim = supers::create(core, &me, &person("kim"), None).await.unwrap();
        assert_eq!(state().await[0], ("kim".into(), AccountState::Invited));
        let off = async |id| supers::disable(core, &Actor::system(), None, id).await;
        assert!(
            matches!(off(ode.user).await, Err(EngineError::Conflict(_))),
            "who is invited cannot sign in"
        );
        let link = kim.link.unwrap();
        let short = supers::redeem_link(core, &link.token, &"gurtblech".into()).await;
        assert_eq!(fields(short), ["password"]);
        supers::redeem_link(core, &link.token, &LONG.into()).await.unwrap();
        assert!(supers::redeem_link(core, &link.token, &GOOD.into()).await.is_err());
        let session = supers::sign_in(core, &attempt("kim", LONG)).await.unwrap();
        assert!(supers::disable(core, &me, Some(&ode.user), ode.user).await.is_err(), "not oneself");
        off(kim.id).await.unwrap();
        assert!(supers::resolve_session(core, &session.token).await.unwrap().is_none());
        assert_eq!(refusal(supers::sign_in(core, &attempt("kim", LONG)).await), SignInError::Disabled);
        assert!(matches!(off(ode.user).await, Err(EngineError::Conflict(_))));
        supers::enable(core, &me, kim.id).await.unwrap();
        let (a, b) = tokio::join!(off(kim.id), off(ode.user));
        assert!(a.is_ok() != b.is_ok(), "of two at once one is refused: {a:?} {b:?}");
        let namesake = crate::identity::NewPerson { email: String::new(), ..person("kim") };
        let again = supers::create(core, &me, &namesake, Some(&LONG.into())).await;
        assert_eq!(fields(again), ["user"]);
    });
}

#[test]
fn super_users_choose_new_passwords_by_link_and_by_themselves() {
    on_each(|world| async move {
        let (core, ode) = (&world.core, first(&world).await);
        let change =
            async |old: &str, new: &str| supers::change_password(core, &ode, &old.into(), &new.into()).await;
        let other = supers::sign_in(core, &attempt("ode", GOOD)).await.unwrap();
        assert_eq!(fields(change(LONG, LONG).await), ["current"]);
        change(GOOD, LONG).await.unwrap();
        assert!(supers::resolve_session(core, &other.token).await.unwrap().is_none());
        assert_eq!(supers::sessions(core, &ode).await.unwrap().len(), 1, "the one that asked stays");
        let old = supers::reset_link(core, &Actor::system(), ode.user).await.unwrap();
        let new = supers::reset_link(core, &Actor::system(), ode.user).await.unwrap();
        assert!(supers::link_owner(core, &old.token).await.unwrap().is_none());
        supers::redeem_link(core, &new.token, &OTHER.into()).await.unwrap();
        assert_eq!(refusal(supers::sign_in(core, &attempt("ode", LONG)).await), SignInError::Wrong);
        let back = supers::sign_in(core, &attempt("ode", OTHER)).await.unwrap();
        supers::sign_out(core, &back.token).await.unwrap();
        assert!(supers::resolve_session(core, &back.token).await.unwrap().is_none());
    });
}

#[test]
fn super_users_are_guessed_at_slowly_too() {
    on_each(|world| async move {
        first(&world).await;
        for _ in 0..10 {
            refusal(supers::sign_in(&world.core, &attempt("ode", LONG)).await);
        }
        let late = refusal(supers::sign_in(&world.core, &attempt("ode", GOOD)).await);
        assert!(matches!(late, SignInError::TooMany { .. }));
    });
}

#[test]
fn super_users_change_how_they_are_shown_and_reached() {
    on_each(|world| async move {
        let (core, ode) = (&world.core, first(&world).await);
        supers::create(core, &ode.actor(), &person("pia"), Some(&LONG.into())).await.unwrap();
        let edit = |email: &str, current: &str| ProfileEdit {
            name: " Ode Root ".into(),
            email: email.into(),
            current: current.into(),
            ..ProfileEdit::default()
        };
        supers::edit_profile(core, &ode, &edit(&ode.email, "")).await.unwrap();
        assert_eq!(signed(&world, "ode", GOOD).await.display_name, "Ode Root");
        let moved = async |email, current| supers::edit_profile(core, &ode, &edit(email, current)).await;
        assert_eq!(fields(moved("new@acme.example", "wrong").await), ["current"]);
        assert_eq!(fields(moved("PIA@acme.example", GOOD).await), ["email"], "it is another's");
        assert_eq!(fields(moved("nowhere", GOOD).await), ["email"]);
        let link = supers::reset_link(core, &ode.actor(), ode.user).await.unwrap();
        moved("new@acme.example", GOOD).await.unwrap();
        assert!(supers::link_owner(core, &link.token).await.unwrap().is_none(), "it went to the old address");
        assert_eq!(signed(&world, "new@acme.example", GOOD).await.name, "ode");
    });
}
