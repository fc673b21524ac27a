//! A process that is talked to by lines: what it prints is read as it comes, orders go to its standard input.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// How long a program may take to say what it must say.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program, killed when this is dropped.
pub struct Program {
    child: Mutex<Child>,
    process: u32,
    lines: tokio::sync::Mutex<UnboundedReceiver<String>>,
}

impl Program {
    /// Starts it. `log` gets what it writes to standard error.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(program: &Path, arguments: &[&str], log: &Path) -> anyhow::Result<Self> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut command = Command::new(program);
        command.args(arguments).env("NO_COLOR", "1").env_remove("RUST_LOG");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().with_context(|| program.display().to_string())?;
        let out = child.stdout.take().context("a pipe")?;
        let (sender, lines) = unbounded_channel();
        std::thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
        });
        Ok(Self { process: child.id(), child: Mutex::new(child), lines: tokio::sync::Mutex::new(lines) })
    }

    pub const fn process(&self) -> u32 {
        self.process
    }

    /// Waits for a line that begins with `word`; answers the rest of it.
    ///
    /// # Errors
    /// If it ends or is silent instead.
    pub async fn says(&self, word: &str) -> anyhow::Result<String> {
        let told = async {
            while let Some(line) = self.line().await {
                if let Some(rest) = line.strip_prefix(word) {
                    return Ok(rest.trim_start().to_owned());
                }
            }
            bail!("it ended and never said {word:?}")
        };
        tokio::time::timeout(PATIENCE, told).await.with_context(|| format!("it never said {word:?}"))?
    }

    /// What it says next; nothing after its end.
    pub async fn line(&self) -> Option<String> {
        self.lines.lock().await.recv().await
    }

    /// Gives it an order.
    ///
    /// # Errors
    /// If it is gone.
    pub fn order(&self, line: &str) -> anyhow::Result<()> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let input = child.stdin.as_mut().context("a pipe")?;
        // in one piece, so that orders do not mix
        input.write_all(format!("{line}\n").as_bytes())?;
        Ok(())
    }

    /// `STOP` freezes it, `CONT` thaws it.
    ///
    /// # Errors
    /// If it is gone.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        let kill = format!("kill -s {name} {}", self.process);
        let status = Command::new("bash").args(["-c", &kill]).status()?;
        anyhow::ensure!(status.success(), "{kill} failed");
        Ok(())
    }

    /// `kill -9`.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let _gone = child.kill();
        let _waited = child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
