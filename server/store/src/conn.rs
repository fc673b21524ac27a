//! One connection of either kind, the macro that runs one query body on both, and how connections are made.

use std::{sync::Arc, time::Duration};

use diesel::{ConnectionError, SqliteConnection};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
    sync_connection_wrapper::SyncConnectionWrapper,
};
use futures_util::FutureExt;
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    blocking::Blocking,
    error::{Result, StoreError},
    url::{DbUrl, PgTls, PgUrl},
};

pub(crate) type PgConn = AsyncPgConnection;
pub(crate) type LiteConn = SyncConnectionWrapper<SqliteConnection, Blocking>;

/// Expands the body once for each database; the variable is `&mut PgConn` or `&mut LiteConn`.
macro_rules! on_conn {
    ($conn:expr, pg |$p:ident| $pb:expr, lite |$l:ident| $lb:expr) => {
        match $conn.inner() {
            $crate::conn::Inner::Pg($p) => $pb,
            $crate::conn::Inner::Lite($l) => $lb,
        }
    };
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn.inner() {
            $crate::conn::Inner::Pg($c) => $body,
            $crate::conn::Inner::Lite($c) => $body,
        }
    };
}
pub(crate) use on_conn;

/// The connection that a body is expanded for.
pub(crate) enum Inner<'a> {
    Pg(&'a mut PgConn),
    Lite(&'a mut LiteConn),
}

#[expect(clippy::large_enum_variant, reason = "one for each connection in use, never moved on a hot path")]
enum Held {
    Pg(Object<PgConn>),
    Lite(Object<LiteConn>),
}

/// A pooled connection. It goes back to its pool when dropped, unless a transaction is still open on it:
/// then it is closed, so that nobody inherits half a transaction.
pub(crate) struct Conn {
    held: Option<Held>,
    in_transaction: bool,
    purpose: Purpose,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Conn {
    /// The connection for one statement, which is counted by its purpose.
    pub(crate) fn inner(&mut self) -> Inner<'_> {
        metrics::counter!("rowhouse_db_statements_total", "purpose" => self.purpose.as_str()).increment(1);
        match &mut self.held {
            Some(Held::Pg(c)) => Inner::Pg(c),
            Some(Held::Lite(c)) => Inner::Lite(c),
            // `held` is only emptied in `drop`
            None => unreachable!("a connection is used after it was dropped"),
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.held, Some(Held::Pg(_)))
    }

    /// Runs statements that take no values.
    #[crate::boxed]
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        on_conn!(self, |c| c.batch_execute(sql).await)?;
        Ok(())
    }

    /// Opens a transaction of the given kind.
    #[crate::boxed]
    pub(crate) async fn begin(&mut self, kind: Begin) -> Result<()> {
        let sql = match (kind, self.is_postgres()) {
            (Begin::Read, true) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            (Begin::Read, false) => "BEGIN DEFERRED",
            (Begin::Write, true) => "BEGIN",
            (Begin::Write, false) => "BEGIN IMMEDIATE",
        };
        self.in_transaction = true;
        self.batch(sql).await
    }

    #[crate::boxed]
    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.batch("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Has the connection closed instead of going back to its pool: something may still be under way on it.
    pub(crate) fn give_up(&mut self) {
        self.in_transaction = true;
    }

    #[crate::boxed]
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        self.batch("ROLLBACK").await?;
        self.in_transaction = false;
        Ok(())
    }
}

rowhouse_domain::words! {
    /// What statements are for, as the metric `rowhouse_db_statements_total` counts them.
    pub enum Purpose {
        /// Pages for visitors.
        Read = "read",
        /// Changes that visitors see.
        Write = "write",
        /// Everything that visitors do not see.
        Private = "private",
        /// A question to a tenant's own version row, or its repair.
        Ask = "ask",
        /// The poll of the catalogue.
        Poll = "poll",
        /// Intents of writers.
        Intent = "intent",
        /// Signs of life of this node.
        Heartbeat = "heartbeat",
        /// Other work on the catalogue.
        Catalogue = "catalogue",
        /// Migrations, and making and dropping databases.
        Provision = "provision",
    }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// One snapshot, nothing changed.
    Read,
    /// Changes; on SQLite the write lock is taken at once, so that it is never asked for too late.
    Write,
}

impl Drop for Conn {
    fn drop(&mut self) {
        if self.in_transaction {
            match self.held.take() {
                Some(Held::Pg(object)) => drop(Object::take(object)),
                Some(Held::Lite(object)) => drop(Object::take(object)),
                None => {}
            }
        }
    }
}

/// Time limits of a pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolLimits {
    /// Connections at most.
    pub size: usize,
    /// How long to wait for a free one.
    pub wait: Duration,
    /// How long making one may take.
    pub create: Duration,
    /// How long one statement may take on PostgreSQL.
    pub statement: Duration,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            size: 4,
            wait: Duration::from_secs(2),
            create: Duration::from_secs(3),
            statement: Duration::from_secs(10),
        }
    }
}

/// A pool of connections to one database, or to one schema of it.
#[derive(Clone)]
pub(crate) enum Db {
    Pg(Pool<PgConn>),
    Lite(Pool<LiteConn>),
}

/// The limits every pool has; a macro, because the bounds of the generic builder cannot be named briefly.
macro_rules! limited {
    ($builder:expr, $limits:expr) => {
        $builder
            .max_size($limits.size)
            .wait_timeout(Some($limits.wait))
            .create_timeout(Some($limits.create))
            .recycle_timeout(Some(Duration::from_secs(1)))
            .queue_mode(deadpool::managed::QueueMode::Lifo)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(other)
    };
}

impl Db {
    /// A pool; it connects when first used.
    pub(crate) fn open(url: &DbUrl, schema: Option<&str>, limits: PoolLimits) -> Result<Self> {
        match url {
            DbUrl::Postgres(pg) => open_pg(pg, schema, limits),
            DbUrl::Sqlite(path) => {
                let mut config = ManagerConfig::<LiteConn>::default();
                config.recycling_method = RecyclingMethod::Fast;
                config.custom_setup = Box::new(|path| setup_sqlite(path.to_owned()).boxed());
                let manager =
                    AsyncDieselConnectionManager::<LiteConn>::new_with_config(existing_file(path), config);
                let pool = limited!(Pool::builder(manager), limits)?;
                Ok(Db::Lite(pool))
            }
        }
    }

    #[crate::boxed]
    pub(crate) async fn get(&self, purpose: Purpose, permit: Option<OwnedSemaphorePermit>) -> Result<Conn> {
        let held = match self {
            Db::Pg(pool) => Held::Pg(pool.get().await.map_err(pool_error)?),
            Db::Lite(pool) => Held::Lite(pool.get().await.map_err(pool_error)?),
        };
        Ok(Conn { held: Some(held), in_transaction: false, purpose, _permit: permit })
    }

    pub(crate) fn close(&self) {
        match self {
            Db::Pg(pool) => pool.close(),
            Db::Lite(pool) => pool.close(),
        }
    }

    /// Connections open now.
    pub(crate) fn open_connections(&self) -> usize {
        match self {
            Db::Pg(pool) => pool.status().size,
            Db::Lite(pool) => pool.status().size,
        }
    }
}

/// The path as SQLite opens it only if it is there: a database that was dropped must not come back empty.
fn existing_file(path: &std::path::Path) -> String {
    let path = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?mode=rw")
}

async fn setup_sqlite(path: String) -> Result<LiteConn, ConnectionError> {
    let mut conn = LiteConn::establish(&path).await?;
    conn.batch_execute(
        "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; \
         PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;",
    )
    .await
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

fn open_pg(url: &PgUrl, schema: Option<&str>, limits: PoolLimits) -> Result<Db> {
    let driver = Arc::new(pg_config(url, schema, limits)?);
    let tls = tls_connector(&url.tls()?)?;
    let mut config = ManagerConfig::<PgConn>::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| setup_pg(driver.clone(), tls.clone()).boxed());
    let manager = AsyncDieselConnectionManager::<PgConn>::new_with_config(String::new(), config);
    let pool = limited!(Pool::builder(manager), limits)?;
    Ok(Db::Pg(pool))
}

/// Server-side limits, so that a frozen writer is put out by the server: its lock is what other writers of
/// the tenant wait for.
fn pg_config(url: &PgUrl, schema: Option<&str>, limits: PoolLimits) -> Result<tokio_postgres::Config> {
    let mut config = url.config()?;
    config.application_name("rowhouse");
    config.connect_timeout(limits.create);
    let path = schema.map(|s| format!(" -c search_path={s}")).unwrap_or_default();
    config.options(format!(
        "-c statement_timeout={} -c lock_timeout=5000 -c idle_in_transaction_session_timeout=10000{path}",
        limits.statement.as_millis()
    ));
    Ok(config)
}

type Tls = Option<tokio_postgres_rustls::MakeRustlsConnect>;

fn tls_connector(tls: &PgTls) -> Result<Tls> {
    let PgTls::Verified(file) = tls else { return Ok(None) };
    let mut roots = rustls::RootCertStore::empty();
    match file {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            use rustls::pki_types::{CertificateDer, pem::PemObject};
            for cert in CertificateDer::pem_file_iter(path).map_err(other)? {
                roots.add(cert.map_err(other)?).map_err(other)?;
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Some(tokio_postgres_rustls::MakeRustlsConnect::new(config)))
}

async fn setup_pg(config: Arc<tokio_postgres::Config>, tls: Tls) -> Result<PgConn, ConnectionError> {
    let refused = |e: tokio_postgres::Error| {
        use std::error::Error;
        let cause = e.source().map(|s| format!(": {s}")).unwrap_or_default();
        ConnectionError::BadConnection(format!("{e}{cause}"))
    };
    match tls {
        Some(tls) => {
            let (client, driver) = config.connect(tls).await.map_err(refused)?;
            PgConn::try_from_client_and_connection(client, driver).await
        }
        None => {
            let (client, driver) = config.connect(tokio_postgres::NoTls).await.map_err(refused)?;
            PgConn::try_from_client_and_connection(client, driver).await
        }
    }
}

fn other(error: impl std::fmt::Display) -> StoreError {
    StoreError::Other(error.to_string())
}

fn pool_error(error: diesel_async::pooled_connection::deadpool::PoolError) -> StoreError {
    use deadpool::managed::PoolError as P;
    match error {
        P::Timeout(deadpool::managed::TimeoutType::Wait) => {
            StoreError::Busy("no connection became free in time".into())
        }
        P::Timeout(_) => StoreError::Unavailable("connecting took too long".into()),
        P::Backend(cause) => StoreError::Unavailable(cause.to_string()),
        P::Closed => StoreError::Unavailable("the pool was closed".into()),
        other => StoreError::Other(other.to_string()),
    }
}
