//! The driver against databases in memory and a clock moved by hand.

mod world;

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::FutureExt;
use rowhouse_domain::{
    Clock, Moment, TenantId,
    coherence::{Tag, Token},
};

use self::world::*;
use super::*;
use crate::{
    flight::Crew,
    protocol::{Judgement, Since, Stale},
    render::Render,
};

#[tokio::test]
async fn silent_polls_confirm_all_so_that_hits_ask_nothing() {
    let scene = scene().await;
    assert!(matches!(scene.lookup(), Lookup::Unconfirmed));
    scene.confirmed().await.unwrap();
    assert!(!scene.hit());
    assert!(!scene.fill(scene.page()).await);
    for _ in 0..80 {
        scene.polls(1).await;
        scene.confirmed().await.unwrap();
        assert!(scene.hit());
    }
    assert_eq!(scene.rows().asks, 1);
    assert!(scene.rows().polls[1..].iter().all(|since| *since == Since::After(5)));
}

#[tokio::test]
async fn without_polls_a_confirmation_lasts_delta_from_the_sending() {
    let scene = scene().await;
    scene.fake.answer_takes.store(600, Ordering::SeqCst);
    scene.confirmed().await.unwrap();
    scene.clock.pass(400);
    assert!(matches!(scene.lookup(), Lookup::Miss));
    scene.clock.pass(1);
    assert!(matches!(scene.lookup(), Lookup::Unconfirmed));
}

#[tokio::test]
async fn a_change_by_another_process_shows_after_the_next_poll() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    scene.rows().write(Tag::Settings);
    scene.polls(1).await;
    assert!(scene.hit(), "an unrelated change leaves the page");
    scene.rows().write(Tag::Theme);
    scene.polls(1).await;
    assert!(!scene.hit());
    let now = scene.clock.moment();
    let page = scene.live().explain(&scene.key, now).page.unwrap();
    assert_eq!(page.judgement, Judgement::Stale(Stale::Touched(Tag::Theme)));
    scene.fill(scene.page()).await;
    assert!(scene.hit());
}

#[tokio::test]
async fn an_own_change_shows_at_once_and_a_strange_hint_only_asks() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    let change = scene.rows().write(Tag::Theme);
    scene.node.hint(scene.fake.tenant, &change);
    assert!(!scene.hit());
    assert_eq!(scene.live().head(), Some(change.version()));
    let _lost = scene.rows().write(Tag::Settings);
    let later = scene.rows().write(Tag::Settings);
    scene.node.hint(scene.fake.tenant, &later);
    assert_eq!(scene.live().head(), Some(change.version()));
    scene.settle().await;
    assert_eq!(scene.live().head(), Some(later.version()));
}

/// As compressing does.
#[expect(clippy::disallowed_methods, reason = "it runs where it may take its time")]
fn with_gzip(plain: &Render) -> Option<Render> {
    std::thread::sleep(Duration::from_millis(50));
    Some(Render { gzip: Some(plain.identity.clone()), ..plain.clone() })
}

#[tokio::test]
async fn a_page_is_completed_behind_its_first_answer() {
    let scene = scene_with(Some(with_gzip)).await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    let has_gzip = || matches!(scene.lookup(), Lookup::Hit(page, _) if page.gzip.is_some());
    assert!(scene.hit() && !has_gzip(), "the first answer waited for nothing");
    while !has_gzip() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(scene.live().explain(&scene.key, scene.clock.moment()).entries, 1);
}

#[tokio::test]
async fn verification_takes_no_more_of_a_node_however_many_are_awake() {
    let scene = scene().await;
    let shared = scene.live().shared.clone();
    let every = shared.settings.verify_every;
    assert_eq!(shared.verify_every(), every);
    let many: Vec<TenantId> = (0..2_000).map(|_| TenantId::fresh()).collect();
    many.iter().for_each(|tenant| drop(scene.node.activate(*tenant)));
    let stretched = shared.verify_every();
    assert!(stretched > every && stretched >= Duration::from_secs(100), "{stretched:?}");
    many.iter().for_each(|tenant| scene.node.deactivate(*tenant));
    assert_eq!(shared.verify_every(), every);
}

#[tokio::test]
async fn what_was_overtaken_while_it_was_completed_is_not_kept() {
    let scene = scene_with(Some(with_gzip)).await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    let change = scene.rows().write(Tag::Theme);
    scene.node.hint(scene.fake.tenant, &change);
    for _ in 0..10 {
        assert!(!scene.hit());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_was_begun_before_a_purge_is_not_kept_after_it() {
    let scene = scene_with(Some(with_gzip)).await;
    scene.confirmed().await.unwrap();
    // while it is made
    let (live, now) = (scene.live(), scene.clock.moment());
    let (purged, page) = (live.clone(), scene.page());
    let made = live.fill(&scene.key, live.need(now), Crew::Task, move || async move {
        purged.purge();
        Ok(page)
    });
    made.await.unwrap();
    assert!(!scene.hit());
    // while it is completed
    scene.fill(scene.page()).await;
    assert!(scene.hit());
    live.purge_page(&scene.key);
    for _ in 0..10 {
        assert!(!scene.hit());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_intent_from_before_the_tenant_came_alive_is_outstanding_until_repaired() {
    let scene = scene().await;
    let intent = Token::fresh();
    scene.rows().announce(intent); // and its writer dies
    scene.polls(1).await;
    scene.confirmed().await.unwrap();
    let asked = scene.clock.moment();
    scene.polls(3).await;
    let answers_only = scene.live().confirmed().unwrap();
    assert!(answers_only >= asked && scene.rows().asks > 1, "asked in the background");
    scene.fake.gate.forget_permits(100);
    scene.polls(1).await;
    assert!(scene.live().confirmed().unwrap() < scene.node.polled().unwrap(), "silence confirms nothing");
    assert_eq!(scene.rows().repairs, [intent]);
    scene.polls(1).await;
    assert_eq!(scene.live().confirmed(), scene.node.polled());
}

#[tokio::test]
async fn many_requests_share_a_question_and_strict_ones_only_a_later_one() {
    let scene = scene().await;
    scene.fake.gate.forget_permits(100);
    let ask = |strict: bool| {
        let (live, now) = (scene.live(), scene.clock.moment());
        let need = if strict { now } else { live.need(now) };
        tokio::spawn(async move { live.ensure_confirmed(need).await })
    };
    let mut requests: Vec<_> = (0..40).map(|_| ask(false)).collect();
    scene.settle().await;
    scene.clock.pass(10);
    requests.extend((0..40).map(|_| ask(true)));
    scene.settle().await;
    scene.fake.gate.add_permits(100);
    for request in requests {
        request.await.unwrap().unwrap();
    }
    assert_eq!(scene.rows().asks, 2);
}

#[tokio::test]
async fn a_failed_question_fails_all_who_waited_and_pages_stay_a_while() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    (scene.rows().down, scene.rows().catalogue_down) = (true, true);
    assert!(scene.node.poll().await.is_err());
    scene.clock.pass(2_000);
    scene.fake.gate.forget_permits(100);
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let (live, need) = (scene.live(), scene.live().need(scene.clock.moment()));
            tokio::spawn(async move { live.ensure_confirmed(need).await })
        })
        .collect();
    scene.settle().await;
    scene.fake.gate.add_permits(100);
    for request in requests {
        assert!(matches!(request.await.unwrap(), Err(Unconfirmed::Unreachable(_))));
    }
    assert_eq!(scene.rows().asks, 2);
    assert!(scene.live().lookup_stale(&scene.key, scene.clock.moment()).is_some());
    scene.clock.pass(58_001);
    assert!(scene.live().lookup_stale(&scene.key, scene.clock.moment()).is_none());
}

#[tokio::test]
async fn whoever_needs_a_younger_directory_shares_one_poll_and_nobody_waits_for_a_catalogue_that_is_away() {
    let scene = scene().await;
    scene.clock.pass(5_000);
    let need = scene.clock.moment();
    let many: Vec<_> = (0..20)
        .map(|_| {
            let node = scene.node.clone();
            tokio::spawn(async move { node.ensure_polled(need).await })
        })
        .collect();
    for one in many {
        one.await.unwrap().unwrap();
    }
    assert_eq!(scene.rows().polls.len(), 2);
    scene.node.ensure_polled(need).await.unwrap();
    assert_eq!(scene.rows().polls.len(), 2, "it is young enough");
    scene.clock.pass(5_000);
    scene.rows().catalogue_down = true;
    assert!(scene.node.ensure_polled(scene.clock.moment()).await.is_err());
    scene.node.ensure_polled(scene.clock.moment()).await.unwrap();
    assert_eq!(scene.rows().polls.len(), 3, "nobody asks what is known to fail");
}

#[tokio::test]
async fn a_lost_connection_or_a_lower_number_reads_everything() {
    let scene = scene().await;
    scene.rows().catalogue_down = true;
    assert!(scene.node.poll().await.is_err());
    scene.rows().catalogue_down = false;
    scene.polls(2).await;
    scene.rows().catalogue = 4;
    scene.polls(1).await;
    use Since::{After, Everything};
    assert_eq!(scene.rows().polls, [Everything, After(5), Everything, After(5), After(5), Everything]);
}

#[tokio::test]
async fn a_tenant_that_left_the_catalogue_is_not_confirmed_by_silence() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    scene.polls(1).await;
    assert_eq!(scene.live().confirmed(), scene.node.polled());
    (scene.rows().pulse, scene.rows().catalogue) = (None, 4);
    scene.polls(1).await;
    assert!(scene.live().confirmed().unwrap() < scene.node.polled().unwrap());
}

#[tokio::test]
async fn tenants_rows_are_told_and_told_again_when_they_could_not_be_taken_up() {
    let scene = scene().await;
    assert_eq!(scene.rows().told, [(true, 1)]);
    let (first, applied) = (scene.node.directory_confirmed(), scene.node.applied());
    scene.node.rows_applied().await;
    {
        let mut rows = scene.rows();
        rows.catalogue = 6;
        let tenant = scene.fake.tenant;
        rows.tenants = vec![(tenant, 6)];
        rows.told_fails = true;
    }
    scene.clock.pass(250);
    assert!(scene.node.poll().await.is_err());
    assert_eq!((scene.node.directory_confirmed(), scene.node.applied()), (first, applied));
    assert!(scene.node.rows_applied().now_or_never().is_none());
    scene.rows().told_fails = false;
    scene.polls(2).await;
    assert_eq!(scene.rows().told, [(true, 1), (false, 1), (true, 1)]);
    assert_eq!(scene.node.directory_confirmed(), scene.node.polled());
    assert_eq!(scene.node.applied(), 6);
    assert!(scene.node.rows_applied().now_or_never().is_some());
}

#[tokio::test]
async fn a_tenant_that_cannot_be_asked_is_named_until_it_answers_or_nobody_wants_it() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    let named = || scene.node.failing(Duration::from_millis(10_000));
    assert_eq!(named(), []);
    scene.clock.pass(2_000);
    scene.rows().down = true;
    let since = Moment(scene.clock.0.load(Ordering::SeqCst));
    for _ in 0..2 {
        scene.live().ensure_confirmed(scene.clock.moment()).await.unwrap_err();
        assert_eq!(named(), [(scene.fake.tenant, since)]);
        scene.clock.pass(1_000);
    }
    scene.clock.pass(9_001);
    assert_eq!(named(), [], "nobody has wanted it for long");
    scene.live().ensure_confirmed(scene.clock.moment()).await.unwrap_err();
    assert_eq!(named(), [(scene.fake.tenant, since)]);
    scene.rows().down = false;
    scene.clock.pass(1_000);
    scene.live().ensure_confirmed(scene.clock.moment()).await.unwrap();
    assert_eq!(named(), []);
}

#[tokio::test]
async fn a_rollback_that_the_pulse_hides_is_noticed_by_the_verification_and_repaired() {
    let scene = scene().await;
    let old = scene.rows().row;
    let change = scene.rows().write(Tag::Settings);
    scene.polls(1).await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    scene.rows().row = old; // the database fell back; the catalogue does not know
    scene.polls(80).await;
    scene.confirmed().await.unwrap();
    assert_eq!(scene.live().head(), Some(change.version()));
    scene.polls(50).await;
    scene.confirmed().await.unwrap();
    scene.settle().await;
    assert_eq!(scene.live().head(), Some(old));
    assert!(!scene.hit());
    scene.polls(8).await;
    assert_eq!(scene.rows().repairs, [change.token]);
    assert_eq!(scene.live().confirmed(), scene.node.polled());
}

#[tokio::test]
async fn a_page_in_constant_use_does_not_hide_a_rollback() {
    let scene = scene().await;
    let old = scene.rows().row;
    let change = scene.rows().write(Tag::Settings);
    scene.polls(1).await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    scene.rows().row = old; // the database fell back; the catalogue does not know
    let asked = scene.rows().asks;
    for _ in 0..118 {
        assert!(scene.hit(), "30 s have not passed");
        scene.polls(1).await;
    }
    assert_eq!((scene.rows().asks, scene.live().head()), (asked, Some(change.version())));
    for _ in 0..8 {
        let _hit_or_not = scene.lookup();
        scene.polls(1).await;
    }
    assert_eq!(scene.live().head(), Some(old));
    assert!(!scene.hit());
}

#[tokio::test]
async fn a_page_that_nobody_wanted_for_long_is_not_shown_before_the_row_was_read() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    scene.polls(4 * 61).await;
    assert!(matches!(scene.lookup(), Lookup::Unconfirmed));
    scene.confirmed().await.unwrap();
    assert!(scene.hit());
}

#[tokio::test]
async fn a_fenced_database_and_a_closed_tenant_serve_nothing() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    scene.fill(scene.page()).await;
    scene.rows().fenced = true;
    let live = scene.live();
    assert_eq!(live.ensure_confirmed(Moment(u64::MAX)).await, Err(Unconfirmed::Fenced));
    scene.polls(1).await;
    assert!(!scene.hit());
    scene.node.deactivate(scene.fake.tenant);
    assert_eq!(live.ensure_confirmed(Moment(0)).await, Err(Unconfirmed::Closed));
    scene.rows().fenced = false;
    scene.confirmed().await.unwrap();
    assert!(!scene.hit());
    assert_eq!(scene.node.stats().entries, 0);
}

#[tokio::test]
async fn a_slow_render_from_before_an_edit_is_handed_out_but_not_kept() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    let before = scene.page();
    let change = scene.rows().write(Tag::Theme);
    scene.node.hint(scene.fake.tenant, &change);
    scene.fill(before).await;
    assert!(!scene.hit());
    assert_eq!(scene.node.stats().entries, 0);
}

#[tokio::test]
async fn a_render_newer_than_the_head_waits_for_it() {
    let scene = scene().await;
    scene.confirmed().await.unwrap();
    let _unheard = scene.rows().write(Tag::Theme);
    scene.fake.gate.forget_permits(100);
    scene.fill(scene.page()).await;
    assert_eq!((scene.hit(), scene.live().explain(&scene.key, Moment(0)).held_aside), (false, 1));
    scene.fake.gate.add_permits(100);
    scene.settle().await;
    assert_eq!((scene.hit(), scene.live().explain(&scene.key, Moment(0)).held_aside), (true, 0));
}
