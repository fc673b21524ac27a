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

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    ops::Range,
};

use anyhow::Context;

pub use chaos::ChaosProxy;
pub use haproxy::Haproxy;
pub(crate) use postgres::execute;
pub use postgres::{Database, Postgres};
pub use redis::Redis;

/// Below the range from which the system gives out ports, and beside that of `tests/keep`: while a server is
/// down, its port must not become the near end of somebody's connection.
const PORTS: Range<u16> = 10_000..15_000;

/// A loopback address that nobody listens on, for servers that cannot choose a port themselves.
///
/// # Errors
/// No port of a hundred was free.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    let some = || {
        let [low, high, ..] = uuid::Uuid::new_v4().into_bytes();
        PORTS.start + u16::from_le_bytes([low, high]) % (PORTS.end - PORTS.start)
    };
    let free = |_| TcpListener::bind((Ipv4Addr::LOCALHOST, some())).ok()?.local_addr().ok();
    (0..100).find_map(free).context("no port is free")
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
