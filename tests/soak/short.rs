//! The run of the coherence checker that belongs to the suite: short, with each fault at least once. The long
//! one is `tests/soak/run`.

use std::process::Command;

use rowhouse_tests::services::is_skipped;

fn soak(arguments: &[&str]) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rowhouse-soak"));
    command.args(["--node", env!("CARGO_BIN_EXE_rowhouse-test-node")]).args(arguments);
    command.status().expect("the checker runs").success()
}

#[test]
fn no_promise_is_broken_while_things_break() {
    if is_skipped("postgres") {
        return;
    }
    assert!(soak(&["--seconds", "45", "--seed", "1"]), "the report is above");
}
