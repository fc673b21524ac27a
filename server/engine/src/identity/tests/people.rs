//! Users and roles: who may do what to whom.

use rowhouse_domain::{
    ItemId, UserId, VersionId,
    coherence::Tag,
    content::{Document, Fields, Format, Kind},
    name::Slug,
    permission::{Act, Area, BuiltinRole, Grants, Permission},
    tenant::Quotas,
};
use rowhouse_store::{NewItem, NewVersion, Profile};

use super::world::*;
use crate::{
    Actor, EngineError, Site,
    identity::{
        AccountState, Entrance, NewUser, RoleEdit, UserEdit, UserFilter, create_role, create_user,
        delete_role, delete_user, edit_role, edit_user, reset_link, role, roles, seed_roles,
        set_user_disabled, user, users,
    },
};

fn is_denied<T>(result: &Result<T, EngineError>) -> bool {
    matches!(result, Err(EngineError::Denied { .. }))
}

fn is_conflict<T>(result: &Result<T, EngineError>) -> bool {
    matches!(result, Err(EngineError::Conflict(_)))
}

/// Somebody who manages users and roles but may do little else.
async fn clerk(site: &Site) -> Actor {
    let areas = [Area::Admin, Area::Users, Area::Roles].map(Permission::Site);
    let views = [Kind::Page, Kind::Post].map(|kind| Permission::Item(kind, Act::View));
    let grants = Grants::of(areas.into_iter().chain(views));
    let edit = RoleEdit { title: "Clerk".into(), description: String::new(), grants };
    let id = create_role(site, &Actor::system(), &edit).await.unwrap();
    user_with(site, "clerk", vec![id]).await;
    actor(site, "clerk").await
}

fn edit(name: &str, roles: Option<Vec<rowhouse_domain::RoleId>>) -> UserEdit {
    UserEdit { person: person(name), roles }
}

#[test]
fn nobody_gives_or_takes_more_than_they_have() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let boss = user_as(&site, "boss", BuiltinRole::Administrator).await;
        user_as(&site, "second", BuiltinRole::Administrator).await;
        let clerk = clerk(&site).await;
        let admin = builtin(&site, BuiltinRole::Administrator).await;
        let new = NewUser { person: person("mole"), roles: vec![admin], entrance: Entrance::Link };
        assert!(is_denied(&create_user(&site, &clerk, &new).await));
        assert!(is_denied(
            &edit_user(&site, &clerk, clerk.user.unwrap(), &edit("clerk", Some(vec![admin]))).await
        ));
        assert!(is_denied(&reset_link(&site, &clerk, boss).await), "a link is the account");
        assert!(is_denied(&edit_user(&site, &clerk, boss, &edit("boss", None)).await));
        assert!(is_denied(&set_user_disabled(&site, &clerk, boss, true).await));
        assert!(is_denied(&delete_user(&site, &clerk, boss, None).await));
        let settings = Grants::of([Permission::Site(Area::Settings)]);
        let wish = RoleEdit { title: "Wish".into(), description: String::new(), grants: settings };
        assert!(is_denied(&create_role(&site, &clerk, &wish).await));
        let editor = builtin(&site, BuiltinRole::Editor).await;
        let none = RoleEdit { grants: Grants::default(), ..wish.clone() };
        assert!(is_denied(&edit_role(&site, &clerk, editor, &none).await), "nor takes it from others");
        let plain = NewUser { person: person("plain"), roles: Vec::new(), entrance: Entrance::Link };
        create_user(&site, &clerk, &plain).await.unwrap();
        let boss_detail = user(&site, &clerk, boss).await.unwrap();
        assert!(!boss_detail.manageable);
        let may_give: Vec<String> =
            roles(&site, &clerk).await.unwrap().into_iter().filter(|r| r.may_give).map(|r| r.name).collect();
        assert_eq!(may_give, ["clerk"]);
    });
}

#[test]
fn without_the_permission_nothing_is_told_or_changed() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Editor).await;
        let editor = actor(&site, "mara").await;
        let new = NewUser { person: person("x"), roles: Vec::new(), entrance: Entrance::Link };
        assert!(is_denied(&users(&site, &editor, UserFilter::default()).await));
        assert!(is_denied(&roles(&site, &editor).await));
        assert!(is_denied(&create_user(&site, &editor, &new).await));
        assert!(is_denied(&edit_user(&site, &editor, mara, &edit("mara", None)).await));
        assert!(is_denied(&reset_link(&site, &editor, mara).await));
        assert!(is_denied(&delete_role(&site, &editor, builtin(&site, BuiltinRole::Author).await).await));
    });
}

#[test]
fn the_last_administrator_stays_one() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let system = Actor::system();
        let mara = user_as(&site, "mara", BuiltinRole::Administrator).await;
        assert!(is_conflict(&set_user_disabled(&site, &system, mara, true).await));
        assert!(is_conflict(&delete_user(&site, &system, mara, None).await));
        assert!(is_conflict(&edit_user(&site, &system, mara, &edit("mara", Some(Vec::new()))).await));
        let roles = vec![builtin(&site, BuiltinRole::Administrator).await];
        let invited = NewUser { person: person("new"), roles, entrance: Entrance::Link };
        create_user(&site, &system, &invited).await.unwrap();
        assert!(
            is_conflict(&set_user_disabled(&site, &system, mara, true).await),
            "who is invited cannot sign in"
        );
        let jonas = user_as(&site, "jonas", BuiltinRole::Administrator).await;
        let (a, b) = tokio::join!(
            set_user_disabled(&site, &system, mara, true),
            set_user_disabled(&site, &system, jonas, true)
        );
        assert!(a.is_ok() != b.is_ok(), "of two at once one is refused: {a:?} {b:?}");
    });
}

#[test]
fn nobody_shuts_themselves_out() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Administrator).await;
        user_as(&site, "jonas", BuiltinRole::Administrator).await;
        let me = actor(&site, "mara").await;
        assert!(is_conflict(&set_user_disabled(&site, &me, mara, true).await));
        assert!(is_conflict(&delete_user(&site, &me, mara, None).await));
    });
}

#[test]
fn names_and_addresses_are_one_persons() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let jonas = user_as(&site, "jonas", BuiltinRole::Author).await;
        let mut new = NewUser { person: person("MARA"), roles: Vec::new(), entrance: Entrance::Link };
        new.person.email = "else@acme.example".into();
        assert_eq!(fields(create_user(&site, &Actor::system(), &new).await), ["user"]);
        new.person = person("else");
        new.person.email = "Mara@acme.example".into();
        assert_eq!(fields(create_user(&site, &Actor::system(), &new).await), ["email"]);
        let both = UserEdit { person: new.person.clone(), roles: None };
        assert_eq!(fields(edit_user(&site, &Actor::system(), jonas, &both).await), ["email"]);
        for name in ["one", "two"] {
            new.person = crate::identity::NewPerson { email: String::new(), ..person(name) };
            create_user(&site, &Actor::system(), &new).await.unwrap();
        }
    });
}

#[test]
fn a_site_has_as_many_users_as_it_may() {
    on_each(|world| async move {
        let site = world.tenant_with("acme", Quotas { users: 1, ..Quotas::default() }).await;
        user_as(&site, "mara", BuiltinRole::Author).await;
        let new = NewUser { person: person("jonas"), roles: Vec::new(), entrance: Entrance::Link };
        let refused = create_user(&site, &Actor::system(), &new).await;
        assert!(matches!(refused, Err(EngineError::Quota(_))), "{refused:?}");
    });
}

#[test]
fn users_are_found_filtered_and_paged() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let author = builtin(&site, BuiltinRole::Author).await;
        for name in ["carla", "anna", "bert"] {
            user_with(&site, name, vec![author]).await;
        }
        let link = NewUser { person: person("dora"), roles: Vec::new(), entrance: Entrance::Link };
        create_user(&site, &Actor::system(), &link).await.unwrap();
        let list = async |filter: UserFilter| {
            let (rows, all) = users(&site, &Actor::system(), filter).await.unwrap();
            (rows.into_iter().map(|r| r.name).collect::<Vec<_>>().join(" "), all)
        };
        let any = UserFilter::default;
        assert_eq!(list(any()).await, ("anna bert carla dora".into(), 4));
        assert_eq!(list(UserFilter { descending: true, limit: 2, ..any() }).await, ("dora carla".into(), 4));
        assert_eq!(list(UserFilter { offset: 3, ..any() }).await, ("dora".into(), 4));
        assert_eq!(list(UserFilter { role: Some(author), ..any() }).await.1, 3);
        assert_eq!(
            list(UserFilter { state: Some(AccountState::Invited), ..any() }).await,
            ("dora".into(), 1)
        );
        assert_eq!(list(UserFilter { text: Some("ANNA@".into()), ..any() }).await, ("anna".into(), 1));
        assert_eq!(list(UserFilter { text: Some("%".into()), ..any() }).await.1, 4, "no wildcard of theirs");
        world.advance(minutes(5));
        enter(&site, "bert").await;
        let seen = UserFilter { sort: crate::identity::AccountSort::Seen, descending: true, ..any() };
        assert!(list(seen).await.0.starts_with("bert"));
        let (rows, _) = users(&site, &Actor::system(), any()).await.unwrap();
        assert_eq!(rows[0].roles[0].title, "Author");
        assert!(rows[3].roles.is_empty());
    });
}

#[test]
fn builtin_roles_stay_and_own_ones_come_and_go() {
    on_each(|world| async move {
        let (site, system) = (world.tenant("acme").await, Actor::system());
        seed_roles(&site).await.unwrap();
        let names: Vec<String> = roles(&site, &system).await.unwrap().into_iter().map(|r| r.name).collect();
        let all: Vec<&str> = BuiltinRole::ALL.iter().map(|r| r.as_str()).collect();
        assert_eq!(names, all, "seeded once");
        let admin = builtin(&site, BuiltinRole::Administrator).await;
        let author = builtin(&site, BuiltinRole::Author).await;
        let nothing = RoleEdit { title: "X".into(), description: String::new(), grants: Grants::default() };
        assert!(is_conflict(&edit_role(&site, &system, admin, &nothing).await));
        assert!(is_conflict(&delete_role(&site, &system, author).await));
        edit_role(&site, &system, author, &nothing).await.unwrap();
        let changed = role(&site, &system, author).await.unwrap();
        assert_eq!((changed.title.as_str(), changed.grants), ("Author", Grants::default()));
        let menus = Grants::of([Permission::Site(Area::Menus)]);
        let new = RoleEdit { title: "Menu keeper".into(), grants: menus.clone(), ..nothing.clone() };
        let id = create_role(&site, &system, &new).await.unwrap();
        assert_eq!(fields(create_role(&site, &system, &new).await), ["name"]);
        let anna = user_with(&site, "anna", vec![id]).await;
        assert!(actor(&site, "anna").await.may(Permission::Site(Area::Menus)));
        assert_eq!(role(&site, &system, id).await.unwrap().users, 1);
        delete_role(&site, &system, id).await.unwrap();
        assert!(!actor(&site, "anna").await.may(Permission::Site(Area::Menus)));
        assert!(user(&site, &system, anna).await.unwrap().summary.roles.is_empty());
    });
}

#[test]
fn visitors_can_only_be_let_read_and_nobody_is_given_their_role() {
    on_each(|world| async move {
        let (site, system) = (world.tenant("acme").await, Actor::system());
        let anonymous = builtin(&site, BuiltinRole::Anonymous).await;
        let enter_admin = Grants::of([Permission::Site(Area::Admin)]);
        let edit = RoleEdit { title: "Anonymous".into(), description: String::new(), grants: enter_admin };
        assert_eq!(fields(edit_role(&site, &system, anonymous, &edit).await), ["grant"]);
        let new = NewUser { person: person("x"), roles: vec![anonymous], entrance: Entrance::Link };
        assert_eq!(fields(create_user(&site, &system, &new).await), ["role"]);
        let (grants, stamp) = site.read(|s| Box::pin(s.anonymous_grants())).await.unwrap();
        assert!(grants.has(Permission::Item(Kind::Post, Act::View)));
        let none = RoleEdit { grants: Grants::default(), ..edit };
        edit_role(&site, &system, anonymous, &none).await.unwrap();
        let (grants, after) = site.read(|s| Box::pin(s.anonymous_grants())).await.unwrap();
        assert_eq!(grants, Grants::default());
        assert!(after.version.n > stamp.version.n, "visitors see it");
    });
}

async fn item_by(site: &Site, author: UserId) -> ItemId {
    let (id, now) = (ItemId::fresh(), site.now());
    let document = Document {
        title: "A title".into(),
        slug: Slug::derive("A title"),
        format: Format::Markdown,
        body: "Text".into(),
        excerpt: String::new(),
        fields: Fields::default(),
    };
    let first =
        NewVersion { id: VersionId::fresh(), account: Some(author), document, note: String::new(), at: now };
    let new = NewItem { id, kind: Kind::Post, author: Some(author), first, created_at: now, source: None };
    site.private(move |s| Box::pin(async move { s.create_item(&new).await })).await.unwrap();
    id
}

#[test]
fn content_outlives_its_author() {
    on_each(|world| async move {
        let (site, system) = (world.tenant("acme").await, Actor::system());
        let mara = user_as(&site, "mara", BuiltinRole::Author).await;
        let jonas = user_as(&site, "jonas", BuiltinRole::Author).await;
        item_by(&site, mara).await;
        let session = enter(&site, "mara").await;
        let lost = delete_user(&site, &system, mara, Some(mara)).await;
        assert!(matches!(lost, Err(EngineError::NotFound(_))));
        delete_user(&site, &system, mara, Some(jonas)).await.unwrap();
        assert!(who(&site, &session).await.is_none());
        assert_eq!(user(&site, &system, jonas).await.unwrap().items, 1);
        delete_user(&site, &system, jonas, None).await.unwrap();
        assert!(matches!(user(&site, &system, jonas).await, Err(EngineError::NotFound(_))));
    });
}

#[test]
fn visitors_are_told_of_names_and_authors_and_of_nothing_else() {
    on_each(|world| async move {
        let site = world.tenant("acme").await;
        let mara = user_as(&site, "mara", BuiltinRole::Author).await;
        let item = item_by(&site, mara).await;
        let profile = |email: &str, shown: &str| Profile {
            name: "mara".into(),
            email: email.into(),
            display_name: shown.into(),
            bio: String::new(),
        };
        let change = async |profile: Profile| {
            let work = site
                .store()
                .write(site.now(), move |s| Box::pin(async move { s.edit_account(mara, &profile).await }));
            work.await.unwrap().change
        };
        assert!(change(profile("new@acme.example", "mara")).await.is_none(), "an address is private");
        let tags = change(profile("new@acme.example", "Mara L")).await.unwrap().tags;
        assert!(tags.iter().any(|t| *t == Tag::Author(mara)));
        let gone = site.store().write(site.now(), move |s| Box::pin(s.remove_account(mara, None)));
        let tags = gone.await.unwrap().change.unwrap().tags;
        assert!(tags.iter().any(|t| *t == Tag::Author(mara)) && tags.iter().any(|t| *t == Tag::Item(item)));
    });
}
