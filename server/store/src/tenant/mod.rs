//! One tenant's database and its three doors: a snapshot for visitors, the write that goes through the
//! coherence protocol, and private work that visitors never see.

mod ask;
mod change;
mod copy;
mod copy_sql;
mod desk;
mod identity;
mod jobs;
mod query;
mod slips;
mod snapshot;
mod version;

use std::sync::Arc;

pub use ask::Answer;
pub use change::{Change, Written};
pub use copy::{Load, Rows, copied_tables};
pub use desk::{Desk, Look};
use futures_util::future::BoxFuture;
pub use identity::{
    AccountFilter, AccountRow, AccountSort, AccountState, Profile, RoleRow, SessionRow, SignedInRows,
    TokenPurpose, TokenRow,
};
pub(crate) use identity::{account::taken, session::session_queries, token::token_queries};
use jiff::Timestamp;
pub use query::*;
use rowhouse_domain::{TenantId, coherence::Version};
pub use snapshot::{Snapshot, Stamp};

use crate::{
    catalogue::{Catalogue, within},
    conn::{Begin, Conn, Purpose},
    door::{self, Parcel, Work, seal, unseal},
    error::Result,
    migrate,
    pool::{Pools, Target},
    steps::{SharedSteps, Slip},
    url::DbUrl,
};

/// Whether the catalogue knows the tenant yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listed {
    /// It has a pulse; every change is announced there.
    Yes,
    /// It is being built in private; nobody asks for it.
    Building,
}

/// A handle to one tenant's database; cheap to clone.
#[derive(Clone)]
pub struct TenantStore {
    id: TenantId,
    target: Target,
    pools: Arc<Pools>,
    catalogue: Catalogue,
    steps: SharedSteps,
    listed: Listed,
}

impl TenantStore {
    /// The store of a tenant that the catalogue lists.
    #[must_use]
    pub fn new(
        id: TenantId,
        target: Target,
        pools: Arc<Pools>,
        catalogue: Catalogue,
        steps: SharedSteps,
    ) -> Self {
        Self { id, target, pools, catalogue, steps, listed: Listed::Yes }
    }

    /// The same store while its tenant is being built in private: changes are announced to nobody.
    #[must_use]
    pub fn building(mut self) -> Self {
        self.listed = Listed::Building;
        self
    }

    /// Whose store this is.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.id
    }

    /// Where its data is.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// Closes the pool, before the database goes away.
    pub fn close(&self) {
        self.pools.forget(&self.target);
    }

    /// Brings the tables to the newest schema and, if there is none, writes the version row. Answers the
    /// schema's number and how many steps were taken.
    ///
    /// # Errors
    /// [`StoreError::WrongTenant`], [`StoreError::TooNew`], or what the database says.
    #[crate::boxed]
    pub async fn prepare(&self) -> Result<(i64, usize)> {
        let this = self.clone();
        self.spawn(async move {
            let mut conn = this.pools.connect(&this.target, Purpose::Provision).await?;
            let done = migrate::run(&mut conn, migrate::TENANT).await?;
            version::ensure(&mut conn, this.id).await?;
            Ok(done)
        })
        .await
    }

    async fn connect(&self, purpose: Purpose) -> Result<Conn> {
        self.pools.connect(&self.target, purpose).await
    }

    async fn spawn<R: Send + 'static>(
        &self,
        work: impl Future<Output = Result<R>> + Send + 'static,
    ) -> Result<R> {
        door::pass(self.catalogue.runtime(), &self.target.url, work).await
    }

    /// One snapshot of what visitors see. The stamp says of which revision, and on what the answer depends.
    ///
    /// # Errors
    /// What the database says, or what `work` says.
    pub async fn read<R, F>(&self, work: F) -> Result<(R, Stamp)>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Snapshot) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        let (parcel, stamp) = self.read_sealed(seal(work)).await?;
        Ok((unseal(parcel)?, stamp))
    }

    /// As [`TenantStore::read`], on the task that asks: for one that nobody gives up half done. If
    /// [`TenantStore::keeps_its_thread`], it does so until all is read.
    ///
    /// # Errors
    /// What the database says, or what `work` says.
    pub async fn read_here<R, F>(&self, work: F) -> Result<(R, Stamp)>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Snapshot) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        let (parcel, stamp) = self.clone().reading(seal(work)).await?;
        Ok((unseal(parcel)?, stamp))
    }

    /// Whether work on this database keeps the thread on that it is done by.
    #[must_use]
    pub const fn keeps_its_thread(&self) -> bool {
        matches!(self.target.url, DbUrl::Sqlite(_))
    }

    fn read_sealed(&self, work: Work<Snapshot>) -> BoxFuture<'_, Result<(Parcel, Stamp)>> {
        Box::pin(self.spawn(self.clone().reading(work)))
    }

    #[crate::boxed]
    async fn reading(self, work: Work<Snapshot>) -> Result<(Parcel, Stamp)> {
        let mut snapshot = Snapshot::open(self.connect(Purpose::Read).await?, self.id).await?;
        match work(&mut snapshot).await {
            Ok(done) => {
                let mut stamp = snapshot.finish().await?;
                stamp.version = slips::stamped(&self, stamp.version).await?;
                Ok((done, stamp))
            }
            Err(error) => {
                snapshot.abandon().await;
                Err(error)
            }
        }
    }

    /// One snapshot for the admin: everything, untagged. What is read here is for signed-in eyes and never
    /// cached.
    ///
    /// # Errors
    /// What the database says, or what `work` says.
    pub async fn look<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Look) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        self.desk_sealed(Begin::Read, seal(|desk: &mut Desk| work(desk))).await.and_then(unseal)
    }

    /// One transaction on what visitors never see: sessions, drafts, locks. Bumps nothing, and its type has
    /// no way to what visitors see.
    ///
    /// # Errors
    /// What the database says, or what `work` says; nothing is kept then.
    pub async fn private<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Desk) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        self.desk_sealed(Begin::Write, seal(work)).await.and_then(unseal)
    }

    fn desk_sealed(&self, kind: Begin, work: Work<Desk>) -> BoxFuture<'_, Result<Parcel>> {
        let this = self.clone();
        Box::pin(self.spawn(async move {
            let conn = this.connect(Purpose::Private).await?;
            desk::inside(conn, this.id, kind, work).await
        }))
    }

    /// The only way to change what visitors see: locks the tenant's version row, runs `work`, and takes the
    /// change through the protocol (revision, announced intent, commit, settled pulse). A change that
    /// touched no tag is committed without a new revision.
    ///
    /// # Errors
    /// What the database says, or what `work` says; nothing is kept then. After
    /// [`StoreError::Unavailable`] from the commit itself the change may stand: nodes ask and find out.
    pub async fn write<R, F>(&self, now: Timestamp, work: F) -> Result<Written<R>>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, Result<R>> + Send + 'static,
    {
        let written = self.write_sealed(now, seal(work)).await?;
        Ok(Written { value: unseal(written.value)?, change: written.change })
    }

    fn write_sealed(&self, now: Timestamp, work: Work<Change>) -> BoxFuture<'_, Result<Written<Parcel>>> {
        let this = self.clone();
        Box::pin(self.spawn(async move {
            let conn = this.connect(Purpose::Write).await?;
            change::run(&this, conn, now, work).await
        }))
    }

    /// What the tenant's own row says, with the changes after `since`.
    ///
    /// # Errors
    /// [`StoreError::WrongTenant`], or what the database says.
    #[crate::boxed]
    pub async fn ask(&self, since: i64) -> Result<Answer> {
        let this = self.clone();
        self.spawn(async move {
            let conn = this.connect(Purpose::Ask).await?;
            let id = this.id;
            within(conn, Begin::Read, move |conn| Box::pin(ask::answer(conn, id, since))).await
        })
        .await
    }

    /// Clears an announced change whose writer may be dead. Waits for a living writer's lock first: whoever
    /// holds it knows that nobody stands between announcement and commit.
    ///
    /// # Errors
    /// What the databases say.
    #[crate::boxed]
    pub async fn repair(&self, seen: rowhouse_domain::coherence::Token) -> Result<bool> {
        let this = self.clone();
        self.spawn(async move {
            if this.steps.slips(Slip::RepairWithoutLock) {
                return this.catalogue.forget_intent(this.id, seen).await;
            }
            let mut conn = this.connect(Purpose::Ask).await?;
            conn.begin(Begin::Write).await?;
            let row = version::locked(&mut conn, this.id).await?;
            let mended = this.catalogue.mend(this.id, row.version, seen).await;
            conn.rollback().await?;
            mended
        })
        .await
    }

    /// Refuses all further writes, before the database is replaced; `false` opens it again. Answers the
    /// version at which it stands still.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn fence(&self, fenced: bool) -> Result<Version> {
        let this = self.clone();
        self.spawn(async move {
            let conn = this.connect(Purpose::Write).await?;
            let id = this.id;
            within(conn, Begin::Write, move |conn| Box::pin(version::fence(conn, id, fenced))).await
        })
        .await
    }
}
