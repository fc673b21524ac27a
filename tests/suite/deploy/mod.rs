//! The files that run a cluster, held against what the program and the files themselves say: every variable is
//! a setting with a value that is accepted, every port one that is listened on, every path one that is there,
//! every health check one that is answered. Where the tool that reads a file is installed, it must accept it too.
//! What happens when a cluster begins from nothing is in `beginning`.

mod balancers;
mod beginning;
mod compose;
mod image;
mod kubernetes;
mod local;
mod systemd;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use rowhouse_app::Config;
use rowhouse_tests::{
    repository, run,
    services::{is_skipped, skip},
};
use serde_json::Value;
use tempfile::TempDir;

use crate::NODE;

/// Variables and their values.
type Environment = BTreeMap<String, String>;

fn path(name: &str) -> PathBuf {
    repository().join(name)
}

#[track_caller]
fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A file of YAML, its merge keys resolved.
#[track_caller]
fn yaml(name: &str) -> Value {
    let mut value: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    // what is merged may have merges of its own
    for _ in 0..2 {
        value.apply_merge().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    serde_json::to_value(value).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The texts in a list.
fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A map of variables; numbers as they are written.
fn environment(value: &Value) -> Environment {
    let pairs = value.as_object().into_iter().flatten();
    pairs
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), Into::into)))
        .collect()
}

/// Every setting the program knows, by itself.
async fn known_settings() -> BTreeSet<String> {
    let done = run(NODE, &["cli", "config", "show", "--json", "--config", "/dev/null"], "").await.succeeds();
    done.json().as_object().expect("settings by name").keys().cloned().collect()
}

/// The setting a variable is for, as the program's documentation has it: the whole key, else the key of a value
/// in a file.
fn setting_of(variable: &str, known: &BTreeSet<String>) -> Option<String> {
    let (section, key) = variable.strip_prefix("ROWHOUSE_")?.split_once("__")?;
    let whole = format!("{}.{}", section.to_lowercase(), key.to_lowercase());
    let in_file = whole.strip_suffix("_file").map(str::to_owned);
    [Some(whole), in_file].into_iter().flatten().find(|key| known.contains(key))
}

/// Wants a setting behind each variable that begins like one, and values that the program accepts.
#[track_caller]
fn accepted(what: &str, file: &Path, environment: &Environment, known: &BTreeSet<String>) -> Config {
    for name in environment.keys().filter(|name| name.starts_with("ROWHOUSE_")) {
        assert!(setting_of(name, known).is_some(), "{what}: {name} is no setting");
    }
    Config::load(Some(file), environment.clone(), &[]).unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// Variables that lead to the folder `to` where they led to `from`, which only a container or a service has.
fn moved(environment: &Environment, from: &str, to: &Path) -> Environment {
    let to = to.display().to_string();
    environment.iter().map(|(name, value)| (name.clone(), value.replace(from, &to))).collect()
}

/// What `deploy/docker/init.sh` makes: a folder with `secrets` and `media`. It gives files to groups, which only
/// root may; `None`, and a line that says so, for others.
fn secrets() -> Option<TempDir> {
    let folder = tempfile::tempdir().expect("a folder");
    let (secrets, media) = (folder.path().join("secrets"), folder.path().join("media"));
    for name in ["postgres", "redis", "node"] {
        std::fs::create_dir_all(secrets.join(name)).expect("a folder");
    }
    std::fs::create_dir_all(&media).expect("a folder");
    let id = Command::new("id").arg("-u").output().expect("id");
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        skip("deploy/docker/init.sh wants to be root, as it is in its container");
        return None;
    }
    let done = Command::new("sh").arg(path("deploy/docker/init.sh")).args([&secrets, &media]).output();
    let done = done.expect("a shell");
    assert!(done.status.success(), "{done:?}");
    Some(folder)
}

/// Runs a tool that reads a file. `None` where it is not installed and `tests/run` has said so under this name.
#[track_caller]
fn tool(
    suite: &str,
    name: &str,
    arguments: &[&str],
    environment: &Environment,
) -> Option<std::process::Output> {
    if is_skipped(suite) {
        return None;
    }
    // root's programs are not on everybody's path
    let line = r#"PATH=$PATH:/usr/local/sbin:/usr/sbin exec "$0" "$@""#;
    let mut command = Command::new("sh");
    command.args(["-c", line, name]).args(arguments).envs(environment).current_dir(repository());
    let output = command.output().expect("a shell");
    assert_ne!(output.status.code(), Some(127), "{name} is not installed; tests/run does that: {output:?}");
    Some(output)
}

/// As [`tool`], and wants it to accept.
#[track_caller]
fn accepts(suite: &str, name: &str, arguments: &[&str], environment: &Environment) -> bool {
    let Some(output) = tool(suite, name, arguments, environment) else { return false };
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {arguments:?} says: {said}");
    true
}

/// The port at the end of an address.
#[track_caller]
fn port(address: &str) -> u16 {
    let last = address.rsplit(':').next().and_then(|text| text.parse().ok());
    last.unwrap_or_else(|| panic!("{address} has no port"))
}
