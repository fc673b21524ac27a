//! The shelf in Redis: one slot for each page, which a newer page replaces, and a short lease for making it.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use rowhouse_domain::coherence::RenderKey;
use uuid::Uuid;

use super::{Bus, pages::Outgoing};
use crate::{
    driver::{Claim, Lease, Shelf},
    render::Render,
    wire::{Refused, unpack},
};

/// How long a page is one node's to make.
pub(super) const LEASE: Duration = Duration::from_secs(3);

impl Shelf for Bus {
    fn take<'s>(&'s self, key: &'s RenderKey) -> BoxFuture<'s, Option<Render>> {
        self.look(key).boxed()
    }

    fn claim<'s>(&'s self, key: &'s RenderKey) -> BoxFuture<'s, Claim> {
        self.ask_for_lease(key).boxed()
    }

    fn give(&self, key: &RenderKey, render: &Arc<Render>, lease: Option<Lease>) {
        self.send(Outgoing::Page { key: key.clone(), render: render.clone(), lease });
    }

    fn release(&self, key: &RenderKey, lease: Lease) {
        self.send(Outgoing::Nothing { key: key.clone(), lease });
    }

    fn forget(&self, keys: Vec<RenderKey>) {
        self.send(Outgoing::Forget { keys });
    }
}

impl Bus {
    async fn look(&self, key: &RenderKey) -> Option<Render> {
        let redis = self.redis.as_ref()?;
        let mut get = redis::cmd("GET");
        get.arg(redis.settings.place("page", key));
        let bytes = redis.quick.ask::<Option<Vec<u8>>>(get, redis.settings.patience).await??;
        let page = unpack(&bytes, &redis.sealer).map_err(|why| self.refused(why)).ok()?;
        if page.key != *key {
            // a genuine page in another's place
            self.refused(Refused::Seal);
            return None;
        }
        Some(page.render)
    }

    async fn ask_for_lease(&self, key: &RenderKey) -> Claim {
        let Some(redis) = &self.redis else { return Claim::Alone };
        let lease = Lease(Uuid::new_v4());
        let mut set = redis::cmd("SET");
        set.arg(redis.settings.place("lease", key)).arg(lease.0.to_string()).arg("NX");
        set.arg("PX").arg(u64::try_from(LEASE.as_millis()).unwrap_or(u64::MAX));
        match redis.quick.ask::<Option<String>>(set, redis.settings.patience).await {
            Some(Some(_)) => Claim::Ours(lease),
            Some(None) => Claim::Theirs,
            None => Claim::Alone,
        }
    }

    fn send(&self, outgoing: Outgoing) {
        let Some(redis) = &self.redis else { return };
        if redis.outgoing.try_send(outgoing).is_err() {
            // others make the page themselves, at the latest when the lease is over
            self.count.not_pushed.increment(1);
        }
    }
}
