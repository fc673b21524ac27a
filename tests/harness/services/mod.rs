//! Real servers for tests: PostgreSQL, Redis and HAProxy, private to the test run, and a proxy that breaks
//! connections on purpose.
//!
//! Every server is kept by the script `tests/keep`, which ends with the pipe to its parent; so nothing is
//! left behind, however a test ends. What is installed is decided by `tests/run`; a server that it has
//! listed as skipped is `None` here, any other that does not start is an error.

mod chaos;
mod haproxy;
mod keep;
mod postgres;
mod redis;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

pub use chaos::ChaosProxy;
pub use haproxy::Haproxy;
pub use postgres::{Database, Postgres};
pub use redis::Redis;

/// A loopback address that nobody listens on, for servers that cannot choose a port themselves.
///
/// # Errors
/// The system has no free port.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Whether `tests/run` has said that this suite is to be left out. Printed, so that it is not silent.
///
/// # Panics
/// If it is left out where nothing may be.
#[must_use]
pub fn is_skipped(suite: &str) -> bool {
    let skipped =
        variable("ROWHOUSE_TEST_SKIP").is_some_and(|list| list.split(' ').any(|name| name == suite));
    if skipped {
        skip(&format!("{suite} is not installed"));
    }
    skipped
}

/// Says that a test does nothing for want of something.
///
/// # Panics
/// Where continuous integration says that nothing may be skipped.
pub fn skip(why: &str) {
    assert!(variable("CI").as_deref() != Some("true"), "nothing may be skipped with CI=true: {why}");
    eprintln!("SKIPPED: {why}");
}

/// What `tests/run` has to say to the test programs.
pub(crate) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests/run passes what it has started by environment")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
