//! One tenant in this node: its row, its database and what ties its changes to the render cache.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rowhouse_cluster::{driver::Live, render::Render};
use rowhouse_domain::{TenantId, addressing::Base, clock::SharedClock, coherence::KeySpace};
use rowhouse_store::{Change, Desk, Look, Snapshot, Stamp, TenantStore};
use tokio::sync::OnceCell;

use crate::{content, error::Result, keys::KeyRing, node::Core, tenant_info::TenantInfo};

/// A tenant's live state in this node; cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    core: Core,
    info: ArcSwap<TenantInfo>,
    store: TenantStore,
    /// Absent while the tenant is being built in private: nobody asks for its pages.
    live: Option<Arc<Live>>,
    ready: OnceCell<()>,
    /// The keys of its pages, for each base it was met at and the row they are of.
    spaces: ArcSwap<Vec<(Base, i64, Arc<KeySpace>)>>,
    /// The page that says that nothing is there: one body for all such addresses.
    missing: ArcSwapOption<Render>,
}

/// Bases remembered at most; a wildcard host has as many as its visitors care to type.
const MOST_SPACES: usize = 16;

impl Site {
    /// A tenant that this node serves.
    pub(crate) fn serving(core: &Core, info: Arc<TenantInfo>, live: Arc<Live>) -> Self {
        let store = core.store(info.id, info.target.clone());
        Self::assemble(core, info, store, Some(live))
    }

    /// A tenant that is being built in private: its changes are announced to nobody.
    pub(crate) fn building(core: &Core, info: Arc<TenantInfo>) -> Self {
        let store = core.store(info.id, info.target.clone()).building();
        Self::assemble(core, info, store, None)
    }

    fn assemble(core: &Core, info: Arc<TenantInfo>, store: TenantStore, live: Option<Arc<Live>>) -> Self {
        Self(Arc::new(Inner {
            core: core.clone(),
            info: ArcSwap::new(info),
            store,
            live,
            ready: OnceCell::new(),
            spaces: ArcSwap::default(),
            missing: ArcSwapOption::empty(),
        }))
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

    /// What all sites of the node share.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.0.core
    }

    /// The wall clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.core.clock.now()
    }

    /// The clock itself, for ages.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.0.core.clock
    }

    /// The cluster's keys.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.0.core.keys
    }

    pub(crate) fn store(&self) -> &TenantStore {
        &self.0.store
    }

    /// What the render cache knows of the tenant here.
    pub(crate) fn live(&self) -> Option<&Arc<Live>> {
        self.0.live.as_ref()
    }

    /// The keys of its pages at one base, made once for each version of the tenant's row.
    pub(crate) fn space(&self, base: &Base, make: impl FnOnce(i64) -> Arc<KeySpace>) -> Arc<KeySpace> {
        let seq = self.0.info.load().seq;
        let known = self.0.spaces.load();
        if let Some((_, _, space)) = known.iter().find(|(at, of, _)| at == base && *of == seq) {
            return space.clone();
        }
        let space = make(seq);
        let current = known.iter().filter(|(at, of, _)| *of == seq && at != base).take(MOST_SPACES - 1);
        let next = std::iter::once((base.clone(), seq, space.clone())).chain(current.cloned()).collect();
        self.0.spaces.store(Arc::new(next));
        space
    }

    /// Gives a page that says "not found" the bodies of the last one like it, so that all of them together
    /// take the memory of one.
    pub(crate) fn share_missing(&self, mut render: Render) -> Render {
        match self.0.missing.load().as_ref() {
            Some(last) if last.identity.etag == render.identity.etag => {
                render.identity = last.identity.clone();
                render.brotli = last.brotli.clone();
                render.gzip = last.gzip.clone();
            }
            _ => self.0.missing.store(Some(Arc::new(render.clone()))),
        }
        render
    }

    /// Brings the tenant's database to this program's schema, once; before that nothing is read from it.
    ///
    /// # Errors
    /// What the database says; the next call tries again.
    pub async fn ready(&self) -> Result<()> {
        let prepare = || async {
            let (_, steps) = self.0.store.prepare().await?;
            if steps > 0 {
                tracing::info!(tenant = %self.info().name, steps, "migrated the tenant's database");
            }
            // plans that came with a restored database, or whose note was lost
            self.note_due(content::next_due(self).await?).await
        };
        self.0.ready.get_or_try_init(prepare).await.copied()
    }

    /// Notes in the catalogue that the tenant has something to do at `at`. To be called before the plan is
    /// written, so that it cannot be lost, and after it, so that nobody takes the note for done in between.
    pub(crate) async fn note_due(&self, at: impl IntoIterator<Item = Timestamp>) -> Result<()> {
        match at.into_iter().min() {
            Some(first) if self.0.live.is_some() => {
                Ok(self.0.core.catalogue.note_due(self.id(), first).await?)
            }
            _ => Ok(()),
        }
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

    /// One change of what visitors see; the render cache of this node knows of it before this answers.
    pub(crate) async fn write<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, rowhouse_store::Result<R>> + Send + 'static,
    {
        let written = self.0.store.write(self.now(), work).await?;
        if let (Some(change), Some(live)) = (&written.change, &self.0.live) {
            live.hint(change);
        }
        Ok(written.value)
    }
}
