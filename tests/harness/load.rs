//! Visitors who go on asking, each with a browser of its own: one connection that is kept, and a jar of cookies.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::eventually;

/// What came of all requests so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Whole pages, by the node that served them.
    pub served: BTreeMap<String, usize>,
    /// Requests without a whole page.
    pub failures: Vec<Failure>,
    /// From which node each visitor had the last page, and when it was asked for.
    last: Vec<Option<(String, Instant)>>,
}

/// A request that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Who asked.
    pub visitor: usize,
    /// How.
    pub why: String,
}

impl Tally {
    /// How many pages were served.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.served.values().sum()
    }

    /// Whether every visitor had a page that was asked for after this moment.
    fn all_since(&self, moment: Instant) -> bool {
        self.last.iter().all(|last| last.as_ref().is_some_and(|(_, begun)| *begun > moment))
    }

    /// Which node each visitor had last.
    #[must_use]
    pub fn nodes(&self) -> Vec<&str> {
        self.last.iter().flatten().map(|(node, _)| node.as_str()).collect()
    }
}

/// Visitors at work, until this is dropped.
pub struct Load {
    tally: Arc<Mutex<Tally>>,
    over: Arc<AtomicBool>,
    visitors: JoinSet<()>,
}

/// Keeps the load below what a small machine bears, so that health checks are answered in time.
const PAUSE: Duration = Duration::from_millis(4);

impl Load {
    /// So many visitors begin to ask for these paths, again and again.
    ///
    /// # Panics
    /// If there is no network at all.
    #[must_use]
    pub fn begin(address: SocketAddr, visitors: usize, paths: &[&str]) -> Self {
        let tally = Tally { last: vec![None; visitors], ..Tally::default() };
        let mut load =
            Self { tally: Arc::new(Mutex::new(tally)), over: Arc::default(), visitors: JoinSet::new() };
        for visitor in 0..visitors {
            let http = reqwest::Client::builder().cookie_store(true).pool_max_idle_per_host(1);
            let (http, tally, over) =
                (http.build().expect("a client"), load.tally.clone(), load.over.clone());
            let urls: Vec<String> = paths.iter().map(|path| format!("http://{address}{path}")).collect();
            load.visitors.spawn(async move {
                for url in urls.iter().cycle().skip(visitor) {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let begun = Instant::now();
                    let result = page(&http, url).await;
                    note(&mut tally.lock().unwrap_or_else(PoisonError::into_inner), visitor, begun, result);
                    tokio::time::sleep(PAUSE).await;
                }
            });
        }
        load
    }

    /// What came of it so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until every visitor had a page that was asked for from now on; answers when that was so.
    ///
    /// # Panics
    /// If somebody gets none.
    pub async fn serves_everybody(&self) -> Instant {
        let now = Instant::now();
        eventually("everybody is served", || async { self.tally().all_since(now).then(Instant::now) }).await
    }

    /// Has everybody finish what they asked for.
    pub async fn end(mut self) -> Tally {
        self.over.store(true, Ordering::Relaxed);
        while self.visitors.join_next().await.is_some() {}
        self.tally()
    }
}

/// Asks for a page; answers which node served it whole.
async fn page(http: &reqwest::Client, url: &str) -> Result<String, String> {
    let told = |error: reqwest::Error| format!("{url}: {error:?}");
    let answer = http.get(url).send().await.map_err(told)?;
    let status = answer.status();
    let node = answer.headers().get("x-served-by").and_then(|node| node.to_str().ok()).map(str::to_owned);
    let body = answer.bytes().await.map_err(told)?;
    match node {
        Some(node) if status == 200 && body.trim_ascii_end().ends_with(b"</html>") => Ok(node),
        node => Err(format!("{url}: {status} by {node:?}, {} bytes", body.len())),
    }
}

fn note(tally: &mut Tally, visitor: usize, begun: Instant, result: Result<String, String>) {
    match result {
        Ok(node) => {
            *tally.served.entry(node.clone()).or_default() += 1;
            tally.last[visitor] = Some((node, begun));
        }
        Err(why) => tally.failures.push(Failure { visitor, why }),
    }
}
