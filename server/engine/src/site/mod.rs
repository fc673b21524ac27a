//! One tenant in this node: its row, its database and what ties its changes to the render cache.

use std::sync::Arc;

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rowhouse_domain::{TenantId, clock::SharedClock, coherence};
use rowhouse_store::{Change, Desk, Look, Snapshot, Stamp, TenantStore};

use crate::{error::Result, keys::KeyRing, tenant_info::TenantInfo};

/// Told of every change that a site commits, for the render cache of this node and of others.
pub(crate) trait Hints: Send + Sync + 'static {
    /// A change was committed.
    fn committed(&self, tenant: TenantId, change: &coherence::Change);
}

/// A tenant's live state in this node; cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    info: ArcSwap<TenantInfo>,
    store: TenantStore,
    clock: SharedClock,
    keys: KeyRing,
    hints: Option<Arc<dyn Hints>>,
}

impl Site {
    pub(crate) fn new(
        info: Arc<TenantInfo>,
        store: TenantStore,
        clock: SharedClock,
        keys: KeyRing,
        hints: Option<Arc<dyn Hints>>,
    ) -> Self {
        Self(Arc::new(Inner { info: ArcSwap::new(info), store, clock, keys, hints }))
    }

    /// Whose site this is.
    #[must_use]
    pub fn id(&self) -> TenantId {
        self.0.store.tenant()
    }

    /// What the catalogue says of the tenant.
    #[must_use]
    pub fn info(&self) -> Arc<TenantInfo> {
        self.0.info.load_full()
    }

    pub(crate) fn set_info(&self, info: Arc<TenantInfo>) {
        self.0.info.store(info);
    }

    /// The wall clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The clock itself, for ages.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.0.clock
    }

    /// The cluster's keys.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.0.keys
    }

    pub(crate) fn store(&self) -> &TenantStore {
        &self.0.store
    }

    /// One snapshot of what visitors see, with what it depends on.
    pub(crate) async fn read<R, F>(&self, work: F) -> Result<(R, Stamp)>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Snapshot) -> BoxFuture<'a, rowhouse_store::Result<R>> + Send + 'static,
    {
        Ok(self.0.store.read(work).await?)
    }

    /// One snapshot for signed-in eyes.
    pub(crate) async fn look<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Look) -> BoxFuture<'a, rowhouse_store::Result<R>> + Send + 'static,
    {
        Ok(self.0.store.look(work).await?)
    }

    /// One transaction on what visitors never see.
    pub(crate) async fn private<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Desk) -> BoxFuture<'a, rowhouse_store::Result<R>> + Send + 'static,
    {
        Ok(self.0.store.private(work).await?)
    }

    /// One change of what visitors see; the render cache knows of it before this answers.
    pub(crate) async fn write<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, rowhouse_store::Result<R>> + Send + 'static,
    {
        let written = self.0.store.write(self.now(), work).await?;
        if let (Some(change), Some(hints)) = (&written.change, &self.0.hints) {
            hints.committed(self.id(), change);
        }
        Ok(written.value)
    }
}
