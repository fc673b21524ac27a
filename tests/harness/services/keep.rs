//! A server process under the care of the script `tests/keep`.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

use anyhow::{Context, bail};

/// A running server; stopped, and its files removed, when this is dropped or its process ends.
pub(super) struct Kept {
    keeper: Child,
    input: Option<ChildStdin>,
    server: u32,
    /// What the script says about how to reach the server.
    pub address: String,
}

impl Kept {
    /// Starts a server and waits until it is ready. Not bound to any runtime: one server may serve tests
    /// that each have their own.
    pub async fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        let arguments: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
        tokio::task::spawn_blocking(move || Self::start_blocking(&arguments)).await?
    }

    fn start_blocking(arguments: &[String]) -> anyhow::Result<Self> {
        let script: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("keep");
        let mut keeper = Command::new(&script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be run", script.display()))?;
        let input = keeper.stdin.take();
        let mut line = String::new();
        if let Some(output) = keeper.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let Some((server, address)) = line.trim_end().split_once(' ') else {
            let status = keeper.wait()?;
            bail!("tests/keep {} ended with {status}; its reason is on standard error", arguments.join(" "));
        };
        Ok(Self { server: server.parse()?, address: address.to_owned(), keeper, input })
    }

    /// Sends a signal to the server itself: `STOP` and `CONT` freeze and thaw it, `KILL` kills it.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        // The shell's own `kill`: the program of that name is not installed everywhere.
        let command = format!("kill -s {name} {}", self.server);
        let status = Command::new("bash").args(["-c", &command]).status()?;
        anyhow::ensure!(status.success(), "{command} failed");
        Ok(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.input.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("a test server may be left: {error}");
        }
    }
}
