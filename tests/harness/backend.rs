//! The two kinds of databases. A test body is written once and runs on both.

use crate::services::Postgres;

/// Where a node keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Files in a folder of the test.
    Sqlite,
    /// Databases of the test on the run's PostgreSQL.
    Postgres,
}

/// Runs a test on SQLite, then on PostgreSQL.
///
/// # Panics
/// If either fails.
pub fn on_both<F: Future<Output = ()>>(test: impl Fn(Backend) -> F) {
    on(Backend::Sqlite, &test);
    on(Backend::Postgres, &test);
}

/// Runs a test on one kind of database, on a runtime of its own. Where there is no PostgreSQL this is printed;
/// `tests/run` lets that pass only outside of continuous integration.
///
/// # Panics
/// If the test fails.
pub fn on<F: Future<Output = ()>>(backend: Backend, test: impl Fn(Backend) -> F) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        if backend == Backend::Postgres && Postgres::shared().await.expect("PostgreSQL starts").is_none() {
            return;
        }
        eprintln!("on {backend:?}");
        test(backend).await;
    });
    // what a stopped node still does in the background is nobody's business
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
}
