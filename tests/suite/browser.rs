//! What judges pages: the scripts of `tests/browser` and the programs that they need.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use rowhouse_tests::{repository, run, services};
use serde_json::{Value, json};

/// Where Chromium is, unless this is a machine without.
pub fn chromium() -> Option<PathBuf> {
    if services::is_skipped("browser") {
        return None;
    }
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let found = usual.iter().map(Path::new).find(|path| path.exists()).map(Path::to_owned);
    if found.is_none() {
        services::skip("there is no chromium; tests/run installs it");
    }
    found.filter(|_| scripts_can_run())
}

/// Whether HTML can be checked on this machine.
pub fn validator() -> bool {
    !services::is_skipped("browser") && scripts_can_run()
}

fn scripts_can_run() -> bool {
    let node = Command::new("node").arg("--version").output().is_ok_and(|out| out.status.success());
    let packages = repository().join("tests/browser/node_modules/axe-core").exists();
    if !(node && packages) {
        let told = format!("node: {node}, packages of tests/browser: {packages}; tests/run installs them");
        services::skip(&told);
    }
    node && packages
}

/// Gives a script its task and answers the faults that it finds.
pub async fn faults(script: &str, task: &Value) -> Vec<Value> {
    let script = repository().join("tests/browser").join(script).display().to_string();
    let done = run("node", &[&script], &task.to_string()).await.succeeds();
    done.json().as_array().unwrap().clone()
}

/// What is wrong with the HTML of pages.
pub async fn html_faults(authority: &str, paths: &[String]) -> Vec<Value> {
    faults("validate.mjs", &json!({ "base": format!("http://{authority}"), "paths": paths })).await
}

/// The kinds among faults.
pub fn kinds(faults: &[Value]) -> BTreeSet<String> {
    faults.iter().map(|fault| fault["what"].as_str().unwrap().to_owned()).collect()
}

/// Wants none.
#[track_caller]
pub fn none(faults: &[Value]) {
    assert!(faults.is_empty(), "{} faults of {:?}:\n{:#}", faults.len(), kinds(faults), json!(faults));
}
