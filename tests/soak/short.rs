//! The run of the coherence checker that belongs to the suite: short, with each fault at least once. The long
//! one is `tests/soak/run`.

use std::{process::Command, sync::Mutex};

use rowhouse_tests::services::is_skipped;

fn soak(arguments: &[&str]) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rowhouse-soak"));
    command.args(["--node", env!("CARGO_BIN_EXE_rowhouse-test-node")]).args(arguments);
    command.status().expect("the checker runs").success()
}

/// Two clusters at a time would be slow for want of processors, and find nothing more.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn no_promise_is_broken_while_things_break() {
    let _turn = ONE_AT_A_TIME.lock();
    if is_skipped("postgres") {
        return;
    }
    let redis: &[&str] = if is_skipped("redis") { &[] } else { &["--redis"] };
    assert!(soak(&[&["--seconds", "45", "--seed", "1"], redis].concat()), "the report is above");
}

#[test]
fn a_broken_rule_is_noticed() {
    let _turn = ONE_AT_A_TIME.lock();
    if is_skipped("postgres") {
        return;
    }
    assert!(soak(&["--mutants", "--only", "tags_before_lock"]), "what was played is above");
}
