//! The catalogue: tenants, their pulses, super users. The Default tenant's database.

mod claims;
mod due;
mod events;
mod pulse;
mod settings;
mod supers;
mod tenants;

use std::sync::Arc;

pub use events::CatalogueEvent;
use futures_util::future::BoxFuture;
pub use pulse::Poll;
pub use supers::{SuperUserChange, SuperUserRow};
pub use tenants::{ProvisionRow, PurgedTenant, TenantFilter, TenantRow, TenantSort};
use tokio::runtime::Handle;

use crate::{
    conn::{Begin, Conn, Db, PoolLimits, Purpose},
    error::{Result, StoreError},
    migrate,
    url::DbUrl,
};

struct Pools {
    main: Db,
    /// For the poll and for intents, outside every budget: they are what keeps all tenants fresh.
    reserved: Db,
}

/// A handle to the catalogue; cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    pools: Arc<Pools>,
    runtime: Handle,
    url: DbUrl,
}

impl Catalogue {
    /// Opens the catalogue and brings it to the newest schema. An SQLite file is made if there is none.
    ///
    /// # Errors
    /// When it cannot be reached or was made by a newer release.
    pub async fn open(url: &DbUrl, limits: PoolLimits, runtime: Handle) -> Result<Self> {
        if let DbUrl::Sqlite(path) = url {
            make_file(path).map_err(|e| StoreError::Unavailable(format!("{}: {e}", path.display())))?;
        }
        let reserved = PoolLimits { size: 3, ..limits };
        let pools = Pools { main: Db::open(url, None, limits)?, reserved: Db::open(url, None, reserved)? };
        let this = Self { pools: Arc::new(pools), runtime, url: url.clone() };
        let pools = this.pools.clone();
        this.spawn(async move {
            let mut conn = pools.main.get(Purpose::Catalogue, None).await?;
            migrate::run(&mut conn, migrate::CATALOGUE).await
        })
        .await?;
        Ok(this)
    }

    /// Where it is.
    #[must_use]
    pub const fn url(&self) -> &DbUrl {
        &self.url
    }

    /// The runtime that database work runs on.
    #[must_use]
    pub const fn runtime(&self) -> &Handle {
        &self.runtime
    }

    async fn spawn<R: Send + 'static>(
        &self,
        work: impl Future<Output = Result<R>> + Send + 'static,
    ) -> Result<R> {
        match self.runtime.spawn(work).await {
            Ok(done) => done,
            Err(cause) => Err(StoreError::Other(format!("a database task ended early: {cause}"))),
        }
    }

    /// One snapshot.
    pub(crate) async fn read<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        let pools = self.pools.clone();
        self.spawn(
            async move { within(pools.main.get(Purpose::Catalogue, None).await?, Begin::Read, work).await },
        )
        .await
    }

    /// One transaction; rolled back on any error.
    pub(crate) async fn write<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        let pools = self.pools.clone();
        self.spawn(async move {
            within(pools.main.get(Purpose::Catalogue, None).await?, Begin::Write, work).await
        })
        .await
    }

    /// Work on a reserved connection: statements of the poll and of intents only.
    pub(crate) async fn reserved<R, F>(&self, purpose: Purpose, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        let pools = self.pools.clone();
        self.spawn(async move { work(&mut pools.reserved.get(purpose, None).await?).await }).await
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ping(&self) -> Result<()> {
        self.reserved(Purpose::Catalogue, |conn| Box::pin(conn.batch("SELECT 1"))).await
    }
}

/// Makes an empty catalogue where there is none.
fn make_file(path: &std::path::Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::OpenOptions::new().append(true).create(true).open(path).map(drop)
}

/// Runs `work` between begin and commit, or rolls back.
pub(crate) async fn within<R, F>(mut conn: Conn, kind: Begin, work: F) -> Result<R>
where
    F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send,
{
    conn.begin(kind).await?;
    match work(&mut conn).await {
        Ok(done) => {
            conn.commit().await?;
            Ok(done)
        }
        Err(error) => {
            // the first error is the one that matters; a connection that cannot roll back is closed
            let _ = conn.rollback().await;
            Err(error)
        }
    }
}
