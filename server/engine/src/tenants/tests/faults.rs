//! Death at every step: never half a tenant, and what is left is found and removed.

use std::time::Duration;

use rowhouse_domain::tenant::TenantState;

use super::house::{House, MINUTE, conflict, on_each, request, system};
use crate::tenants::{CreateTenant, Gc, ResetTenant};

const STEPS: &[&str] = &[
    "create.provisioned",
    "create.place",
    "create.prepared",
    "create.seeded",
    "write.locked",
    "create.filled",
    "create.verified",
];

const NOW: Gc = Gc { older_than: Duration::ZERO, predecessors: false, dry_run: false };

async fn collect(house: &House, gc: Gc) -> Vec<crate::tenants::Orphan> {
    house.tenants.gc(gc, &system()).await.unwrap()
}

#[test]
fn a_death_at_any_step_leaves_no_tenant_and_an_orphan_that_is_removed() {
    on_each(|house| async move {
        for step in STEPS {
            house.doom.at(Some(step));
            assert!(house.tenants.create(request("acme"), &system()).await.is_err(), "{step}");
            house.doom.at(None);
            // death is not always noticed by the step that dies: a database task may have failed instead
            assert!(house.show("acme").await.is_none(), "{step}");
            let left = house.provisions().await;
            assert!(left == 1 || *step == "write.locked", "{step}: {left}");
            assert!(collect(&house, Gc::default()).await.is_empty(), "{step}: its maker may still live");
            let listed = collect(&house, Gc { dry_run: true, ..NOW }).await;
            assert!(listed.len() == left && listed.iter().all(|o| !o.removed && o.problem.is_none()));
            let removed = collect(&house, NOW).await;
            assert!(removed.iter().all(|o| o.removed), "{step}: {removed:?}");
            assert_eq!((house.provisions().await, house.files()), (0, 0), "{step}");
        }
        house.doom.at(Some("create.listed"));
        assert!(house.tenants.create(request("acme"), &system()).await.is_err());
        house.doom.at(None);
        assert!(collect(&house, NOW).await.is_empty(), "the tenant was listed before the death");
        assert!(house.tenants.create(request("acme"), &system()).await.unwrap().existed);
    });
}

#[test]
fn an_error_takes_everything_back_at_once() {
    on_each(|house| async move {
        // the media store cannot take the recipe's pictures
        std::fs::remove_dir_all(house.folder.path().join("media")).unwrap();
        std::fs::write(house.folder.path().join("media"), "a file in its place").unwrap();
        let ask = CreateTenant { recipe: "company".into(), ..request("acme") };
        assert!(house.tenants.create(ask, &system()).await.is_err());
        assert!(house.show("acme").await.is_none());
        assert_eq!((house.provisions().await, house.files()), (0, 0));
    });
}

#[test]
fn a_maker_that_was_taken_for_dead_lists_nothing() {
    on_each(|house| async move {
        let other = crate::tenants::Tenants::new(house.node.core().clone());
        let (paused, resume) = house.doom.pause_at("create.verified");
        let ask = tokio::spawn({
            let tenants = house.tenants.clone();
            async move { tenants.create(request("acme"), &system()).await }
        });
        paused.notified().await;
        let gone = other.gc(NOW, &system()).await.unwrap();
        assert!(gone.len() == 1 && gone[0].removed, "{gone:?}");
        resume.notify_one();
        assert!(ask.await.unwrap().is_err());
        assert_eq!((house.count().await, house.provisions().await, house.files()), (0, 0, 0));
    });
}

#[test]
fn notes_of_dead_predecessors_are_known_by_the_nodes_name() {
    on_each(|house| async move {
        house.doom.at(Some("create.filled"));
        assert!(house.tenants.create(request("acme"), &system()).await.is_err());
        house.doom.at(None);
        let next = crate::tenants::Tenants::new(house.node.core().clone());
        let at_start = Gc { predecessors: true, ..Gc::default() };
        assert!(collect(&house, at_start).await.is_empty(), "the process itself is alive");
        let found = next.gc(at_start, &system()).await.unwrap();
        assert!(found.len() == 1 && found[0].removed, "{found:?}");
        house.clock.forward(2 * MINUTE);
        assert!(collect(&house, Gc::default()).await.is_empty());
    });
}

#[test]
fn a_death_while_starting_over_leaves_the_old_tenant_writable() {
    on_each(|house| async move {
        let ask = CreateTenant { recipe: "company".into(), ..request("acme") };
        house.tenants.create(ask, &system()).await.unwrap();
        let reset = ResetTenant { recipe: "blank".into(), ..ResetTenant::default() };
        for step in
            ["reset.fenced", "create.provisioned", "create.place", "create.prepared", "create.verified"]
        {
            house.doom.at(Some(step));
            assert!(house.tenants.reset("acme", reset.clone(), &system()).await.is_err(), "{step}");
            house.doom.at(None);
            let removed = collect(&house, NOW).await;
            assert!(removed.len() == 1 && removed[0].removed, "{step}: {removed:?}");
            assert_eq!(house.titles("acme", &["/about"]).await, [Some("About us".into())], "{step}");
            assert_eq!(house.files(), usize::from(house.postgres.is_none()), "{step}");
            let site = house.site("acme").await;
            let write = site.write(|s| {
                Box::pin(async move {
                    let settings = s.site_settings().await?;
                    s.set_site_settings(&settings).await
                })
            });
            write.await.unwrap_or_else(|e| panic!("{step}: {e}"));
        }
        house.doom.at(Some("reset.switched"));
        assert!(house.tenants.reset("acme", reset, &system()).await.is_err());
        house.doom.at(None);
        let removed = collect(&house, NOW).await;
        assert!(removed.iter().all(|o| o.removed), "{removed:?}");
        assert_eq!(house.titles("acme", &["/welcome"]).await, [Some("Welcome".into())]);
        assert_eq!(house.files(), usize::from(house.postgres.is_none()));
    });
}

#[test]
fn a_death_while_purging_is_finished_by_the_collector() {
    on_each(|house| async move {
        for (name, step) in [("one", "purge.unlisted"), ("two", "purge.dropped")] {
            let ask = CreateTenant { recipe: "company".into(), ..request(name) };
            let id = house.tenants.create(ask, &system()).await.unwrap().tenant.id;
            house.tenants.delete(name, &system()).await.unwrap();
            house.doom.at(Some(step));
            assert!(house.tenants.purge(name, true, &system()).await.is_err());
            house.doom.at(None);
            assert!(house.show(name).await.is_none());
            let removed = collect(&house, NOW).await;
            assert!(removed.len() == 1 && removed[0].removed, "{removed:?}");
            assert_eq!((house.files(), house.provisions().await), (0, 0));
            let media = house.folder.path().join("media").join(id.to_string());
            assert!(!media.exists());
        }
    });
}

#[test]
fn a_database_that_is_not_ours_is_never_dropped() {
    on_each(|house| async move {
        let acme = house.create("acme").await.tenant;
        let url = acme.target.url.reveal();
        let ask = CreateTenant { database_url: url, ..request("thief") };
        assert!(conflict(house.tenants.create(ask, &system()).await).contains("acme's"));
        assert_eq!(house.provisions().await, 0);
        let foreign = house.folder.path().join("foreign.db");
        std::fs::write(&foreign, "something else").unwrap();
        let url = format!("sqlite://{}", foreign.display());
        let ask = CreateTenant { database_url: url, ..request("thief") };
        house.doom.at(Some("create.provisioned"));
        assert!(house.tenants.create(ask.clone(), &system()).await.is_err());
        house.doom.at(None);
        let noted = collect(&house, NOW).await;
        assert_eq!(noted.len(), 1, "{noted:?}");
        assert!(foreign.exists(), "{noted:?}");
        conflict(house.tenants.create(ask, &system()).await);
        assert!(foreign.exists());
        assert_eq!(house.state("acme").await, TenantState::Running);
    });
}
