//! The pool of one database, and how its links are made.

use std::{path::PathBuf, sync::Arc, time::Duration};

use deadpool::managed::{self, Metrics, Pool, QueueMode, RecycleError, TimeoutType};

use super::{Link, fault::text_of, lite::Lite, pg::Pg};
use crate::{
    error::{Result, StoreError},
    url::{DbUrl, PgTls, PgUrl},
};

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

/// A link that goes back to its pool when dropped.
pub(crate) type Kept = managed::Object<Maker>;

/// The links to one database, or to one schema of it; cheap to clone. It connects when first used.
#[derive(Clone)]
pub(crate) struct Db {
    pool: Pool<Maker>,
}

impl Db {
    pub(crate) fn open(url: &DbUrl, schema: Option<&str>, limits: PoolLimits) -> Result<Self> {
        let maker = match url {
            DbUrl::Sqlite(path) => Maker::Lite(path.clone()),
            DbUrl::Postgres(url) => {
                let config = Box::new(pg_config(url, schema, limits)?);
                Maker::Pg { config, tls: tls_connector(&url.tls()?)? }
            }
        };
        let pool = Pool::builder(maker)
            .max_size(limits.size)
            .wait_timeout(Some(limits.wait))
            .create_timeout(Some(limits.create))
            .recycle_timeout(Some(Duration::from_secs(1)))
            .queue_mode(QueueMode::Lifo)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(other)?;
        Ok(Self { pool })
    }

    #[crate::boxed]
    pub(crate) async fn get(&self) -> Result<Kept> {
        self.pool.get().await.map_err(pool_error)
    }

    /// Gives out no more; links in use finish.
    pub(crate) fn close(&self) {
        self.pool.close();
    }

    /// Links open now.
    pub(crate) fn open_connections(&self) -> usize {
        self.pool.status().size
    }
}

/// Makes links.
pub(crate) enum Maker {
    Lite(PathBuf),
    Pg { config: Box<tokio_postgres::Config>, tls: Tls },
}

impl managed::Manager for Maker {
    type Type = Link;
    type Error = String;

    async fn create(&self) -> Result<Link, String> {
        match self {
            Maker::Lite(path) => Lite::open(path).map(Link::Lite).map_err(|e| e.to_string()),
            Maker::Pg { config, tls } => connect(config, tls).await.map(|client| Link::Pg(Pg::new(client))),
        }
    }

    async fn recycle(&self, link: &mut Link, _: &Metrics) -> Result<(), RecycleError<String>> {
        match link {
            Link::Pg(pg) if pg.is_closed() => Err(RecycleError::message("the server closed the connection")),
            Link::Pg(_) | Link::Lite(_) => Ok(()),
        }
    }
}

async fn connect(config: &tokio_postgres::Config, tls: &Tls) -> Result<tokio_postgres::Client, String> {
    match tls {
        Some(tls) => {
            let (client, line) = config.connect(tls.clone()).await.map_err(|e| text_of(&e))?;
            keep_up(line);
            Ok(client)
        }
        None => {
            let (client, line) = config.connect(tokio_postgres::NoTls).await.map_err(|e| text_of(&e))?;
            keep_up(line);
            Ok(client)
        }
    }
}

/// Carries what is said on the line until its client is dropped. How it ends, whoever asks is told.
fn keep_up(line: impl Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = line.await {
            tracing::debug!(error = text_of(&error), "a connection to PostgreSQL ended");
        }
    });
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

fn other(error: impl std::fmt::Display) -> StoreError {
    StoreError::Other(error.to_string())
}

fn pool_error(error: managed::PoolError<String>) -> StoreError {
    use managed::PoolError as P;
    match error {
        P::Timeout(TimeoutType::Wait) => StoreError::Busy("no connection became free in time".into()),
        P::Timeout(_) => StoreError::Unavailable("connecting took too long".into()),
        P::Backend(cause) => StoreError::Unavailable(cause),
        P::Closed => StoreError::Unavailable("the pool was closed".into()),
        other => StoreError::Other(other.to_string()),
    }
}
