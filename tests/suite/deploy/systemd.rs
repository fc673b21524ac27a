//! The systemd unit and its settings.

use super::{
    Environment, accepted, balancers::servers, known_settings, moved, path, port, secrets, text, tool,
};
use rowhouse_tests::{Backend, on};

const UNIT: &str = "deploy/systemd/rowhouse.service";
const SETTINGS: &str = "deploy/systemd/rowhouse.toml";

/// All values of a key of the unit.
fn values(key: &str) -> Vec<String> {
    let unit = text(UNIT);
    unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).map(str::to_owned).collect()
}

fn environment() -> Environment {
    let pairs = values("Environment").into_iter();
    pairs
        .map(|pair| pair.split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned())).expect("NAME=VALUE"))
        .collect()
}

#[test]
fn the_unit_gives_settings_that_are_accepted_and_waits_for_a_node_that_leaves() {
    on(Backend::Sqlite, |_| async move {
        let Some(made) = secrets() else { return };
        let known = known_settings().await;
        let environment = moved(&environment(), "%d", &made.path().join("secrets/node"));
        let config = accepted(UNIT, &path(SETTINGS), &environment, &known);
        assert!(config.database_url.is_postgres());
        for server in servers() {
            let ports = (config.listen.port(), config.ops_listen.port());
            assert_eq!((port(&server.address), server.check), ports, "{SETTINGS} and the balancer");
        }
        let stop: u64 = values("TimeoutStopSec")[0].parse().expect("seconds");
        assert!(stop > (config.drain + rowhouse_web::FINISH).as_secs(), "{stop} s");
        assert_eq!(values("KillSignal"), ["SIGTERM"]);
        let media = config.media_url.to_string();
        let writable = values("ReadWritePaths");
        assert!(media.ends_with(writable[0].trim_start_matches('-')), "{media} is not in {writable:?}");
    });
}

#[test]
fn every_credential_is_loaded_and_read() {
    let mut loaded: Vec<String> = values("LoadCredential")
        .iter()
        .map(|pair| pair.split(':').next().expect("a name").to_owned())
        .collect();
    let mut read: Vec<String> =
        environment().values().filter_map(|value| value.strip_prefix("%d/")).map(str::to_owned).collect();
    loaded.sort();
    read.sort();
    assert_eq!(loaded, read);
    let guide = text("deploy/README.md");
    loaded
        .iter()
        .for_each(|name| assert!(guide.contains(&format!("`{name}`")), "README does not tell of {name}"));
}

#[test]
fn systemd_accepts_the_unit_and_finds_it_confined() {
    let folder = tempfile::tempdir().expect("a folder");
    let unit = folder.path().join("rowhouse.service");
    // as if it were installed
    let text = text(UNIT).replace("/usr/local/bin/rowhouse", crate::NODE);
    std::fs::write(&unit, text).expect("a unit");
    let unit = unit.display().to_string();
    let Some(verified) = tool("systemd", "systemd-analyze", &["verify", &unit], &Environment::new()) else {
        return;
    };
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
    let confined = ["security", "--offline=true", "--threshold=20", &unit];
    let Some(confined) = tool("systemd", "systemd-analyze", &confined, &Environment::new()) else { return };
    assert!(confined.status.success(), "{}", String::from_utf8_lossy(&confined.stdout));
}
