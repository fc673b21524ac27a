//! A server process under the care of the script `tests/keep`.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::{Context, bail};

/// A running server; stopped, and its files removed, when this is dropped or its process ends.
pub(super) struct Kept {
    keeper: Child,
    talk: Arc<Mutex<Option<Talk>>>,
    server: Arc<AtomicU32>,
    /// What the script says about how to reach the server.
    pub address: String,
}

/// What is said to the script and what it answers.
struct Talk {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Talk {
    /// The process of the server and its address.
    fn told(&mut self) -> anyhow::Result<(u32, String)> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let told = line.trim_end().split_once(' ').context("tests/keep says why on standard error")?;
        Ok((told.0.parse()?, told.1.to_owned()))
    }
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
        let (input, output) = (keeper.stdin.take(), keeper.stdout.take().map(BufReader::new));
        let mut talk = Talk { input: input.context("a pipe")?, output: output.context("a pipe")? };
        let Ok((server, address)) = talk.told() else {
            let status = keeper.wait()?;
            bail!("tests/keep {} ended with {status}; its reason is on standard error", arguments.join(" "));
        };
        let (talk, server) = (Arc::new(Mutex::new(Some(talk))), Arc::new(AtomicU32::new(server)));
        Ok(Self { keeper, talk, server, address })
    }

    /// Sends a signal to the server itself: `STOP` and `CONT` freeze and thaw it, `KILL` kills it.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        // The shell's own `kill`: the program of that name is not installed everywhere.
        let command = format!("kill -s {name} {}", self.server.load(Ordering::Relaxed));
        let status = Command::new("bash").args(["-c", &command]).status()?;
        anyhow::ensure!(status.success(), "{command} failed");
        Ok(())
    }

    /// Ends the server with this signal, or as it likes to be ended; its files stay.
    pub async fn stop(&self, signal: &str) -> anyhow::Result<()> {
        self.order(format!("stop {signal}\n")).await
    }

    /// Starts the server again upon its files, at the same address.
    pub async fn start_again(&self) -> anyhow::Result<()> {
        self.order("start\n".to_owned()).await
    }

    async fn order(&self, line: String) -> anyhow::Result<()> {
        let (talk, server) = (self.talk.clone(), self.server.clone());
        let work = move || {
            let mut talk = talk.lock().unwrap_or_else(PoisonError::into_inner);
            let talk = talk.as_mut().context("it has ended")?;
            talk.input.write_all(line.as_bytes())?;
            server.store(talk.told()?.0, Ordering::Relaxed);
            Ok(())
        };
        tokio::task::spawn_blocking(work).await?
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.talk.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("a test server may be left: {error}");
        }
    }
}
