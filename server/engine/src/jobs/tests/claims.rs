//! Once, though nodes race, die and come back too late.

use rowhouse_domain::job::JobState;
use rowhouse_store::{Col, DueEnd, JobClaim, TokenPurpose, TokenRow};

use super::world::*;
use crate::{Actor, EngineError, jobs, jobs::Queue};

#[test]
fn of_two_nodes_at_once_each_mail_is_sent_by_one() {
    on_each(|w| async move {
        let (acme, other) = (w.tenant("acme").await, w.tenant("other").await);
        for number in 0..10 {
            w.mail(if number % 2 == 0 { acme } else { other }, &format!("Letter {number}")).await;
        }
        let (a, b) = (w.works(&w.a), w.works(&w.b));
        a.await.unwrap();
        b.await.unwrap();
        // who was late finds what the other had not finished
        w.a.node.work_once().await.unwrap();
        let mut ids: Vec<String> = w.post.taken().iter().map(|text| message_id(text)).collect();
        assert_eq!(ids.len(), 10);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 10, "none twice");
    });
}

#[test]
fn two_who_work_for_one_tenant_all_the_same_never_take_the_same_job() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        for number in 0..8 {
            w.mail(acme, &format!("Letter {number}")).await;
        }
        let (a, b) = (w.site(&w.a, acme).await, w.site(&w.b, acme).await);
        let (qa, qb) = (Queue::Site(a), Queue::Site(b));
        let (x, y) = tokio::join!(jobs::work_off(&qa), jobs::work_off(&qb));
        x.unwrap();
        y.unwrap();
        w.a.node.core().jobs.idle().await;
        w.b.node.core().jobs.idle().await;
        assert_eq!(w.post.taken().len(), 8);
    });
}

#[test]
fn a_mail_survives_a_death_at_every_step() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        for (step, copies) in [("due.claimed", 1), ("job.claimed", 1), ("job.mailed", 2)] {
            let (id, before) = (w.mail(acme, step).await, w.post.taken().len());
            w.a.fate.dies_at(step);
            let _ = w.works(&w.a).await;
            assert!(w.a.fate.is_dead(), "{step} was reached");
            w.b.node.work_once().await.unwrap();
            assert_eq!(w.job(acme, id).await.state.0, JobState::Waiting, "{step}: the claim holds");
            w.forward(CLAIM_OVER);
            w.b.node.work_once().await.unwrap();
            assert_eq!(w.job(acme, id).await.state.0, JobState::Done, "{step}");
            let taken = w.post.taken().split_off(before);
            assert_eq!(taken.len(), copies, "{step}");
            assert!(taken.iter().all(|text| message_id(text) == message_id(&taken[0])), "{step}: one id");
        }
    });
}

/// A link that ended long ago: what a clean-up removes.
async fn litter(w: &World, tenant: rowhouse_domain::TenantId) -> [u8; 32] {
    let hash = crate::keys::hash_token(&crate::keys::random_token());
    let row = TokenRow {
        hash: hash.to_vec(),
        purpose: TokenPurpose::Reset.as_str().into(),
        user: None,
        created_at: Col(w.now()),
        expires_at: Col(w.now()),
        used_at: None,
    };
    let site = w.site(&w.a, tenant).await;
    site.private(move |s| Box::pin(async move { s.add_token(&row).await })).await.unwrap();
    hash
}

async fn lies_there(w: &World, tenant: rowhouse_domain::TenantId, hash: [u8; 32]) -> bool {
    w.site(&w.a, tenant).await.look(move |s| Box::pin(s.token(hash))).await.unwrap().is_some()
}

const DAY: u64 = 24 * 3_600;

#[test]
fn effect_and_completion_stand_or_fall_together() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        let hash = litter(&w, acme).await;
        w.forward(2 * DAY);
        w.a.fate.dies_at("job.effect");
        let _ = w.works(&w.a).await;
        assert!(w.a.fate.is_dead());
        let before = w.round(acme).await;
        assert!(before.finished_at.is_none() && lies_there(&w, acme, hash).await, "nothing was kept");
        w.forward(2 * CLAIM_OVER);
        w.b.node.work_once().await.unwrap();
        let after = w.round(acme).await;
        assert!(after.finished_at.is_some() && !lies_there(&w, acme, hash).await, "{after:?}");
        assert!(after.run_at.0 > w.now(), "it comes round");
    });
}

#[test]
fn who_comes_back_after_its_claim_changes_nothing() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        w.forward(2 * DAY);
        let (reached, resume) = w.a.fate.stops_at("job.claimed");
        let late = w.works(&w.a);
        reached.notified().await;
        w.forward(CLAIM_OVER);
        // not by the catalogue's list, where the one that stopped may still hold the tenant
        jobs::work_off(&Queue::Site(w.site(&w.b, acme).await)).await.unwrap();
        let (done, hash) = (w.round(acme).await, litter(&w, acme).await);
        assert!(done.finished_at.is_some());
        resume.notify_one();
        late.await.unwrap();
        let now = w.round(acme).await;
        assert_eq!((now.run_at, now.finished_at), (done.run_at, done.finished_at));
        assert!(lies_there(&w, acme, hash).await, "its effect did not happen");
    });
}

#[test]
fn what_is_noted_while_somebody_works_is_not_lost() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        let catalogue = &w.a.node.core().catalogue;
        catalogue.note_due(acme, w.now()).await.unwrap();
        let claim = || JobClaim {
            token: uuid::Uuid::new_v4(),
            now: w.now(),
            until: w.now() + std::time::Duration::from_secs(6),
        };
        let [due] = catalogue.claim_due(claim(), 5).await.unwrap()[..] else { panic!("one is due") };
        assert!(catalogue.claim_due(claim(), 5).await.unwrap().is_empty(), "it is held");
        catalogue.note_due(acme, w.now() + std::time::Duration::from_secs(1)).await.unwrap();
        assert!(catalogue.release_due(due, DueEnd::Until(None), w.now()).await.unwrap());
        let [again] = catalogue.claim_due(claim(), 5).await.unwrap()[..] else { panic!("it is due again") };
        assert!(
            !catalogue.release_due(due, DueEnd::Until(None), w.now()).await.unwrap(),
            "the old claim is over"
        );
        assert!(catalogue.release_due(again, DueEnd::Until(None), w.now()).await.unwrap());
        assert!(catalogue.claim_due(claim(), 5).await.unwrap().is_empty());
    });
}

#[test]
fn a_tenant_that_cannot_be_worked_for_holds_up_no_other() {
    on_each(|w| async move {
        let (broken, acme) = (w.tenant("broken").await, w.tenant("acme").await);
        let (lost, kept) = (w.mail(broken, "Lost").await, w.mail(acme, "Kept").await);
        let target = w.site(&w.a, broken).await.store().target().clone();
        w.a.node.core().pools.forget(&target);
        rowhouse_store::drop_place(&target).await.unwrap();
        w.a.node.work_once().await.unwrap();
        assert_eq!(w.job(acme, kept).await.state.0, JobState::Done);
        assert!(w.post.taken().iter().all(|text| !text.contains(&lost.0.simple().to_string())));
        let next = w.a.node.core().catalogue.next_work(w.now()).await.unwrap().tenants;
        assert!(next.is_some_and(|at| at > w.now()), "it is tried again later: {next:?}");
    });
}

#[test]
fn sleeping_tenants_stay_asleep_and_suspended_ones_wait() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        w.mail(acme, "First").await;
        w.a.node.work_once().await.unwrap();
        assert_eq!((w.post.taken().len(), w.a.node.cache_stats().sites), (1, 0), "nobody was woken");
        let tenants = w.a.node.lifecycle();
        tenants.suspend("acme", "moving", &Actor::system()).await.unwrap();
        w.a.node.refresh().await.unwrap();
        w.mail(acme, "Second").await;
        w.a.node.work_once().await.unwrap();
        assert_eq!(w.post.taken().len(), 1);
        tenants.resume("acme", &Actor::system()).await.unwrap();
        w.a.node.work_once().await.unwrap();
        assert_eq!(w.post.taken().len(), 2);
    });
}

#[test]
fn a_node_that_leaves_claims_nothing_more() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        let id = w.mail(acme, "Hello").await;
        w.a.node.rest(std::time::Duration::from_secs(1)).await;
        jobs::work_off(&Queue::Site(w.site(&w.a, acme).await)).await.unwrap();
        assert_eq!(w.job(acme, id).await.state.0, JobState::Waiting);
        w.b.node.work_once().await.unwrap();
        assert_eq!(w.job(acme, id).await.state.0, JobState::Done);
    });
}

#[test]
fn rounds_come_round_and_can_be_asked_for_but_not_given_up() {
    on_each(|w| async move {
        let acme = w.tenant("acme").await;
        let (site, system) = (w.site(&w.a, acme).await, Actor::system());
        let round = w.round(acme).await;
        assert!(round.run_at.0 <= w.now() + std::time::Duration::from_secs(24 * 3_600));
        let discarded = jobs::discard(&site, &system, round.id.0).await;
        assert!(matches!(discarded, Err(EngineError::Conflict(_))), "{discarded:?}");
        let hash = litter(&w, acme).await;
        jobs::retry(&site, &system, round.id.0).await.unwrap();
        w.b.node.work_once().await.unwrap();
        assert!(!lies_there(&w, acme, hash).await);
        assert_eq!(w.round(acme).await.id.0, round.id.0, "it is the same job");
    });
}

#[test]
fn deleted_tenants_go_when_their_grace_is_over() {
    on_each(|w| async move {
        w.tenant("acme").await;
        let (tenants, system) = (w.a.node.lifecycle(), Actor::system());
        tenants.delete("acme", &system).await.unwrap();
        let deleted = async || {
            let filter = crate::tenants::TenantFilter {
                state: Some(rowhouse_domain::tenant::TenantState::Deleted),
                limit: 10,
                ..crate::tenants::TenantFilter::default()
            };
            tenants.list(filter, &system).await.unwrap().total
        };
        jobs::keep_rounds(&Queue::Own(Box::new(tenants.clone()))).await.unwrap();
        assert_eq!(deleted().await, 1);
        w.forward(3 * 3_600);
        let (a, b) = (w.works(&w.a), w.works(&w.b));
        a.await.unwrap();
        b.await.unwrap();
        assert_eq!(deleted().await, 0);
    });
}
