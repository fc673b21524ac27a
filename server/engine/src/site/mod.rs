//! One tenant in this node: its row, its database and what ties its changes to the render cache.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::{ArcSwap, ArcSwapOption};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rowhouse_cluster::{driver::Live, render::Render, wire::Note};
use rowhouse_domain::{
    Moment, TenantId,
    addressing::Base,
    clock::SharedClock,
    coherence::{KeySpace, Version},
};
use rowhouse_store::{Change, Desk, Look, Snapshot, Stamp, TenantStore};
use tokio::sync::OnceCell;

use crate::{
    error::Result,
    jobs::{self, Queue},
    keys::KeyRing,
    node::Core,
    pages,
    tenant_info::TenantInfo,
};

/// A tenant's live state in this node; cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    core: Core,
    info: ArcSwap<TenantInfo>,
    store: TenantStore,
    /// Absent unless this node serves its pages.
    live: Option<Arc<Live>>,
    role: Role,
    ready: OnceCell<()>,
    /// The last version that a change of this process made.
    made: ArcSwapOption<Made>,
    /// When making it ready failed first and last; zero before that.
    failed_first: AtomicU64,
    failed_last: AtomicU64,
    /// The keys of its pages, for each base it was met at and the row they are of.
    spaces: ArcSwap<Vec<(Base, i64, Arc<KeySpace>)>>,
    /// The page that says that nothing is there: one body for all such addresses.
    missing: ArcSwapOption<Render>,
    /// The theme as its last page wears it.
    worn: ArcSwapOption<pages::Worn>,
}

/// What a site is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Visitors.
    Serving,
    /// The tenant's own work, while nobody visits it here: it stays asleep.
    Working,
    /// It is being built in private: nobody asks for it, nothing is announced.
    Building,
}

/// A version that a change of this process made.
#[derive(Clone, Copy)]
struct Made {
    version: Version,
    at: Moment,
}

/// Bases remembered at most; a wildcard host has as many as its visitors care to type.
const MOST_SPACES: usize = 16;

impl Site {
    /// A tenant that this node serves.
    pub(crate) fn serving(core: &Core, info: Arc<TenantInfo>, live: Arc<Live>) -> Self {
        let store = core.store(info.id, info.target.clone());
        Self::assemble(core, info, store, Some(live), Role::Serving)
    }

    /// A tenant that this node works for without serving it: its changes are announced, and no memory of its
    /// pages is begun here.
    pub(crate) fn working(core: &Core, info: Arc<TenantInfo>) -> Self {
        let store = core.store(info.id, info.target.clone());
        Self::assemble(core, info, store, None, Role::Working)
    }

    /// A tenant that is being built in private: its changes are announced to nobody.
    pub(crate) fn building(core: &Core, info: Arc<TenantInfo>) -> Self {
        let store = core.store(info.id, info.target.clone()).building();
        Self::assemble(core, info, store, None, Role::Building)
    }

    fn assemble(
        core: &Core,
        info: Arc<TenantInfo>,
        store: TenantStore,
        live: Option<Arc<Live>>,
        role: Role,
    ) -> Self {
        Self(Arc::new(Inner {
            core: core.clone(),
            info: ArcSwap::new(info),
            store,
            live,
            role,
            ready: OnceCell::new(),
            made: ArcSwapOption::empty(),
            failed_first: AtomicU64::new(0),
            failed_last: AtomicU64::new(0),
            spaces: ArcSwap::default(),
            missing: ArcSwapOption::empty(),
            worn: ArcSwapOption::empty(),
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

    /// The newest version of the site that this node has made or knows. What it has made it may not know yet:
    /// where another's change came between, the head follows only when the tenant's row was asked.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        let live = self.0.live.as_ref()?;
        let made = self.0.made.load().as_deref().copied().filter(|made| self.is_recent(made));
        made.map(|made| made.version).filter(|made| !live.knows(made)).or_else(|| live.head())
    }

    /// What everybody must be shown by now needs no remembering.
    fn is_recent(&self, made: &Made) -> bool {
        self.clock().moment().since(made.at) <= self.0.core.settings.cache.max_staleness * 2
    }

    /// Changes by several people may come here in another order than they were committed in.
    fn note_made(&self, version: Version) {
        let fresh = Arc::new(Made { version, at: self.clock().moment() });
        self.0.made.rcu(|current| match current {
            Some(made) if self.is_recent(made) && made.version.n > version.n => Some(made.clone()),
            _ => Some(fresh.clone()),
        });
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
    /// take the memory of one. The first has its smaller forms made.
    pub(crate) fn share_missing(&self, mut render: Render) -> Render {
        match self.0.missing.load().as_ref() {
            Some(last) if last.identity.etag == render.identity.etag => {
                render.identity = last.identity.clone();
                render.brotli = last.brotli.clone();
                render.gzip = last.gzip.clone();
            }
            _ => {
                render = pages::with_smaller_forms(&render).unwrap_or(render);
                self.0.missing.store(Some(Arc::new(render.clone())));
            }
        }
        render
    }

    pub(crate) fn worn(&self) -> Option<Arc<pages::Worn>> {
        self.0.worn.load_full()
    }

    pub(crate) fn set_worn(&self, worn: Arc<pages::Worn>) {
        self.0.worn.store(Some(worn));
    }

    /// Brings the tenant's database to this program's schema, once; before that nothing is read from it.
    ///
    /// # Errors
    /// What the database says; the next call tries again.
    #[crate::boxed]
    pub async fn ready(&self) -> Result<()> {
        let prepare = || async {
            let (_, steps) = self.0.store.prepare().await?;
            if steps > 0 {
                tracing::info!(tenant = %self.info().name, steps, "migrated the tenant's database");
            }
            jobs::keep_rounds(&Queue::Site(self.clone())).await?;
            match self.0.role {
                // plans that came with a restored database, or whose note was lost
                Role::Serving => self.note_due(jobs::next_due(self).await?).await,
                // whoever works for it asks what comes next when the work is done
                Role::Working | Role::Building => Ok(()),
            }
        };
        let done = self.0.ready.get_or_try_init(prepare).await.copied();
        if done.is_err() {
            let now = self.clock().moment();
            let _earlier =
                self.0.failed_first.compare_exchange(0, now.0, Ordering::Relaxed, Ordering::Relaxed);
            self.0.failed_last.store(now.0, Ordering::Relaxed);
        }
        done
    }

    /// Whether [`Site::ready`] has nothing more to do.
    pub(crate) fn is_ready(&self) -> bool {
        self.0.ready.initialized()
    }

    /// Since when [`Site::ready`] fails, if somebody wanted it within the last `while_asked`.
    pub(crate) fn unready_since(&self, now: Moment, while_asked: Duration) -> Option<Moment> {
        let since = Moment(self.0.failed_first.load(Ordering::Relaxed));
        let tried = Moment(self.0.failed_last.load(Ordering::Relaxed));
        let fails = since.0 > 0 && !self.0.ready.initialized();
        (fails && now.since(tried) <= while_asked).then_some(since)
    }

    /// Notes in the catalogue that the tenant has something to do at `at`. To be called before the plan is
    /// written, so that it cannot be lost, and after it, so that nobody takes the note for done in between.
    pub(crate) async fn note_due(&self, at: impl IntoIterator<Item = Timestamp>) -> Result<()> {
        match at.into_iter().min() {
            Some(first) if self.0.role != Role::Building => {
                Ok(self.0.core.catalogue.note_due(self.id(), first).await?)
            }
            _ => Ok(()),
        }
    }

    /// After the commit of something to be done now: notes it again, as [`Site::note_due`] wants, and wakes the
    /// worker. What is committed stands whether or not the catalogue answers.
    #[crate::boxed]
    pub(crate) async fn due_now(&self) {
        if let Err(error) = self.note_due([self.now()]).await {
            tracing::warn!(tenant = %self.id(), %error, "what is to be done is noted late");
        }
        self.0.core.wake_workers(Some(self.id())).await;
    }

    /// One snapshot of what visitors see, with what it depends on.
    pub(crate) async fn read<R, F>(&self, work: F) -> Result<(R, Stamp)>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Snapshot) -> BoxFuture<'a, rowhouse_store::Result<R>> + Send + 'static,
    {
        Ok(self.0.store.read(work).await?)
    }

    /// As [`Site::read`], on the task that asks, which nobody gives up half done.
    pub(crate) async fn read_here<R, F>(&self, work: F) -> Result<(R, Stamp)>
    where
        R: Send + 'static,
        F: for<'a> FnOnce(&'a mut Snapshot) -> BoxFuture<'a, rowhouse_store::Result<R>> + Send + 'static,
    {
        Ok(self.0.store.read_here(work).await?)
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
        if let Some(change) = written.change.filter(|_| self.0.role != Role::Building) {
            if let Some(live) = &self.0.live {
                self.note_made(change.version());
                live.hint(&change);
            }
            // before the answer: whoever is told that it is done finds it done on every node
            self.0.core.bus.tell(&Note::Changed { tenant: self.id(), change }).await;
        }
        Ok(written.value)
    }
}
