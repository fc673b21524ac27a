//! The server that whoever runs the tests of this crate gives them. Without one they are skipped and printed;
//! where continuous integration says that nothing may be skipped, that is a failure.

/// The URL of a PostgreSQL server, as a superuser.
pub(crate) fn postgres() -> Option<String> {
    let server = variable("ROWHOUSE_TEST_POSTGRES");
    if server.is_none() {
        let what = "ROWHOUSE_TEST_POSTGRES names no PostgreSQL; tests/run starts one";
        assert!(variable("CI").as_deref() != Some("true"), "nothing may be skipped with CI=true: {what}");
        eprintln!("SKIPPED: {what}");
    }
    server
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says what there is")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
