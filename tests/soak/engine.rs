//! A writer in a process of its own, which changes sites through the engine as a command does. Several orders
//! can be on their way; it can be told to stand still at a step, to be killed there.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, bail};
use serde_json::{Value as Json, json};
use tokio::sync::{oneshot, watch};

use crate::program::Program;

/// How long an answer may take: longer than any fault lasts.
const PATIENCE: Duration = Duration::from_secs(60);

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Result<String, String>>>>>;

/// The process and what is asked of it.
pub struct Engine {
    program: Arc<Program>,
    waiting: Waiting,
    next: AtomicU64,
    halted: watch::Receiver<Option<String>>,
}

/// How it is started.
#[derive(Clone, Debug)]
pub struct Binary {
    pub program: PathBuf,
    pub broken: Option<String>,
    pub log: PathBuf,
}

impl Binary {
    /// Starts `verb` upon a settings file.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(&self, config: &Path, verb: &str) -> anyhow::Result<Program> {
        let config = config.display().to_string();
        let mut arguments = vec!["--config", &config, "--steered"];
        if let Some(rule) = &self.broken {
            arguments.extend(["--broken", rule]);
        }
        arguments.push(verb);
        Program::start(&self.program, &arguments, &self.log)
    }
}

impl Engine {
    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(binary: &Binary, config: &Path) -> anyhow::Result<Self> {
        let program = Arc::new(binary.start(config, "write")?);
        program.says("writing").await.context("the writer does not start")?;
        let (waiting, (sender, halted)) = (Waiting::default(), watch::channel(None));
        tokio::spawn(listen(program.clone(), waiting.clone(), sender));
        Ok(Self { program, waiting, next: AtomicU64::new(1), halted })
    }

    /// Has something done; answers what came of it.
    ///
    /// # Errors
    /// If it is refused, or nobody answers any more.
    pub async fn does(&self, mut order: Json) -> anyhow::Result<String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        order["id"] = json!(id);
        let (sender, answer) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, sender);
        self.program.order(&order.to_string())?;
        match tokio::time::timeout(PATIENCE, answer).await.context("the writer is silent")? {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(refused)) => bail!("{refused}"),
            Err(_) => bail!("the writer has ended"),
        }
    }

    /// Has it stand still at a step from now on, or be slow there: `halt STEP`, `delay STEP MILLISECONDS`.
    ///
    /// # Errors
    /// If it is gone.
    pub fn steer(&self, order: &str) -> anyhow::Result<()> {
        self.program.order(&json!({"do": "steer", "order": order}).to_string())
    }

    /// Waits until it stands still.
    ///
    /// # Errors
    /// If it does not.
    pub async fn halted(&self) -> anyhow::Result<()> {
        let mut halted = self.halted.clone();
        let halts = halted.wait_for(Option::is_some);
        tokio::time::timeout(PATIENCE, halts).await.context("it does not halt")??;
        Ok(())
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.program.kill();
    }
}

impl Drop for Engine {
    /// Whoever listens to it holds it too.
    fn drop(&mut self) {
        self.kill();
    }
}

async fn listen(program: Arc<Program>, waiting: Waiting, halted: watch::Sender<Option<String>>) {
    while let Some(line) = program.line().await {
        if let Some(step) = line.strip_prefix("halted ") {
            halted.send_replace(Some(step.to_owned()));
        }
        let Some(answer) = line.strip_prefix("answer ") else { continue };
        let Ok(answer) = serde_json::from_str::<Json>(answer) else { continue };
        let id = answer["id"].as_u64().unwrap_or_default();
        let Some(asker) = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id) else {
            continue;
        };
        let told = match answer["refused"].as_str() {
            Some(refused) => Err(refused.to_owned()),
            None => Ok(answer["done"].as_str().unwrap_or_default().to_owned()),
        };
        let _gone = asker.send(told);
    }
    // whoever still waits is told that nobody answers
    waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
}
