//! Links that work once.

use rowhouse_domain::permission::BuiltinRole;
use tokio::net::TcpListener;

use super::world::*;
use crate::{
    Actor, EngineError, SignInError, Site,
    identity::{
        Entrance, NewUser, complete_setup, create_user, has_administrator, link_owner, redeem_link,
        request_reset, reset_link, set_user_disabled, setup_link, setup_open, sign_in,
    },
    jobs::{Queue, work_off},
    mail::{MailSettings, Mailer, tests::take_one},
    node::Core,
};

fn is_spent<T>(result: &Result<T, EngineError>) -> bool {
    matches!(result, Err(EngineError::NotFound(_)))
}

#[test]
fn a_reset_link_works_once_and_ends_all_sessions() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Author).await;
        let session = enter(&site, "mara").await;
        let link = reset_link(&site, &Actor::system(), mara).await.unwrap();
        let owner = link_owner(&site, &link.token).await.unwrap().unwrap();
        assert_eq!((owner.name.as_str(), owner.first), ("mara", false));
        assert_eq!(fields(redeem_link(&site, &link.token, &"mara".into()).await), ["password"]);
        assert_eq!(redeem_link(&site, &link.token, &OTHER.into()).await.unwrap(), mara);
        assert!(who(&site, &session).await.is_none());
        assert!(is_spent(&redeem_link(&site, &link.token, &GOOD.into()).await));
        assert!(link_owner(&site, &link.token).await.unwrap().is_none());
        sign_in(&site, &attempt("mara", OTHER)).await.unwrap();
        assert_eq!(refusal(sign_in(&site, &attempt("mara", GOOD)).await), SignInError::Wrong);
    });
}

#[test]
fn of_two_who_use_a_link_at_once_one_gets_it() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Author).await;
        let link = reset_link(&site, &Actor::system(), mara).await.unwrap();
        let (good, other) = (GOOD.into(), OTHER.into());
        let (a, b) =
            tokio::join!(redeem_link(&site, &link.token, &good), redeem_link(&site, &link.token, &other));
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        let password = if a.is_ok() { GOOD } else { OTHER };
        sign_in(&site, &attempt("mara", password)).await.unwrap();
    });
}

#[test]
fn a_link_ends_with_time_with_a_newer_one_and_with_the_account() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Author).await;
        let make = async || reset_link(&site, &Actor::system(), mara).await.unwrap().token;
        let works = async |token: &str| link_owner(&site, token).await.unwrap().is_some();
        let old = make().await;
        let new = make().await;
        assert!(!works(&old).await && works(&new).await);
        world.advance(minutes(120));
        assert!(!works(&new).await);
        let third = make().await;
        set_user_disabled(&site, &Actor::system(), mara, true).await.unwrap();
        set_user_disabled(&site, &Actor::system(), mara, false).await.unwrap();
        assert!(!works(&third).await);
        let other = world.tenant("other").await;
        let fourth = make().await;
        assert!(link_owner(&other, &fourth).await.unwrap().is_none());
        assert!(is_spent(&redeem_link(&other, &fourth, &OTHER.into()).await));
    });
}

#[test]
fn an_invitation_leads_to_a_first_password() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let role = builtin(&site, BuiltinRole::Author).await;
        let new = NewUser { person: person("mara"), roles: vec![role], entrance: Entrance::Link };
        let created = create_user(&site, &Actor::system(), &new).await.unwrap();
        assert_eq!(refusal(sign_in(&site, &attempt("mara", "")).await), SignInError::Wrong);
        let link = created.link.unwrap();
        world.advance(days(6));
        assert!(link_owner(&site, &link.token).await.unwrap().unwrap().first);
        redeem_link(&site, &link.token, &GOOD.into()).await.unwrap();
        let begun = enter(&site, "mara").await;
        assert!(!begun.must_change);
    });
}

#[test]
fn a_password_typed_for_somebody_is_to_be_changed() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let new =
            NewUser { person: person("mara"), roles: Vec::new(), entrance: Entrance::Password(GOOD.into()) };
        create_user(&site, &Actor::system(), &new).await.unwrap();
        let begun = enter(&site, "mara").await;
        assert!(begun.must_change);
        let signed = who(&site, &begun).await.unwrap();
        assert!(signed.must_change);
        crate::identity::change_password(&site, &signed, &GOOD.into(), &OTHER.into()).await.unwrap();
        assert!(!who(&site, &begun).await.unwrap().must_change);
    });
}

#[test]
fn a_forgotten_password_is_mailed_to_its_owner_only_and_not_too_often() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let smtp = Some(format!("smtp://{}", listener.local_addr().unwrap()));
        let settings = MailSettings { smtp, ..MailSettings::default() };
        let mailer = Mailer::open(&settings, &tokio::runtime::Handle::current()).unwrap();
        let site = Site::building(&Core { mailer, ..world.core.clone() }, site.info());
        let server = tokio::spawn(take_one(listener));
        let address = "192.0.2.7".parse().unwrap();
        let base = "https://acme.example/admin/reset/";
        let ask = async |login: &str| request_reset(&site, login, address, base).await;
        ask("nobody").await.unwrap();
        ask("Mara@acme.example").await.unwrap();
        let queue = Queue::Site(site.clone());
        let work = async {
            loop {
                work_off(&queue).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        let text = tokio::select! {
            text = server => text.unwrap(),
            never = work => never,
        };
        assert!(text.contains("To: mara <mara@acme.example>"), "{text}");
        let (_, rest) = text.split_once(base).unwrap();
        let token = rest.lines().next().unwrap();
        redeem_link(&site, token, &OTHER.into()).await.unwrap();
        sign_in(&site, &attempt("mara", OTHER)).await.unwrap();
        for _ in 0..2 {
            ask("nobody").await.unwrap();
        }
        assert!(matches!(ask("nobody").await, Err(EngineError::TooMany { .. })));
    });
}

#[test]
fn a_tenant_is_set_up_once_by_its_link() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let old = setup_link(&site).await.unwrap();
        let link = setup_link(&site).await.unwrap();
        assert!(setup_open(&site, &old.token).await.unwrap().is_none());
        assert_eq!(setup_open(&site, &link.token).await.unwrap(), Some(link.expires_at));
        assert!(!has_administrator(&site).await.unwrap());
        let set_up = async |password: &str| {
            complete_setup(&site, &link.token, &person("mara"), &password.into()).await
        };
        assert_eq!(fields(set_up("Acme Joinery").await), ["password"]);
        set_up(GOOD).await.unwrap();
        assert!(has_administrator(&site).await.unwrap());
        assert!(is_spent(&set_up(GOOD).await));
        let mara = who(&site, &enter(&site, "mara").await).await.unwrap();
        assert_eq!(mara.roles, ["Administrator"]);
        assert!(
            is_spent(&redeem_link(&site, &old.token, &OTHER.into()).await),
            "it is no link for passwords"
        );
    });
}
