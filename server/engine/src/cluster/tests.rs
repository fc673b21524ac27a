//! Rolls as the catalogue gives them, and what they mean.

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rowhouse_domain::{
    NodeId, TenantId,
    node::{NodeState, TroubleKind},
};
use rowhouse_store::{Col, Json, NodeRow, NodeTrouble, NodeTroubles, Roll};

use super::{ClusterStatus, Condition, Difference, NodeStatus, status::judge};

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn ago(seconds: i64) -> Timestamp {
    NOW - SignedDuration::from_secs(seconds)
}

/// A node that is well; `began` seconds ago.
fn node(name: &str, began: i64) -> (NodeRow, Timestamp) {
    let settings = BTreeMap::from([("cache.bytes".to_owned(), "d1".to_owned())]);
    let row = NodeRow {
        id: Col(NodeId::fresh()),
        name: name.into(),
        build: "1".into(),
        config_hash: "c1".into(),
        settings: Json(settings),
        key_fingerprint: "k1".into(),
        themes: "t1".into(),
        address: format!("{name}:8080"),
        ops_address: format!("{name}:9080"),
        started_at: Col(ago(began)),
        clock_at: Col(NOW),
        state: Col(NodeState::Ready),
        applied: 7,
        lag_ms: 200,
        troubles: Json(NodeTroubles::default()),
    };
    (row, NOW)
}

fn with((mut row, seen): (NodeRow, Timestamp), change: impl FnOnce(&mut NodeRow)) -> (NodeRow, Timestamp) {
    change(&mut row);
    (row, seen)
}

fn judged(nodes: Vec<(NodeRow, Timestamp)>) -> ClusterStatus {
    judge(Roll { head: 7, now: NOW, nodes }, Duration::from_secs(1))
}

fn of<'s>(status: &'s ClusterStatus, name: &str) -> &'s NodeStatus {
    status.nodes.iter().find(|node| node.name == name).unwrap()
}

#[test]
fn equal_nodes_that_are_ready_are_well() {
    let status = judged(vec![node("a", 30), node("b", 20), node("c", 10)]);
    assert!(status.is_well(), "{:?}", status.problems);
    assert!(status.nodes.iter().all(|node| node.state == Condition::Ready && !node.lags));
}

#[test]
fn no_node_is_not_well() {
    assert!(!judged(Vec::new()).is_well());
    let left = with(node("a", 30), |row| row.state = Col(NodeState::Left));
    assert!(!judged(vec![left]).is_well());
}

#[test]
fn a_node_that_nobody_hears_of_is_silent_whatever_it_said_last() {
    for state in [NodeState::Starting, NodeState::Ready, NodeState::Draining] {
        let (row, _) = with(node("b", 30), |row| row.state = Col(state));
        let status = judged(vec![node("a", 30), (row.clone(), ago(6))]);
        assert_eq!(of(&status, "b").state, Condition::Silent);
        assert_eq!(status.problems.len(), 1, "{:?}", status.problems);
        assert_ne!(of(&judged(vec![(row, ago(5))]), "b").state, Condition::Silent);
    }
    let (row, _) = with(node("b", 30), |row| row.state = Col(NodeState::Left));
    let status = judged(vec![node("a", 30), (row, ago(60))]);
    assert_eq!(of(&status, "b").state, Condition::Left);
    assert!(status.is_well(), "it said so");
}

#[test]
fn the_row_of_a_node_that_was_started_again_is_left_out() {
    let left = with(node("a", 60), |row| row.state = Col(NodeState::Left));
    let elsewhere = with(left.clone(), |row| {
        row.id = Col(NodeId::fresh());
        row.address = "other:8080".into();
    });
    let status = judged(vec![left, elsewhere, node("a", 10)]);
    let states: Vec<Condition> = status.nodes.iter().map(|node| node.state).collect();
    assert_eq!(states, [Condition::Left, Condition::Ready], "the one at another address is told of");
}

#[test]
fn what_most_have_is_usual_and_the_others_are_marked() {
    let odd = with(node("b", 90), |row| {
        row.build = "2".into();
        row.key_fingerprint = "k2".into();
        row.themes = "t2".into();
    });
    let status = judged(vec![node("a", 30), odd, node("c", 10)]);
    let usual = "1".to_owned();
    let expected = [Difference::Build { usual }, Difference::Keys, Difference::Themes];
    assert_eq!(of(&status, "b").differs, expected);
    assert!(of(&status, "a").differs.is_empty() && of(&status, "c").differs.is_empty());
    assert_eq!(status.problems.len(), 3);
}

#[test]
fn where_as_many_have_this_as_that_the_first_to_begin_is_usual() {
    let newcomer = with(node("a", 10), |row| row.themes = "t2".into());
    let status = judged(vec![newcomer, node("b", 30)]);
    assert_eq!(of(&status, "a").differs, [Difference::Themes]);
    assert!(of(&status, "b").differs.is_empty());
}

#[test]
fn settings_that_differ_are_named_among_nodes_with_the_same_keys() {
    let odd = with(node("b", 10), |row| {
        row.config_hash = "c2".into();
        row.settings.0.insert("cache.bytes".into(), "d2".into());
        row.settings.0.insert("cache.new".into(), "d3".into());
    });
    let settings = vec!["cache.bytes".to_owned(), "cache.new".to_owned()];
    let status = judged(vec![node("a", 30), odd.clone()]);
    assert_eq!(of(&status, "b").differs, [Difference::Configuration { settings }]);
    let odd = with(odd, |row| row.key_fingerprint = "k2".into());
    let status = judged(vec![node("a", 30), odd]);
    let unnamed = Difference::Configuration { settings: Vec::new() };
    assert_eq!(of(&status, "b").differs, [unnamed, Difference::Keys]);
}

#[test]
fn a_sentence_names_a_few_settings_and_counts_the_others() {
    let of = |count: usize| Difference::Configuration {
        settings: (1..=count).map(|number| format!("s{number}")).collect(),
    };
    assert_eq!(of(2).to_string(), "has another configuration: s1, s2");
    assert!(of(6).to_string().ends_with("s5, s6"));
    assert!(of(9).to_string().ends_with("s5, s6 and 3 more"));
}

#[test]
fn two_that_live_with_one_name_are_both_marked() {
    let twin = with(node("a", 10), |row| row.address = "twin:8080".into());
    let silent = (node("b", 10).0, ago(60));
    let status = judged(vec![node("a", 30), twin, node("b", 10), silent]);
    let marked: Vec<bool> = status.nodes.iter().map(|n| n.differs == [Difference::Name]).collect();
    assert_eq!(marked, [true, true, false, false], "a dead one takes nobody's name");
}

#[test]
fn a_clock_may_be_two_seconds_off() {
    let off = |ms: i64| with(node("b", 10), |row| row.clock_at = Col(NOW + SignedDuration::from_millis(ms)));
    for ms in [2_000, -2_000] {
        assert!(judged(vec![node("a", 30), off(ms)]).is_well());
    }
    for ahead_ms in [2_001, -3_500] {
        let status = judged(vec![node("a", 30), off(ahead_ms)]);
        assert_eq!(of(&status, "b").differs, [Difference::Clock { ahead_ms }]);
        assert!(of(&status, "a").differs.is_empty());
    }
}

#[test]
fn a_node_lags_that_could_not_read_the_catalogue_for_longer_than_pages_may_be_old() {
    let late = |lag_ms| {
        with(node("b", 10), |row| {
            row.lag_ms = lag_ms;
            row.applied = 3;
        })
    };
    let status = judged(vec![node("a", 30), late(1_001)]);
    assert!(of(&status, "b").lags && !of(&status, "a").lags && !status.is_well());
    assert_eq!(of(&status, "b").behind, 4);
    assert!(judged(vec![node("a", 30), late(1_000)]).is_well(), "what is new is on its way");
}

#[test]
fn a_tenant_that_a_node_cannot_place_is_the_nodes_problem_and_a_dead_database_is_not() {
    let troubled = |kind| {
        with(node("a", 30), |row| {
            let trouble = NodeTrouble {
                tenant: TenantId::fresh(),
                name: "acme".into(),
                kind,
                detail: "for a reason".into(),
            };
            row.troubles = Json(NodeTroubles { total: 1, listed: vec![trouble] });
        })
    };
    for kind in [TroubleKind::Row, TroubleKind::Address] {
        let status = judged(vec![troubled(kind)]);
        assert!(status.problems[0].what.contains("acme"), "{:?}", status.problems);
    }
    let status = judged(vec![troubled(TroubleKind::Database)]);
    assert!(status.is_well());
    assert_eq!(status.nodes[0].troubles.total, 1, "but it is told");
}

#[test]
fn ages_read_well() {
    let told: Vec<String> = [0, 999, 1_000, 119_999, 120_000, 7_200_000, 172_800_000].map(super::ago).into();
    assert_eq!(told, ["now", "now", "1 s ago", "119 s ago", "2 min ago", "2 h ago", "2 d ago"]);
}
