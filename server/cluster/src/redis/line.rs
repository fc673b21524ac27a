//! A connection for commands that nobody waits for longer than told. While it is broken, commands are answered
//! at once with nothing, and one task makes it anew: that is the whole of the breaker.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use metrics::{Counter, Gauge, counter, gauge};
use redis::{Cmd, FromRedisValue, RedisResult};
use tokio::{runtime::Handle, sync::Notify, task::JoinHandle, time};

use super::{RedisUrl, target::Conn};

/// So many answers in a row that came too late mean that none will come.
const MOST_LATE: u32 = 3;
/// Between two tries of connecting: this at first, doubled up to the other.
const SOON: Duration = Duration::from_millis(50);
const LATER: Duration = Duration::from_secs(1);
/// All of one try.
const TRY: Duration = Duration::from_secs(3);

struct Inner {
    url: RedisUrl,
    conn: ArcSwapOption<Conn>,
    late: AtomicU32,
    broken: Notify,
    made: Notify,
    up: Gauge,
    failed: Counter,
}

/// A connection for commands.
pub struct Line {
    inner: Arc<Inner>,
    keeper: JoinHandle<()>,
}

impl Line {
    /// Begins to connect on `runtime`, which must live as long as this. `name` tells lines apart in metrics.
    #[must_use]
    pub fn open(url: RedisUrl, name: &'static str, runtime: &Handle) -> Self {
        let inner = Arc::new(Inner {
            url,
            conn: ArcSwapOption::empty(),
            late: AtomicU32::new(0),
            broken: Notify::new(),
            made: Notify::new(),
            up: gauge!("rowhouse_redis_up", "line" => name),
            failed: counter!("rowhouse_redis_failures_total", "line" => name),
        });
        let keeper = runtime.spawn(inner.clone().keep(name));
        Self { inner, keeper }
    }

    /// Waits until it is connected, at most so long. Says whether it is.
    pub async fn connected_within(&self, limit: Duration) -> bool {
        let made = async {
            loop {
                let made = self.inner.made.notified();
                if self.inner.conn.load().is_some() {
                    return;
                }
                made.await;
            }
        };
        time::timeout(limit, made).await.is_ok()
    }

    /// Whether commands have a chance.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.inner.conn.load().is_some()
    }

    /// Sends a command and waits no longer than `limit`. Nothing if Redis is away, late, or refuses.
    pub async fn ask<T: FromRedisValue>(&self, command: Cmd, limit: Duration) -> Option<T> {
        let conn = self.inner.conn.load_full()?;
        let asked = conn.clone();
        let asking = async move {
            match Conn::clone(&asked) {
                Conn::One(mut one) => command.query_async(&mut one).await,
                Conn::Many(mut many) => command.query_async(&mut many).await,
            }
        };
        self.inner.judge(&conn, asking, limit).await
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Inner {
    async fn judge<T>(
        &self,
        conn: &Arc<Conn>,
        asking: impl Future<Output = RedisResult<T>>,
        limit: Duration,
    ) -> Option<T> {
        let answer = time::timeout(limit, asking).await;
        if let Ok(Ok(value)) = answer {
            self.late.store(0, Ordering::Relaxed);
            return Some(value);
        }
        self.failed.increment(1);
        let lost = match answer {
            Ok(Err(cause)) => {
                tracing::debug!(%cause, "a Redis command failed");
                // what Redis itself refuses says nothing about the connection
                !cause.is_timeout() && (cause.is_io_error() || cause.is_connection_dropped())
            }
            _ => false,
        };
        let late = self.late.fetch_add(1, Ordering::Relaxed) + 1;
        if lost || late >= MOST_LATE {
            self.give_up(conn);
        }
        None
    }

    /// Only the connection that failed: another may be in its place by now.
    fn give_up(&self, conn: &Arc<Conn>) {
        let current = self.conn.compare_and_swap(conn, None);
        if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, conn)) {
            self.up.set(0.0);
            self.broken.notify_one();
        }
    }

    async fn keep(self: Arc<Self>, name: &'static str) {
        let (mut wait, mut told) = (SOON, false);
        loop {
            match time::timeout(TRY, self.connect()).await {
                Ok(Ok(conn)) => {
                    if std::mem::take(&mut told) {
                        tracing::info!(line = name, "Redis answers again");
                    }
                    self.late.store(0, Ordering::Relaxed);
                    self.conn.store(Some(Arc::new(conn)));
                    self.up.set(1.0);
                    self.made.notify_waiters();
                    wait = SOON;
                    self.broken.notified().await;
                }
                failed => {
                    if !std::mem::replace(&mut told, true) {
                        let cause = failed.map_or_else(
                            |_| "too late".to_owned(),
                            |r| r.err().map(|e| e.to_string()).unwrap_or_default(),
                        );
                        tracing::warn!(line = name, url = %self.url, cause, "Redis does not answer; pages stay right without it");
                    }
                }
            }
            time::sleep(wait).await;
            wait = (wait * 2).min(LATER);
        }
    }

    /// A connection that has answered once.
    async fn connect(&self) -> RedisResult<Conn> {
        let conn = self.url.connect().await?;
        let ping = redis::cmd("PING");
        match conn.clone() {
            Conn::One(mut one) => ping.exec_async(&mut one).await?,
            Conn::Many(mut many) => ping.exec_async(&mut many).await?,
        }
        Ok(conn)
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line")
            .field("url", &self.inner.url)
            .field("up", &self.is_up())
            .finish_non_exhaustive()
    }
}
