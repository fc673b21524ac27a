//! What the tests of this crate are given by whoever runs them: servers and real data. What is not given is
//! skipped and printed; where continuous integration says that nothing may be skipped, it is a failure.

use std::path::{Path, PathBuf};

/// Runs a test on every kind of database there is: on files, with `None`, and on the server of this URL.
///
/// # Panics
/// If the test fails.
pub(crate) fn on_each(test: impl AsyncFn(Option<String>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        test(None).await;
        match variable("ROWHOUSE_TEST_POSTGRES") {
            Some(server) => test(Some(server)).await,
            None => skipped("ROWHOUSE_TEST_POSTGRES names no PostgreSQL; tests/run starts one"),
        }
    });
}

/// The public theme unit test export of WordPress, which lies beside the project and is no part of it.
pub(crate) fn export() -> Option<PathBuf> {
    let beside = || {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        top.join("../shared/data/wordpress/theme-unit-test.xml")
    };
    let file = variable("ROWHOUSE_TEST_WXR").map_or_else(beside, PathBuf::from);
    if file.is_file() {
        return Some(file);
    }
    skipped(&format!("there is no export at {}; set ROWHOUSE_TEST_WXR", file.display()));
    None
}

fn skipped(what: &str) {
    assert!(variable("CI").as_deref() != Some("true"), "nothing may be skipped with CI=true: {what}");
    eprintln!("SKIPPED: {what}");
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says what there is")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
