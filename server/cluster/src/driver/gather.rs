//! How a page that is not in memory is come by: from the shelf, from another node that makes it just now, or
//! by making it.

use std::{
    future::Future,
    sync::{Arc, PoisonError},
    time::Duration,
};

use rowhouse_domain::{Moment, coherence::RenderKey};
use tokio::sync::oneshot;

use super::{
    FillError, FillFault, Live,
    shelf::{Claim, Lease, Shelf},
};
use crate::{
    flight::{Crew, Landed},
    protocol::Judgement,
    render::{Origin, Render},
};

/// How long another node's making is waited for: a little less than a lease lasts. Whoever waited in vain
/// makes the page itself.
const PUSH_WITHIN: Duration = Duration::from_millis(2_500);

/// When the first answer has left: completing a page takes a processor that whoever waits for it would want.
const AFTER_THE_ANSWER: Duration = Duration::from_millis(2);

/// A page and where it came from.
#[derive(Clone, Debug)]
pub struct Found {
    /// The page.
    pub render: Arc<Render>,
    /// Where from.
    pub origin: Origin,
}

impl Live {
    /// Makes the page, once for all who want it now, here and on other nodes; keeps it and hands it out.
    /// `make` reads one snapshot of the tenant's database, its version first; it runs to its end even if this
    /// future is dropped. It is not called if the page is found on the shelf or pushed meanwhile.
    ///
    /// # Errors
    /// The failure of `make`, also when another request's was joined.
    pub async fn fill<F>(
        self: &Arc<Self>,
        key: &RenderKey,
        need: Moment,
        by: Crew,
        make: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Landed<Found>, FillError>
    where
        F: Future<Output = Result<Render, FillFault>> + Send + 'static,
    {
        // What was made here was asked for when its making began. What came from elsewhere is as fresh as
        // this node's confirmation, for whoever joins too.
        let fresh = |found: &Found, asked: Moment| {
            (found.origin == Origin::Made && asked >= need) || self.shows(&found.render, need)
        };
        let making = || {
            let (live, key) = (self.clone(), key.clone());
            async move { live.gather(key, need, make).await }
        };
        let landed = self.flights.fly(key, need, by, fresh, making).await?;
        if landed.joined {
            self.shared.count.joined.increment(1);
        }
        Ok(landed)
    }

    /// Whether the page may be shown to a request with this need.
    fn shows(&self, render: &Render, need: Moment) -> bool {
        let confirmed = self.confirmed_since(need);
        confirmed && self.judge_now(render) == Some(Judgement::Valid)
    }

    async fn gather<F>(
        self: Arc<Self>,
        key: RenderKey,
        need: Moment,
        make: impl FnOnce() -> F + Send,
    ) -> Result<Found, FillFault>
    where
        F: Future<Output = Result<Render, FillFault>> + Send,
    {
        let Some(shelf) = self.shared.shelf.clone() else { return self.make_alone(&key, make).await };
        // From before the question, so that no push falls between.
        let coming = self.await_push(&key);
        let gathered = self.gather_with(&*shelf, &key, need, coming, make).await;
        self.stop_waiting(&key);
        gathered
    }

    async fn gather_with<F>(
        self: &Arc<Self>,
        shelf: &dyn Shelf,
        key: &RenderKey,
        need: Moment,
        coming: oneshot::Receiver<()>,
        make: impl FnOnce() -> F + Send,
    ) -> Result<Found, FillFault>
    where
        F: Future<Output = Result<Render, FillFault>> + Send,
    {
        if let Some(found) = self.from_shelf(shelf, key, need).await {
            return Ok(found);
        }
        match shelf.claim(key).await {
            Claim::Ours(lease) => self.make_for_all(shelf, key, need, lease, make).await,
            Claim::Theirs => {
                self.shared.count.waited.increment(1);
                let _either = tokio::time::timeout(PUSH_WITHIN, coming).await;
                match self.pushed_here(key, need) {
                    Some(found) => Ok(found),
                    None => self.make_alone(key, make).await,
                }
            }
            Claim::Alone => self.make_alone(key, make).await,
        }
    }

    async fn make_for_all<F>(
        self: &Arc<Self>,
        shelf: &dyn Shelf,
        key: &RenderKey,
        need: Moment,
        lease: Lease,
        make: impl FnOnce() -> F + Send,
    ) -> Result<Found, FillFault>
    where
        F: Future<Output = Result<Render, FillFault>> + Send,
    {
        // the one who had the lease before may have been done just now
        if let Some(found) = self.pushed_here(key, need) {
            shelf.release(key, lease);
            return Ok(found);
        }
        let (purges, made) = (self.purges(), self.make(make).await);
        match &made {
            Ok(found) if found.render.is_shared() => {
                self.take_in_made(key, &found.render, purges, Some(lease));
            }
            Ok(found) => {
                shelf.release(key, lease);
                self.take_in_made(key, &found.render, purges, None);
            }
            Err(_) => shelf.release(key, lease),
        }
        made
    }

    /// As long as nobody else waits for the page, or can be told of it.
    async fn make_alone<F>(
        self: &Arc<Self>,
        key: &RenderKey,
        make: impl FnOnce() -> F,
    ) -> Result<Found, FillFault>
    where
        F: Future<Output = Result<Render, FillFault>>,
    {
        let (purges, made) = (self.purges(), self.make(make).await?);
        self.take_in_made(key, &made.render, purges, None);
        Ok(made)
    }

    async fn make<F>(&self, make: impl FnOnce() -> F) -> Result<Found, FillFault>
    where
        F: Future<Output = Result<Render, FillFault>>,
    {
        let render = Arc::new(make().await?);
        self.shared.count.fills.increment(1);
        Ok(Found { render, origin: Origin::Made })
    }

    /// Keeps a page that was made here, and has it completed behind the first answer. With the lease it is given to
    /// all nodes: once, and whole. A page that was begun before the last purge is not kept.
    fn take_in_made(
        self: &Arc<Self>,
        key: &RenderKey,
        render: &Arc<Render>,
        purges: u64,
        lease: Option<Lease>,
    ) {
        if purges == self.purges() {
            self.take_in(key, render, Origin::Made);
        }
        let Some(complete) = self.shared.complete else {
            return self.give(key, render, purges, lease);
        };
        let (live, key, render) = (self.clone(), key.clone(), render.clone());
        let completing = move || {
            let whole = complete(&render).map(Arc::new);
            // judged anew: much may have happened since
            if let Some(whole) = whole.as_ref().filter(|_| purges == live.purges()) {
                live.take_in(&key, whole, Origin::Made);
            }
            live.give(&key, whole.as_ref().unwrap_or(&render), purges, lease);
        };
        let runtime = self.shared.runtime.clone();
        self.shared.runtime.spawn(async move {
            tokio::time::sleep(AFTER_THE_ANSWER).await;
            runtime.spawn_blocking(completing);
        });
    }

    fn give(&self, key: &RenderKey, render: &Arc<Render>, purges: u64, lease: Option<Lease>) {
        let (Some(shelf), Some(lease)) = (&self.shared.shelf, lease) else { return };
        if purges == self.purges() {
            shelf.give(key, render, Some(lease));
        } else {
            shelf.release(key, lease);
        }
    }

    /// The page on the shelf, if it may be shown. One that is newer than what is known here is a reason to
    /// ask first.
    async fn from_shelf(self: &Arc<Self>, shelf: &dyn Shelf, key: &RenderKey, need: Moment) -> Option<Found> {
        let render = Arc::new(shelf.take(key).await?);
        self.take_in(key, &render, Origin::Shelf);
        if self.judge_now(&render) == Some(Judgement::Ahead) {
            let now = self.shared.clock.moment();
            self.ensure_confirmed(now).await.ok()?;
        }
        let trusted = self.shared.rules.trust_shared();
        (trusted || self.shows(&render, need)).then(|| {
            self.shared.count.shelved.increment(1);
            Found { render, origin: Origin::Shelf }
        })
    }

    fn pushed_here(&self, key: &RenderKey, need: Moment) -> Option<Found> {
        let held = self.held(key)?;
        self.shows(&held, need).then_some(Found { render: held, origin: Origin::Pushed })
    }

    /// Resolves when the page is pushed, or when it is heard that it will not be.
    fn await_push(&self, key: &RenderKey) -> oneshot::Receiver<()> {
        let (told, coming) = oneshot::channel();
        self.coming.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), told);
        coming
    }

    /// Ends the waiting for a page: it is here, or will not come.
    pub fn stop_waiting(&self, key: &RenderKey) {
        let waiting = self.coming.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        if let Some(told) = waiting {
            // whoever waited may be gone
            let _ = told.send(());
        }
    }
}
