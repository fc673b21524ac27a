//! Instructions of one cached hit, counted by valgrind: the same whatever else the machine does. What they may be
//! is kept in `tests/bench/instructions.json`; a change that needs more fails here and has to say so there.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use rowhouse_tests::{Client, Process, repository};

use crate::contenders;

/// Hits that are counted, and before them as many that are not.
const HITS: usize = 3_000;

/// How much more than the budget is still the budget: compilers and libraries move a little.
const LEEWAY: f64 = 1.03;

fn budget_file() -> PathBuf {
    repository().join("tests/bench/instructions.json")
}

/// Asks on one connection, again and again.
fn hit(address: SocketAddr, path: &str, headers: &str, times: usize) -> Result<()> {
    let mut line = TcpStream::connect(address)?;
    line.set_nodelay(true)?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
    let mut answer = vec![0; 256 * 1024];
    for _ in 0..times {
        line.write_all(request.as_bytes())?;
        let mut got = 0;
        loop {
            got += match line.read(&mut answer[got..])? {
                0 => bail!("the connection was closed"),
                some => some,
            };
            if whole(&answer[..got])? {
                break;
            }
        }
        ensure!(String::from_utf8_lossy(&answer[..got]).contains("x-rowhouse-cache: hit"), "no hit");
    }
    Ok(())
}

fn whole(answer: &[u8]) -> Result<bool> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(false) };
    let head = std::str::from_utf8(&answer[..end])?.to_lowercase();
    if head.starts_with("http/1.1 304") {
        return Ok(true);
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).context("a length")?;
    Ok(answer.len() >= end + 4 + length.parse::<usize>()?)
}

/// A node under valgrind.
struct Watched {
    process: Process,
    dump: PathBuf,
    dumps: usize,
}

impl Watched {
    /// Has valgrind write what was counted since it last did; answers how many instructions that were.
    #[expect(clippy::disallowed_methods, reason = "it runs where it may take its time")]
    fn count(&mut self) -> Result<f64> {
        let dumped =
            Command::new("callgrind_control").args(["--dump", &self.process.id().to_string()]).output()?;
        ensure!(dumped.status.success(), "callgrind_control: {}", String::from_utf8_lossy(&dumped.stderr));
        self.dumps += 1;
        let file = PathBuf::from(format!("{}.{}", self.dump.display(), self.dumps));
        let text = (0..100)
            .find_map(|_| {
                std::thread::sleep(std::time::Duration::from_millis(100));
                let text = std::fs::read_to_string(&file).ok()?;
                text.contains("\ntotals:").then_some(text)
            })
            .with_context(|| format!("valgrind wrote no {}", file.display()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("totals:")).context("totals")?;
        Ok(line.trim().parse()?)
    }
}

/// Counts, compares with the budget, and with `write` makes what was counted the budget.
pub async fn run(write: bool, profile: Option<&Path>) -> Result<()> {
    let home = contenders::installation(&[("cache.max_staleness", "60s")]).await?;
    let folder = tempfile::tempdir()?;
    let dump = profile.map_or_else(|| folder.path().join("callgrind"), Path::to_owned);
    let (out, config) =
        (format!("--callgrind-out-file={}", dump.display()), home.config().display().to_string());
    let words = ["--tool=callgrind", "-q", &out, &crate::program()?, "--config", &config, "serve"];
    let (process, address, _) = Process::plain("valgrind", &words).serves().await;
    let mut watched = Watched { process, dump, dumps: 0 };
    let counted = tokio::task::spawn_blocking(move || -> Result<BTreeMap<String, f64>> {
        let etag = etag(address)?;
        let known = format!("If-None-Match: {etag}\r\n");
        let kinds = [("8 kB", ""), ("8 kB br", "Accept-Encoding: br\r\n"), ("8 kB 304", &known)];
        let mut counted = BTreeMap::new();
        for (name, headers) in kinds {
            hit(address, "/acme/page-8", headers, HITS)?;
            watched.count()?;
            hit(address, "/acme/page-8", headers, HITS)?;
            counted.insert(name.to_owned(), watched.count()? / HITS as f64);
        }
        Ok(counted)
    })
    .await??;
    compare(&counted, write)
}

/// Has the page made and its smaller forms too; answers its tag.
fn etag(address: SocketAddr) -> Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let visitor = Client::new(address);
        for _ in 0..200 {
            let page = visitor.raw("/acme/page-8", &[("accept-encoding", "br")]).await;
            if page.header("content-encoding") == "br" {
                return Ok(visitor.raw("/acme/page-8", &[]).await.header("etag").to_owned());
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        bail!("the page never had its smaller form")
    })
}

fn compare(counted: &BTreeMap<String, f64>, write: bool) -> Result<()> {
    let text = std::fs::read_to_string(budget_file()).unwrap_or_else(|_| "{}".into());
    let budget: BTreeMap<String, f64> = serde_json::from_str(&text)?;
    let mut over = Vec::new();
    for (name, count) in counted {
        let may = budget.get(name).copied().unwrap_or(0.0);
        println!("{name:<10} {count:>8.0} instructions a hit; the budget is {may:.0}");
        if !write && *count > may * LEEWAY {
            over.push(name.as_str());
        }
    }
    if write {
        let rounded: BTreeMap<_, _> = counted.iter().map(|(name, count)| (name, count.round())).collect();
        std::fs::write(budget_file(), serde_json::to_string_pretty(&rounded)? + "\n")?;
    }
    ensure!(over.is_empty(), "more than the budget: {}; find out why, or say `--write`", over.join(", "));
    Ok(())
}
