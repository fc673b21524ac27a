//! Other processes: the program itself, and the program with fail-points. Every one is killed with its owner.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
};

use crate::{Home, PATIENCE};

/// A command that has ended.
#[derive(Debug)]
pub struct Done {
    /// How.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

impl Done {
    /// Wants success.
    ///
    /// # Panics
    /// If it failed.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert!(self.status.success(), "{self:?}");
        self
    }

    /// Wants failure, told in one line of standard error that has all of `words` in it; a hint may follow.
    ///
    /// # Panics
    /// If it succeeded or told something else.
    #[track_caller]
    pub fn fails_with(self, words: &[&str]) -> Self {
        assert!(!self.status.success(), "{self:?}");
        let told = self.err.lines().filter(|line| !line.starts_with("hint: ")).count();
        assert_eq!(told, 1, "one line: {self:?}");
        words.iter().for_each(|word| assert!(self.err.contains(word), "{word:?} is missing: {self:?}"));
        self
    }

    /// Standard output as JSON.
    ///
    /// # Panics
    /// If it is not.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs `program` to its end with `input` on standard input. Nothing of the environment's settings is passed.
///
/// # Panics
/// If it cannot be run.
pub async fn run(program: &str, arguments: &[&str], input: &str) -> Done {
    let mut command = command(program, arguments);
    let input = input.to_owned();
    let work = move || {
        let mut child = command.stdin(Stdio::piped()).spawn().expect("the program runs");
        let mut pipe = child.stdin.take().expect("a pipe");
        // a program that does not read is no failure of the test's
        let _ = pipe.write_all(input.as_bytes());
        drop(pipe);
        child.wait_with_output().expect("it ends")
    };
    let output = tokio::task::spawn_blocking(work).await.expect("it was waited for");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Done { status: output.status, out: text(&output.stdout), err: text(&output.stderr) }
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).env("NO_COLOR", "1");
    command.env_remove("RUST_LOG");
    command
}

/// A program that goes on running.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts `program --config … arguments` upon an installation.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start(program: &str, home: &Home, arguments: &[&str]) -> Self {
        let config = home.config();
        Self::with_config(program, &config, arguments)
    }

    /// As [`Process::start`], with variables of the environment.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn with_environment(
        program: &str,
        home: &Home,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let config = home.config().display().to_string();
        let all = [&["--config", config.as_str()], arguments].concat();
        let mut command = command(program, &all);
        command.envs(variables.iter().copied());
        Self::of(command)
    }

    /// As [`Process::start`], with settings from elsewhere.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn with_config(program: &str, config: &Path, arguments: &[&str]) -> Self {
        let config = config.display().to_string();
        let all: Vec<&str> = ["--config", &config].into_iter().chain(arguments.iter().copied()).collect();
        Self::plain(program, &all)
    }

    /// Starts `program` with these arguments and no others.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn plain(program: &str, arguments: &[&str]) -> Self {
        Self::of(command(program, arguments))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::inherit()).spawn().expect("the program runs");
        let out = child.stdout.take().expect("a pipe");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
        });
        Self { child, lines }
    }

    /// Waits for a line that begins with `word`; answers the rest of it.
    ///
    /// # Panics
    /// If it ends or is silent instead.
    pub async fn says(self, word: &str) -> (Self, String) {
        let wanted = format!("{word} ");
        tokio::task::spawn_blocking(move || {
            loop {
                match self.lines.recv_timeout(PATIENCE) {
                    Ok(line) => {
                        if let Some(rest) = line.strip_prefix(&wanted) {
                            let rest = rest.to_owned();
                            return (self, rest);
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => panic!("it never said {wanted:?}"),
                    Err(RecvTimeoutError::Disconnected) => panic!("it ended and never said {wanted:?}"),
                }
            }
        })
        .await
        .expect("it was waited for")
    }

    /// Waits until it serves; answers the addresses of sites and operations.
    ///
    /// # Panics
    /// If it does not.
    pub async fn serves(self) -> (Self, SocketAddr, SocketAddr) {
        let (this, rest) = self.says("serving").await;
        let (sites, ops) = rest.split_once(' ').expect("two addresses");
        (this, sites.parse().expect("an address"), ops.parse().expect("an address"))
    }

    /// The number that the system knows it by.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    ///
    /// # Panics
    /// If it cannot be waited for.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        self.child.wait().expect("it is gone");
    }

    /// Sends `TERM`.
    ///
    /// # Panics
    /// If it is gone.
    pub fn terminate(&self) {
        let kill = format!("kill -s TERM {}", self.child.id());
        assert!(Command::new("bash").args(["-c", &kill]).status().is_ok_and(|s| s.success()), "{kill}");
    }

    /// Waits for the end; answers the lines that nobody has read.
    ///
    /// # Panics
    /// If it cannot be waited for.
    pub async fn left(self) -> Vec<String> {
        tokio::task::spawn_blocking(move || self.lines.iter().collect()).await.expect("it was waited for")
    }

    /// Waits for the end.
    ///
    /// # Panics
    /// If it cannot be waited for.
    pub async fn ended(mut self) -> ExitStatus {
        tokio::task::spawn_blocking(move || self.child.wait().expect("it ends"))
            .await
            .expect("it was waited for")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(mut out) = self.child.stdout.take() {
            let _ = out.read(&mut [0]);
        }
    }
}
