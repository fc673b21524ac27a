//! The whole node on real threads and the real clock: a writer that sometimes dies before it settles, polls,
//! hints and strict and ordinary readers at once. The judge compares moments that were really taken, so a slow
//! machine makes the run shorter, never wrong.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use http::header::HeaderValue;
use rowhouse_cluster::{
    cache::CacheLimits,
    clock::SystemClock,
    driver::{Coherence, CoherenceSettings, Live, Lookup, Parts, PollAnswer, Source, SourceError},
    flight::Crew,
    protocol::{Answer, AsDesigned, Since},
    render::{Body, Render},
};
use rowhouse_domain::{
    Clock, Moment, TenantId,
    coherence::{Change, KeySpace, Pulse, RenderKey, Tag, Token, VOCABULARY, Version},
};
use tokio::runtime::Handle;

const DELTA: Duration = Duration::from_millis(40);

struct Rows {
    row: Version,
    log: Vec<Change>,
    catalogue: i64,
    pulse: Pulse,
    values: HashMap<Token, u64>,
    acknowledged: Vec<(Moment, u64)>,
}

struct Database {
    tenant: TenantId,
    rows: Mutex<Rows>,
    lock: tokio::sync::Mutex<()>,
    steps: AtomicUsize,
}

impl Database {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap()
    }

    /// A little while on the wire, of varying length.
    async fn wire(&self) {
        let step = self.steps.fetch_add(1, Ordering::Relaxed);
        match step % 7 {
            0 | 3 => tokio::task::yield_now().await,
            5 => tokio::time::sleep(Duration::from_millis(step as u64 % 60)).await,
            _ => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }

    fn set_pulse(&self, set: impl FnOnce(&Rows, &mut Pulse)) {
        let mut rows = self.rows();
        let mut pulse = rows.pulse;
        set(&rows, &mut pulse);
        rows.catalogue += 1;
        pulse.seq = rows.catalogue;
        rows.pulse = pulse;
    }

    async fn write(&self, value: u64) -> Change {
        let held = self.lock.lock().await;
        let token = Token::fresh();
        self.set_pulse(|_, pulse| pulse.intent = token);
        self.wire().await;
        let change = {
            let mut rows = self.rows();
            let (n, prev) = (rows.row.n + 1, rows.row.token);
            let tags = [Tag::Theme].into_iter().collect();
            let change = Change { n, token, prev, tags, vocabulary: VOCABULARY };
            rows.row = change.version();
            rows.log.push(change.clone());
            rows.values.insert(token, value);
            change
        };
        drop(held);
        let acknowledged = SystemClock.moment();
        self.rows().acknowledged.push((acknowledged, value));
        change
    }

    async fn settle(&self, change: &Change) {
        self.wire().await;
        if self.rows().pulse.intent == change.token {
            self.set_pulse(|_, pulse| {
                if pulse.intent == change.token {
                    (pulse.n, pulse.token) = (change.n, change.token);
                }
            });
        }
    }

    fn due(&self, by: Moment) -> u64 {
        let rows = self.rows();
        rows.acknowledged.iter().rev().find(|(at, _)| *at <= by).map_or(0, |(_, value)| *value)
    }

    fn snapshot(&self) -> Render {
        let rows = self.rows();
        let value = rows.values[&rows.row.token];
        Render {
            version: rows.row,
            tags: [Tag::Theme].into_iter().collect(),
            status: 200,
            content_type: HeaderValue::from_static("text/plain"),
            identity: Body { bytes: Bytes::from(value.to_string()), etag: HeaderValue::from_static("\"1\"") },
            brotli: None,
            gzip: None,
            headers: Vec::new(),
            made_at: SystemClock.now(),
        }
    }
}

impl Source for Database {
    fn poll(&self, since: Since) -> BoxFuture<'_, Result<PollAnswer, SourceError>> {
        async move {
            self.wire().await;
            let pulse = self.rows().pulse;
            let named = match since {
                Since::Everything => true,
                Since::After(last) => pulse.seq > last,
            };
            self.wire().await;
            let pulses = named.then_some(pulse).into_iter().collect();
            Ok(PollAnswer { catalogue: pulse.seq, pulses, tenants: Vec::new() })
        }
        .boxed()
    }

    fn ask(&self, _: TenantId, since: Option<i64>) -> BoxFuture<'_, Result<Answer, SourceError>> {
        async move {
            self.wire().await;
            let answer = {
                let rows = self.rows();
                let log = rows.log.iter().filter(|change| since.is_some_and(|n| change.n > n));
                Answer { version: rows.row, log: log.cloned().collect(), fenced: false }
            };
            self.wire().await;
            Ok(answer)
        }
        .boxed()
    }

    fn repair(&self, _: TenantId, seen: Token) -> BoxFuture<'_, Result<(), SourceError>> {
        async move {
            let _held = self.lock.lock().await;
            self.set_pulse(|rows, pulse| {
                if pulse.intent == seen {
                    let Version { n, token } = rows.row;
                    (pulse.n, pulse.token, pulse.intent) = (n, token, token);
                }
            });
            Ok(())
        }
        .boxed()
    }

    fn tenants_changed(&self, _: bool, _: Vec<(TenantId, i64)>) -> BoxFuture<'_, Result<(), SourceError>> {
        async { Ok(()) }.boxed()
    }
}

async fn page(live: &Arc<Live>, key: &RenderKey, need: Moment, database: &Arc<Database>) -> Arc<Render> {
    loop {
        match live.lookup(key, need, SystemClock.moment()) {
            Lookup::Hit(render, _) => return render,
            Lookup::Unconfirmed => live.ensure_confirmed(need).await.unwrap(),
            Lookup::Miss => {
                let database = database.clone();
                let make = move || async move {
                    database.wire().await;
                    let render = database.snapshot();
                    database.wire().await;
                    Ok(render)
                };
                return live.fill(key, need, Crew::Task, make).await.unwrap().value.render;
            }
        }
    }
}

async fn read(
    live: Arc<Live>,
    key: RenderKey,
    database: Arc<Database>,
    strict: bool,
    until: Moment,
) -> usize {
    let mut reads = 0;
    while SystemClock.moment() < until {
        let arrival = SystemClock.moment();
        let need = if strict { arrival } else { live.need(arrival) };
        let due = database.due(need);
        let render = page(&live, &key, need, &database).await;
        let shown: u64 = std::str::from_utf8(&render.identity.bytes).unwrap().parse().unwrap();
        assert!(shown >= due, "strict {strict}: {shown} shown, {due} was due");
        assert_eq!(database.rows().values[&render.version.token], shown);
        reads += 1;
        if reads % 64 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    reads
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_on_threads_see_what_was_acknowledged() {
    let (tenant, row) = (TenantId::fresh(), Version { n: 1, token: Token::fresh() });
    let rows = Rows {
        row,
        log: Vec::new(),
        catalogue: 1,
        pulse: Pulse { tenant, seq: 1, n: 1, token: row.token, intent: row.token },
        values: HashMap::from([(row.token, 0)]),
        acknowledged: Vec::new(),
    };
    let (rows, lock) = (Mutex::new(rows), tokio::sync::Mutex::default());
    let database = Arc::new(Database { tenant, rows, lock, steps: AtomicUsize::new(0) });
    let node = Coherence::new(Parts {
        settings: CoherenceSettings { max_staleness: DELTA, ..CoherenceSettings::default() },
        limits: CacheLimits::default(),
        source: database.clone(),
        shelf: None,
        clock: Arc::new(SystemClock),
        rules: Arc::new(AsDesigned),
        runtime: Handle::current(),
        complete: None,
    });
    let polls = tokio::spawn({
        let node = node.clone();
        async move { node.run().await }
    });
    let live = node.activate(tenant);
    let key = KeySpace::new(tenant, "/", "t", "b", 1).key("/", "", "html", "en");
    let until = SystemClock.moment().plus(Duration::from_secs(3));
    let readers: Vec<_> = (0..6)
        .map(|at| tokio::spawn(read(live.clone(), key.clone(), database.clone(), at % 3 == 0, until)))
        .collect();
    let mut value = 0;
    while SystemClock.moment() < until {
        value += 1;
        let change = database.write(value).await;
        if value % 5 != 0 {
            database.settle(&change).await; // every fifth writer is dead by now
        }
        if value % 3 != 0 {
            node.hint(database.tenant, &change);
        }
        tokio::time::sleep(Duration::from_millis(value * 7 % 90)).await;
    }
    let mut reads = 0;
    for reader in readers {
        reads += reader.await.unwrap();
    }
    polls.abort();
    assert!(value > 10 && reads > 100, "{value} writes and {reads} reads mean little");
}
