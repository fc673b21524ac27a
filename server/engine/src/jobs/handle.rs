//! What a process shares about jobs: the bell that wakes its worker, and how much of it works at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// Tenants worked for at once. Their databases are asked as visitors' are, so it is not many.
const VISITS: usize = 8;
/// Mails on their way at once: a dead mail server keeps each for as long as one try may take, and must not keep
/// what is planned from being published.
const MAILS: usize = 16;

/// The handle; cheap to clone.
#[derive(Clone, Debug)]
pub struct Jobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bell: Notify,
    leaving: AtomicBool,
    visits: Arc<Semaphore>,
    own: Arc<Semaphore>,
    mails: Arc<Semaphore>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self(Arc::new(Inner {
            bell: Notify::new(),
            leaving: AtomicBool::new(false),
            visits: Arc::new(Semaphore::new(VISITS)),
            own: Arc::new(Semaphore::new(1)),
            mails: Arc::new(Semaphore::new(MAILS)),
        }))
    }
}

impl Jobs {
    /// Has this process's worker look for work now. To be called after the commit of what is to be done; a call
    /// that is lost costs no more than a second.
    pub fn wake(&self) {
        self.0.bell.notify_one();
    }

    /// Waits for the bell, at most so long.
    #[crate::boxed]
    pub(crate) async fn sleep(&self, most: Duration) {
        let _ = tokio::time::timeout(most, self.0.bell.notified()).await;
    }

    /// From now on nothing is claimed here.
    pub(crate) fn leave(&self) {
        self.0.leaving.store(true, Ordering::Release);
        self.wake();
    }

    /// Whether nothing is to be claimed any more.
    pub(crate) fn is_leaving(&self) -> bool {
        self.0.leaving.load(Ordering::Acquire)
    }

    /// Waits until nothing is under way here.
    #[crate::boxed]
    pub(crate) async fn idle(&self) {
        let visits = u32::try_from(VISITS).unwrap_or(u32::MAX);
        let mails = u32::try_from(MAILS).unwrap_or(u32::MAX);
        // visits first: they are what begins to send mails
        let _ = self.0.visits.acquire_many(visits).await;
        let _ = self.0.own.acquire().await;
        let _ = self.0.mails.acquire_many(mails).await;
    }

    /// The same, at most so long: what is not done by then is another's when its claim ends.
    #[crate::boxed]
    pub(crate) async fn rest(&self, most: Duration) {
        if tokio::time::timeout(most, self.idle()).await.is_err() {
            tracing::info!("some jobs are still under way; another node takes them over");
        }
    }

    /// Room to work for the installation; there is one.
    pub(crate) fn own(&self) -> Option<OwnedSemaphorePermit> {
        self.0.own.clone().try_acquire_owned().ok()
    }

    /// Room to work for one more tenant.
    pub(crate) fn visit(&self) -> Option<OwnedSemaphorePermit> {
        self.0.visits.clone().try_acquire_owned().ok()
    }

    /// Room for one more mail on its way.
    pub(crate) fn mail(&self) -> Option<OwnedSemaphorePermit> {
        self.0.mails.clone().try_acquire_owned().ok()
    }
}
