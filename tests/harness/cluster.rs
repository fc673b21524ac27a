//! A whole cluster on this machine, as `deploy/local-cluster` makes it: PostgreSQL, Redis, HAProxy and nodes that
//! are processes of their own. It goes with its owner, also if that one is killed.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::{Client, Done, repository, run, services::is_skipped};

/// A running cluster. The sites of the demonstration, `acme` and `journal`, are in it.
pub struct Cluster {
    folder: TempDir,
    program: PathBuf,
    facts: BTreeMap<String, String>,
    watch: Child,
}

impl Cluster {
    /// Starts one of three nodes that run `node cli …`, with settings (`section.key=value`) over those that every
    /// cluster has. `None` if a server is not installed and `tests/run` has said so.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn up(node: &str, settings: &[&str]) -> Option<Self> {
        if ["postgres", "redis", "haproxy"].iter().any(|server| is_skipped(server)) {
            return None;
        }
        // PostgreSQL is another user where this one is root, and has to get in
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o711);
        let folder = tempfile::Builder::new().permissions(mode).tempdir().expect("a folder");
        let program = folder.path().join("rowhouse");
        std::fs::write(&program, format!("#!/bin/sh\nexec '{node}' cli \"$@\"\n")).expect("a script");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).expect("a script");
        let watch = watch(&folder.path().join("cluster"));
        let mut cluster = Self { folder, program, facts: BTreeMap::new(), watch };
        let program = cluster.program.display().to_string();
        let sets = settings.iter().flat_map(|setting| ["--set", setting]);
        let words: Vec<_> = ["--demo", "--binary", &program].into_iter().chain(sets).collect();
        cluster.command("up", &words).await;
        Some(cluster)
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("cluster")
    }

    /// Runs a verb of `local-cluster` and reads the facts anew.
    async fn command(&mut self, verb: &str, words: &[&str]) {
        let dir = self.dir().display().to_string();
        let words = [&[verb, "--dir", &dir], words].concat();
        run(&script().display().to_string(), &words, "").await.succeeds();
        let text = std::fs::read_to_string(self.dir().join("cluster.env")).expect("facts");
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        self.facts =
            pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned())).collect();
    }

    /// A line of `cluster.env`.
    ///
    /// # Panics
    /// If there is none of this name.
    #[must_use]
    pub fn fact(&self, name: &str) -> &str {
        self.facts.get(name).unwrap_or_else(|| panic!("cluster.env has no {name}"))
    }

    fn address(&self, name: &str) -> SocketAddr {
        self.fact(name).trim_start_matches("http://").parse().expect("an address")
    }

    /// Where the balancer serves sites.
    ///
    /// # Panics
    /// Never: it was started.
    #[must_use]
    pub fn balancer(&self) -> SocketAddr {
        self.address("LB_URL")
    }

    /// Somebody new before the balancer.
    #[must_use]
    pub fn visitor(&self) -> Client {
        Client::new(self.balancer())
    }

    /// Somebody at one node's listener for sites, past the balancer.
    #[must_use]
    pub fn at_node(&self, node: usize) -> Client {
        Client::new(self.node_address(node))
    }

    /// Where one node serves sites.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn node_address(&self, node: usize) -> SocketAddr {
        self.address(&format!("NODE{node}_URL"))
    }

    /// Where one node serves operations.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn operations_address(&self, node: usize) -> SocketAddr {
        self.address(&format!("NODE{node}_OPS"))
    }

    /// How many nodes the balancer sends requests to now, as it says itself.
    ///
    /// # Panics
    /// If it does not answer.
    pub async fn nodes_in_service(&self) -> usize {
        let figures = Client::new(self.address("LB_OPS")).get("/stats;csv").await.is(200).text();
        let lines = figures.lines().map(|line| line.split(',').collect::<Vec<_>>());
        lines
            .filter(|line| matches!(line[..], ["nodes", name, ..] if name.starts_with("node")))
            // the column `status`
            .filter(|line| line.get(17).is_some_and(|status| status.starts_with("UP")))
            .count()
    }

    /// Runs the program upon this cluster.
    pub async fn rowhouse(&self, words: &[&str]) -> Done {
        let words = [&["--config", self.fact("CONFIG")], words].concat();
        run(&self.program.display().to_string(), &words, "").await
    }

    /// Has a node leave, and waits until it has.
    pub async fn stop(&mut self, node: usize) {
        self.command("stop-node", &[&node.to_string()]).await;
    }

    /// `kill -9`.
    pub async fn kill(&mut self, node: usize) {
        self.command("kill-node", &[&node.to_string()]).await;
    }

    /// Starts a node that is down, and waits until it is ready.
    pub async fn start(&mut self, node: usize) {
        self.command("start-node", &[&node.to_string()]).await;
    }

    /// Has a node leave and starts it again.
    pub async fn restart(&mut self, node: usize) {
        self.command("restart-node", &[&node.to_string()]).await;
    }
}

fn script() -> PathBuf {
    repository().join("deploy/local-cluster")
}

/// Brings the cluster down when its input ends, which it does with this process at the latest.
fn watch(dir: &Path) -> Child {
    let line = r#"cat >/dev/null; exec "$0" down --remove --dir "$1""#;
    let mut command = Command::new("sh");
    // an interrupt from the terminal reaches the whole group; the end of the input follows it
    command.args(["-c", &format!("trap '' INT; {line}")]).arg(script()).arg(dir);
    command.stdin(Stdio::piped()).spawn().expect("a shell")
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        if let Err(error) = self.watch.wait() {
            eprintln!("a test cluster may be left: {error}");
        }
    }
}
