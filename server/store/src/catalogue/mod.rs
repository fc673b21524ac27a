//! The catalogue: tenants, their pulses, super users. The Default tenant's database.

mod claims;
mod due;
mod events;
mod jobs;
mod lines;
mod listing;
mod nodes;
mod provisions;
mod pulse;
mod settings;
mod slips;
mod super_sessions;
mod supers;
mod tenants;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

pub use due::{DueEnd, NextWork, TenantDue};
pub use events::CatalogueEvent;
use futures_util::future::BoxFuture;
pub use jobs::Over;
pub use lines::TenantLine;
pub use listing::{TenantFilter, TenantSort};
pub use nodes::{NodeRow, NodeTrouble, NodeTroubles, Roll};
pub use provisions::ProvisionRow;
pub use pulse::Poll;
pub use supers::{SuperUserChange, SuperUserRow};
pub use tenants::{PurgedTenant, TenantRow};
use tokio::runtime::Handle;

use crate::{
    conn::{Begin, Conn, Purpose},
    door::{self, Parcel, Work, seal, unseal},
    error::{Result, StoreError},
    link::{Db, PoolLimits},
    migrate,
    url::DbUrl,
};

struct Pools {
    main: Db,
    /// For the poll and for intents, outside every budget: they are what keeps all tenants fresh.
    reserved: Db,
    /// For signs of life alone: neither waits for anything else, nor has anything else to wait for them.
    heartbeat: Db,
}

/// How long a sign of life may take.
const HEARTBEAT_LASTS: Duration = Duration::from_secs(3);

/// A handle to the catalogue; cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    pools: Arc<Pools>,
    runtime: Handle,
    url: DbUrl,
    tenants_changed: Arc<OnceLock<Announce>>,
}

/// Tells whoever should know that tenants' rows changed.
type Announce = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

impl Catalogue {
    /// Opens the catalogue and brings it to the newest schema. An SQLite file is made if there is none.
    ///
    /// # Errors
    /// When it cannot be reached or was made by a newer release.
    #[crate::boxed]
    pub async fn open(url: &DbUrl, limits: PoolLimits, runtime: Handle) -> Result<Self> {
        if let DbUrl::Sqlite(path) = url {
            make_file(path).map_err(|e| StoreError::Unavailable(format!("{}: {e}", path.display())))?;
        }
        let of_size = |size| PoolLimits { size, ..limits };
        let pools = Pools {
            main: Db::open(url, None, limits)?,
            reserved: Db::open(url, None, of_size(3))?,
            heartbeat: Db::open(url, None, of_size(1))?,
        };
        let tenants_changed = Arc::default();
        let this = Self { pools: Arc::new(pools), runtime, url: url.clone(), tenants_changed };
        let pools = this.pools.clone();
        this.spawn(async move {
            let mut conn = Conn::of(&pools.main, Purpose::Catalogue, None).await?;
            migrate::run(&mut conn, migrate::CATALOGUE).await
        })
        .await?;
        Ok(this)
    }

    /// Has `announce` called after each change of tenants' rows by this process, once it is committed and
    /// before it is answered. Only the first caller is heard.
    pub fn on_tenants_changed(&self, announce: impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static) {
        // set once, when the node is put together
        let _ = self.tenants_changed.set(Box::new(announce));
    }

    /// As [`Catalogue::write`], for what changes tenants' rows.
    async fn write_tenants<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        let done = self.write(work).await?;
        if let Some(announce) = self.tenants_changed.get() {
            announce().await;
        }
        Ok(done)
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
        door::pass(&self.runtime, &self.url, work).await
    }

    /// One snapshot.
    pub(crate) async fn read<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        self.main_sealed(Begin::Read, seal(work)).await.and_then(unseal)
    }

    /// One transaction; rolled back on any error.
    pub(crate) async fn write<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        self.main_sealed(Begin::Write, seal(work)).await.and_then(unseal)
    }

    fn main_sealed(&self, kind: Begin, work: Work<Conn>) -> BoxFuture<'_, Result<Parcel>> {
        let pools = self.pools.clone();
        Box::pin(self.spawn(async move {
            within(Conn::of(&pools.main, Purpose::Catalogue, None).await?, kind, work).await
        }))
    }

    /// Work on a reserved connection: statements of the poll and of intents only.
    pub(crate) async fn reserved<R, F>(&self, purpose: Purpose, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        self.reserved_sealed(purpose, seal(work)).await.and_then(unseal)
    }

    fn reserved_sealed(&self, purpose: Purpose, work: Work<Conn>) -> BoxFuture<'_, Result<Parcel>> {
        let pools = self.pools.clone();
        Box::pin(self.spawn(async move { work(&mut Conn::of(&pools.reserved, purpose, None).await?).await }))
    }

    /// Work on the connection for signs of life. One that hangs is given up with what was asked on it, so that
    /// the next sign of life has a new one.
    pub(crate) async fn beating<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        let pools = self.pools.clone();
        self.spawn(async move {
            let mut conn = Conn::of(&pools.heartbeat, Purpose::Heartbeat, None).await?;
            match tokio::time::timeout(HEARTBEAT_LASTS, work(&mut conn)).await {
                Ok(done) => done,
                Err(_) => {
                    conn.give_up();
                    Err(StoreError::Unavailable("the catalogue did not answer in time".into()))
                }
            }
        })
        .await
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
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
