//! Databases in memory, a clock moved by hand, and a node that has polled once.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use http::header::HeaderValue;
use jiff::Timestamp;
use rowhouse_domain::{
    Clock, Moment, TenantId,
    coherence::{Change, KeySpace, Pulse, RenderKey, Tag, Token, VOCABULARY, Version},
};
use tokio::{runtime::Handle, sync::Semaphore};

use super::super::*;
use crate::{
    cache::CacheLimits,
    flight::Crew,
    protocol::{Answer, AsDesigned, Since},
    render::{Body, Render},
};

pub(super) const MS: u64 = 1_000_000;

#[derive(Default)]
pub(super) struct Hand(pub(super) AtomicU64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
    fn moment(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

impl Hand {
    pub(super) fn pass(&self, ms: u64) {
        self.0.fetch_add(ms * MS, Ordering::SeqCst);
    }
}

pub(super) struct Rows {
    pub(super) row: Version,
    pub(super) log: Vec<Change>,
    pub(super) catalogue: i64,
    pub(super) pulse: Option<Pulse>,
    pub(super) tenants: Vec<(TenantId, i64)>,
    pub(super) fenced: bool,
    pub(super) down: bool,
    pub(super) catalogue_down: bool,
    pub(super) told_fails: bool,
    pub(super) asks: usize,
    pub(super) polls: Vec<Since>,
    pub(super) repairs: Vec<Token>,
    pub(super) told: Vec<(bool, usize)>,
}

pub(super) struct Fake {
    pub(super) tenant: TenantId,
    pub(super) clock: Arc<Hand>,
    pub(super) rows: Mutex<Rows>,
    pub(super) gate: Semaphore,
    pub(super) answer_takes: AtomicU64,
}

fn down() -> SourceError {
    SourceError::unreachable(&"switched off")
}

impl Source for Fake {
    fn poll(&self, since: Since) -> BoxFuture<'_, Result<PollAnswer, SourceError>> {
        let mut rows = self.rows.lock().unwrap();
        rows.polls.push(since);
        let after = |seq: i64| match since {
            Since::Everything => true,
            Since::After(last) => seq > last,
        };
        let answer = PollAnswer {
            catalogue: rows.catalogue,
            pulses: rows.pulse.into_iter().filter(|pulse| after(pulse.seq)).collect(),
            tenants: rows.tenants.iter().copied().filter(|(_, seq)| after(*seq)).collect(),
        };
        let answer = if rows.catalogue_down { Err(down()) } else { Ok(answer) };
        async { answer }.boxed()
    }

    fn ask(&self, _: TenantId, since: Option<i64>) -> BoxFuture<'_, Result<Answer, SourceError>> {
        async move {
            let _open = self.gate.acquire().await.unwrap();
            let mut rows = self.rows.lock().unwrap();
            rows.asks += 1;
            let log = since.map(|n| rows.log.iter().filter(|change| change.n > n).cloned().collect());
            let answer = Answer { version: rows.row, log: log.unwrap_or_default(), fenced: rows.fenced };
            self.clock.pass(self.answer_takes.load(Ordering::SeqCst));
            if rows.down { Err(down()) } else { Ok(answer) }
        }
        .boxed()
    }

    fn repair(&self, _: TenantId, seen: Token) -> BoxFuture<'_, Result<(), SourceError>> {
        let mut rows = self.rows.lock().unwrap();
        rows.repairs.push(seen);
        if rows.pulse.is_some_and(|pulse| pulse.intent == seen) {
            let Version { n, token } = rows.row;
            rows.set_pulse(|pulse| Pulse { n, token, intent: token, ..pulse });
        }
        async { Ok(()) }.boxed()
    }

    fn tenants_changed(
        &self,
        full: bool,
        changed: Vec<(TenantId, i64)>,
    ) -> BoxFuture<'_, Result<(), SourceError>> {
        let mut rows = self.rows.lock().unwrap();
        rows.told.push((full, changed.len()));
        let told = if rows.told_fails { Err(down()) } else { Ok(()) };
        async { told }.boxed()
    }
}

impl Rows {
    pub(super) fn set_pulse(&mut self, set: impl FnOnce(Pulse) -> Pulse) {
        self.catalogue += 1;
        let seq = self.catalogue;
        self.pulse = self.pulse.map(|pulse| Pulse { seq, ..set(pulse) });
    }

    pub(super) fn announce(&mut self, intent: Token) {
        self.set_pulse(|pulse| Pulse { intent, ..pulse });
    }

    pub(super) fn commit(&mut self, token: Token, tag: Tag) -> Change {
        let tags = [tag].into_iter().collect();
        let change = Change { n: self.row.n + 1, token, prev: self.row.token, tags, vocabulary: VOCABULARY };
        self.row = change.version();
        self.log.push(change.clone());
        change
    }

    pub(super) fn settle(&mut self) {
        let Version { n, token } = self.row;
        self.set_pulse(|pulse| Pulse { n, token, intent: token, ..pulse });
    }

    /// A whole change by another process.
    pub(super) fn write(&mut self, tag: Tag) -> Change {
        let token = Token::fresh();
        self.announce(token);
        let change = self.commit(token, tag);
        self.settle();
        change
    }
}

pub(super) struct Scene {
    pub(super) clock: Arc<Hand>,
    pub(super) fake: Arc<Fake>,
    pub(super) node: Arc<Coherence>,
    pub(super) key: RenderKey,
}

/// A node that has polled once.
pub(super) async fn scene() -> Scene {
    scene_with(None).await
}

/// As [`scene`], where pages are completed.
pub(super) async fn scene_with(complete: Option<Complete>) -> Scene {
    let clock = Arc::new(Hand(AtomicU64::new(1_000_000 * MS)));
    let (tenant, row) = (TenantId::fresh(), Version { n: 7, token: Token::fresh() });
    let rows = Rows {
        row,
        log: Vec::new(),
        catalogue: 5,
        pulse: Some(Pulse { tenant, seq: 5, n: 7, token: row.token, intent: row.token }),
        tenants: vec![(tenant, 3)],
        fenced: false,
        down: false,
        catalogue_down: false,
        told_fails: false,
        asks: 0,
        polls: Vec::new(),
        repairs: Vec::new(),
        told: Vec::new(),
    };
    let (gate, answer_takes) = (Semaphore::new(100), AtomicU64::new(0));
    let fake = Arc::new(Fake { tenant, clock: clock.clone(), rows: Mutex::new(rows), gate, answer_takes });
    let node = Coherence::new(Parts {
        settings: CoherenceSettings::default(),
        limits: CacheLimits::default(),
        source: fake.clone(),
        shelf: None,
        clock: clock.clone(),
        rules: Arc::new(AsDesigned),
        runtime: Handle::current(),
        complete,
    });
    node.poll().await.unwrap();
    let key = KeySpace::new(tenant, "/acme", "t", "b", 1).key("/", "", "html", "en");
    Scene { clock, fake, node, key }
}

impl Scene {
    pub(super) fn rows(&self) -> std::sync::MutexGuard<'_, Rows> {
        self.fake.rows.lock().unwrap()
    }

    pub(super) fn live(&self) -> Arc<Live> {
        self.node.activate(self.fake.tenant)
    }

    pub(super) async fn confirmed(&self) -> Result<(), Unconfirmed> {
        let live = self.live();
        live.ensure_confirmed(live.need(self.clock.moment())).await
    }

    pub(super) fn lookup(&self) -> Lookup {
        let (live, now) = (self.live(), self.clock.moment());
        live.lookup(&self.key, live.need(now), now)
    }

    pub(super) fn hit(&self) -> bool {
        matches!(self.lookup(), Lookup::Hit(..))
    }

    /// What a snapshot of the row makes of the page now.
    pub(super) fn page(&self) -> Render {
        Render {
            version: self.rows().row,
            tags: [Tag::Theme].into_iter().collect(),
            status: 200,
            content_type: HeaderValue::from_static("text/html"),
            identity: Body { bytes: Bytes::from_static(b"page"), etag: HeaderValue::from_static("\"1\"") },
            brotli: None,
            gzip: None,
            headers: Vec::new(),
            made_at: Timestamp::UNIX_EPOCH,
        }
    }

    pub(super) async fn fill(&self, page: Render) -> bool {
        let (live, now) = (self.live(), self.clock.moment());
        live.fill(&self.key, live.need(now), Crew::Task, || async { Ok(page) }).await.unwrap().joined
    }

    /// Lets what was started in the background finish.
    pub(super) async fn settle(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    /// Polls at the usual pace.
    pub(super) async fn polls(&self, count: usize) {
        for _ in 0..count {
            self.clock.pass(250);
            self.node.poll().await.unwrap();
            self.settle().await;
        }
    }
}
