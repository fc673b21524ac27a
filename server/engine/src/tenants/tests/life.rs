//! From creation to the end.

use rowhouse_domain::{addressing::Resolution, tenant::TenantState};

use super::house::{GRACE, House, MINUTE, conflict, on_each, request, system};
use crate::{
    Actor, EngineError,
    identity::{self, NewPerson},
    tenants::{CreateTenant, EditTenant, ResetTenant, SetUpTenant, Undelete},
};

#[test]
fn the_same_request_again_is_the_same_tenant() {
    on_each(|house| async move {
        let ask = CreateTenant { recipe: "company".into(), title: "Acme".into(), ..request("acme") };
        let first = house.tenants.create(ask.clone(), &system()).await.unwrap();
        assert!(!first.existed && first.admin.unwrap().password.is_some());
        let again = house.tenants.create(ask.clone(), &system()).await.unwrap();
        assert!(again.existed && again.admin.is_none() && again.tenant.id == first.tenant.id);
        let other = CreateTenant { recipe: "blog".into(), ..ask };
        assert!(conflict(house.tenants.create(other, &system()).await).contains("acme"));
        assert_eq!((house.count().await, house.provisions().await), (1, 0));
        let titles = house.titles("acme", &["/home", "/services/doors", "/nowhere"]).await;
        assert_eq!(titles, [Some("We keep old houses working".into()), Some("Doors".into()), None]);
    });
}

#[test]
fn an_address_of_anothers_conflicts_and_says_whose_it_is() {
    on_each(|house| async move {
        let acme = CreateTenant { hosts: vec!["acme.example".into()], ..request("acme") };
        house.tenants.create(acme, &system()).await.unwrap();
        house.create("journal").await;
        let host = CreateTenant { hosts: vec!["ACME.example".into()], ..request("other") };
        assert_eq!(
            conflict(house.tenants.create(host, &system()).await),
            "the address acme.example is acme's"
        );
        let prefix = CreateTenant { prefix: Some("/journal".into()), ..request("other") };
        assert!(conflict(house.tenants.create(prefix, &system()).await).contains("journal's"));
        assert_eq!((house.count().await, house.provisions().await), (2, 0));
    });
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    on_each(|house| async move {
        let wrong = CreateTenant {
            name: "Acme".into(),
            prefix: Some("/admin".into()),
            hosts: vec!["http://x".into()],
            recipe: "soup".into(),
            theme: "nowhere".into(),
            isolation: "island".into(),
            database_url: "mysql://x/y".into(),
            features: vec!["flight".into()],
            admin_user: "a b".into(),
            admin_email: "nobody".into(),
            admin_password: Some("password".into()),
            ..CreateTenant::default()
        };
        let Err(EngineError::Invalid(problems)) = house.tenants.create(wrong, &system()).await else {
            panic!("it is refused")
        };
        let mut fields: Vec<_> = problems.iter().map(|p| p.field).collect();
        fields.sort_unstable();
        let all = [
            "admin_email",
            "admin_password",
            "admin_user",
            "database_url",
            "features",
            "hosts",
            "isolation",
            "name",
            "prefix",
            "recipe",
            "theme",
        ];
        assert_eq!(fields, all);
        assert_eq!((house.count().await, house.files()), (0, 0));
    });
}

#[test]
fn nobody_but_super_users_makes_tenants() {
    on_each(|house| async move {
        let administrator = Actor { is_super: false, ..system() };
        let refused = house.tenants.create(request("acme"), &administrator).await;
        assert!(matches!(refused, Err(EngineError::Denied { .. })));
    });
}

#[test]
fn twenty_at_once_make_one() {
    on_each(|house| async move {
        let work = (0..20).map(|_| async { house.tenants.create(request("acme"), &system()).await });
        let done = futures_util::future::join_all(work).await;
        let made: Vec<_> = done.into_iter().map(Result::unwrap).collect();
        assert_eq!(made.iter().filter(|m| !m.existed).count(), 1);
        assert!(made.windows(2).all(|two| two[0].tenant.id == two[1].tenant.id));
        assert_eq!((house.count().await, house.provisions().await), (1, 0));
        assert_eq!(house.files(), usize::from(house.postgres.is_none()));
    });
}

#[test]
fn two_processes_at_once_make_one() {
    on_each(|house| async move {
        // each with locks of its own, as in two processes
        let process = || crate::tenants::Tenants::new(house.node.core().clone());
        let (a, b, c) = (process(), process(), process());
        let (system, ask) = (system(), || request("acme"));
        let (a, b, c) =
            tokio::join!(a.create(ask(), &system), b.create(ask(), &system), c.create(ask(), &system));
        let made = [a.unwrap(), b.unwrap(), c.unwrap()];
        assert_eq!(made.iter().filter(|m| !m.existed).count(), 1);
        assert_eq!((house.count().await, house.provisions().await), (1, 0));
        assert_eq!(house.files(), usize::from(house.postgres.is_none()));
    });
}

#[test]
fn a_tenant_is_set_up_by_its_link_once() {
    on_each(|house| async move {
        let ask = CreateTenant { uninitialised: true, ..request("acme") };
        let made = house.tenants.create(ask, &system()).await.unwrap();
        assert_eq!(made.tenant.state, TenantState::Uninitialised);
        let token = made.setup.unwrap().token;
        let site = house.site("acme").await;
        let person = NewPerson { user: "mara".into(), ..NewPerson::default() };
        let set_up =
            SetUpTenant { title: "Acme Joinery".into(), person, password: "vexed otter plank".into() };
        let weak = SetUpTenant { password: "x".into(), ..set_up.clone() };
        assert!(matches!(house.tenants.set_up(&site, &token, weak).await, Err(EngineError::Invalid(_))));
        assert!(house.tenants.set_up(&site, "wrong", set_up.clone()).await.is_err());
        let info = house.tenants.set_up(&site, &token, set_up.clone()).await.unwrap();
        assert_eq!((info.state, info.title.as_str()), (TenantState::Running, "Acme Joinery"));
        let site = house.site("acme").await;
        assert!(identity::has_administrator(&site).await.unwrap());
        conflict(house.tenants.set_up(&site, &token, set_up).await);
        conflict(house.tenants.setup_link("acme", &system()).await);
    });
}

#[test]
fn states_change_where_it_makes_sense() {
    on_each(|house| async move {
        house.create("acme").await;
        let t = &house.tenants;
        let by = system();
        conflict(t.resume("acme", &by).await);
        let info = t.suspend("acme", "invoice of October", &by).await.unwrap();
        assert_eq!(
            (info.state, info.reason.as_deref()),
            (TenantState::Suspended, Some("invoice of October"))
        );
        assert_eq!(
            conflict(t.suspend("acme", "", &by).await),
            "acme is suspended; only a running site can be suspended"
        );
        assert_eq!(t.resume("acme", &by).await.unwrap().reason, None);
        assert!(matches!(t.fail("acme", " ", &by).await, Err(EngineError::Invalid(_))));
        assert_eq!(t.fail("acme", "broken", &by).await.unwrap().state, TenantState::Failed);
        t.resume("acme", &by).await.unwrap();
        assert_eq!(house.state("acme").await, TenantState::Running);
        let told: Vec<_> = t.events("acme", 10, &by).await.unwrap().into_iter().map(|e| e.what).collect();
        assert_eq!(told, ["resumed", "failed", "resumed", "suspended", "created"]);
    });
}

#[test]
fn editing_keeps_the_old_prefix_alive() {
    on_each(|house| async move {
        let made = house.create("acme").await;
        house.create("journal").await;
        let edit = |prefix: &str| EditTenant { prefix: Some(prefix.into()), ..EditTenant::default() };
        let by = system();
        assert!(conflict(house.tenants.edit("acme", edit("/journal"), &by).await).contains("journal's"));
        assert!(matches!(house.tenants.edit("acme", edit(""), &by).await, Err(EngineError::Invalid(_))));
        let info = house.tenants.edit("acme", edit("/eu/acme"), &by).await.unwrap();
        assert_eq!(info.prefix, Some("/eu/acme".parse().unwrap()));
        assert_eq!(info.entry(house.node.core().clock.now()).old_prefixes, ["/acme".parse().unwrap()]);
        house.clock.forward(GRACE + MINUTE);
        assert!(info.entry(house.node.core().clock.now()).old_prefixes.is_empty());
        let stale =
            EditTenant { seen: Some(made.tenant.seq), title: Some("A".into()), ..EditTenant::default() };
        assert!(conflict(house.tenants.edit("acme", stale, &by).await).contains("meantime"));
        let back = house.tenants.edit("acme", edit("/acme"), &by).await.unwrap();
        assert_eq!(
            back.old_prefixes.len(),
            1,
            "the prefix it has again is no old one: {:?}",
            back.old_prefixes
        );
    });
}

#[test]
fn an_address_may_change_hands_twice_before_a_node_looks() {
    on_each(|house| async move {
        let (acme, journal) = (house.create("acme").await.tenant, house.create("journal").await.tenant);
        house.node.refresh().await.unwrap();
        let by = system();
        let edit = |prefix: &str| EditTenant { prefix: Some(prefix.into()), ..EditTenant::default() };
        house.tenants.edit("acme", edit("/moving"), &by).await.unwrap();
        house.tenants.edit("journal", edit("/acme"), &by).await.unwrap();
        // the node meets the one that gave the address away after the one that took it
        house.tenants.edit("acme", edit("/moved"), &by).await.unwrap();
        house.node.refresh().await.unwrap();
        for (path, owner) in [("/acme/", journal.id), ("/moved/", acme.id)] {
            match house.node.resolve("sites.example", path) {
                Resolution::Tenant { tenant, .. } => assert_eq!(tenant, owner, "{path}"),
                other => panic!("{path}: {other:?}"),
            }
        }
    });
}

#[test]
fn deleting_frees_the_addresses_and_undeleting_tells_who_has_them() {
    on_each(|house| async move {
        let first = house.create("acme").await.tenant;
        let by = system();
        house.tenants.suspend("acme", "late", &by).await.unwrap();
        house.tenants.delete("acme", &by).await.unwrap();
        conflict(house.tenants.delete("acme", &by).await);
        conflict(house.tenants.edit("acme", EditTenant::default(), &by).await);
        house.tenants.undelete("acme", Undelete::default(), &by).await.unwrap();
        assert_eq!(house.show("acme").await.unwrap().reason.as_deref(), Some("late"));
        house.tenants.delete("acme", &by).await.unwrap();

        let taker = CreateTenant { prefix: Some("/acme".into()), ..request("taker") };
        house.tenants.create(taker, &by).await.unwrap();
        let told = conflict(house.tenants.undelete("acme", Undelete::default(), &by).await);
        assert_eq!(told, "the address /acme is taker's");
        let elsewhere = Undelete { prefix: Some("/old-acme".into()), hosts: None };
        let back = house.tenants.undelete("acme", elsewhere, &by).await.unwrap();
        assert_eq!((back.id, back.state), (first.id, TenantState::Suspended));

        house.tenants.delete("acme", &by).await.unwrap();
        let second = house.create("other").await;
        assert_ne!(second.tenant.id, first.id);
        let named = CreateTenant { prefix: Some("/second".into()), ..request("acme") };
        house.tenants.create(named, &by).await.unwrap();
        assert!(
            conflict(house.tenants.undelete("acme", Undelete::default(), &by).await)
                .contains("the name acme")
        );
    });
}

#[test]
fn purging_reports_what_went_and_leaves_nothing() {
    on_each(|house| async move {
        let ask = CreateTenant { recipe: "company".into(), ..request("acme") };
        let made = house.tenants.create(ask, &system()).await.unwrap().tenant;
        let by = system();
        assert_eq!(
            conflict(house.tenants.purge("acme", true, &by).await),
            "acme is running; delete it first"
        );
        house.tenants.delete("acme", &by).await.unwrap();
        assert!(conflict(house.tenants.purge("acme", false, &by).await).contains("had back until"));
        assert!(house.tenants.purge_due(&by).await.unwrap().is_empty());
        house.clock.forward(GRACE + MINUTE);
        let gone = house.tenants.purge_due(&by).await.unwrap().pop().unwrap();
        assert_eq!((gone.id, gone.name.as_str()), (made.id, "acme"));
        assert!(gone.database_bytes.unwrap() > 10_000 && gone.media_files > 2 && gone.media_bytes > 1_000);
        assert!(house.show("acme").await.is_none());
        assert_eq!((house.files(), house.provisions().await), (0, 0));
        let last = house.tenants.events(&made.id.to_string(), 1, &by).await.unwrap().pop().unwrap();
        assert_eq!(last.what, "purged");
    });
}

async fn company(house: &House) {
    let ask = CreateTenant { recipe: "company".into(), ..request("acme") };
    house.tenants.create(ask, &system()).await.unwrap();
}

#[test]
fn starting_over_changes_the_content_and_keeps_the_people() {
    on_each(|house| async move {
        company(&house).await;
        let site = house.site("acme").await;
        let before = house.show("acme").await.unwrap();
        let reset = ResetTenant { recipe: "blank".into(), ..ResetTenant::default() };
        let after = house.tenants.reset("acme", reset, &system()).await.unwrap().tenant;
        assert_eq!((after.id, after.state), (before.id, TenantState::Running));
        assert_ne!(after.target, before.target);
        let titles = house.titles("acme", &["/welcome", "/services"]).await;
        assert_eq!(titles, [Some("Welcome".into()), None]);
        let site_after = house.site("acme").await;
        assert!(identity::has_administrator(&site_after).await.unwrap());
        let write = site_after.write(|s| {
            Box::pin(async move {
                let settings = s.site_settings().await?;
                s.set_site_settings(&settings).await
            })
        });
        write.await.unwrap();
        assert_eq!((house.provisions().await, house.files()), (0, usize::from(house.postgres.is_none())));
        drop(site);
    });
}

#[test]
fn every_recipe_makes_a_site() {
    on_each(|house| async move {
        let by = system();
        for recipe in ["blank", "company", "blog"] {
            let ask = CreateTenant { recipe: recipe.into(), ..request(recipe) };
            house.tenants.create(ask, &by).await.unwrap();
        }
        let blog = house.site("blog").await;
        let (posts, _) = blog
            .read(|s| Box::pin(async move { s.posts(&rowhouse_store::PostList::Front, 0, 20).await }))
            .await
            .unwrap();
        assert_eq!(posts.total, 10);
        let first = posts.items.first().unwrap();
        assert!(first.sticky && first.featured.is_some() && first.terms.len() == 3, "{first:?}");
        let results = house.tenants.migrate(true, &by).await.unwrap();
        assert!(results.len() == 3 && results.iter().all(|r| r.problem.is_none()), "{results:?}");
    });
}

#[test]
fn tenants_in_schemas_of_one_database_share_nothing() {
    on_each(|house| async move {
        let by = system();
        let ask = |name: &str, url: &str| CreateTenant {
            isolation: "schema".into(),
            database_url: url.into(),
            ..request(name)
        };
        let Some(pattern) = &house.postgres else {
            let refused = house.tenants.create(ask("one", "sqlite:///tmp/x.db"), &by).await;
            assert!(matches!(refused, Err(EngineError::Invalid(_))));
            return;
        };
        let url = pattern.rsplit_once('/').unwrap().0.to_owned() + "/postgres";
        for name in ["one-house", "two"] {
            house.tenants.create(ask(name, &url), &by).await.unwrap();
        }
        let (one, two) = (house.show("one-house").await.unwrap(), house.show("two").await.unwrap());
        assert_eq!(one.target.url, two.target.url);
        assert_eq!(one.target.schema, Some(format!("one-house_{}", one.id.suffix())));
        let reset = ResetTenant { recipe: "company".into(), ..ResetTenant::default() };
        house.tenants.reset("two", reset, &by).await.unwrap();
        assert_eq!(house.titles("one-house", &["/welcome", "/about"]).await, [Some("Welcome".into()), None]);
        assert_eq!(house.titles("two", &["/welcome", "/about"]).await, [None, Some("About us".into())]);
        house.tenants.delete("one-house", &by).await.unwrap();
        let gone = house.tenants.purge("one-house", true, &by).await.unwrap();
        assert!(gone.database_bytes.unwrap() > 10_000);
        assert_eq!(house.titles("two", &["/about"]).await, [Some("About us".into())]);
    });
}
