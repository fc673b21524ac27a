//! What every use case of a node needs: its databases, keys, clock, themes and settings.

use std::sync::Arc;

use rowhouse_cluster::{bus::Bus, wire::Note};
use rowhouse_domain::{TenantId, clock::SharedClock};
use rowhouse_render::Themes;
use rowhouse_store::{Catalogue, Pools, SharedSteps, Target, TenantStore};
use tokio::sync::Semaphore;

use super::Settings;
use crate::{identity::Identity, jobs::Jobs, keys::KeyRing, mail::Mailer, pages::Texts};

/// Shared by all of a node's use cases; cheap to clone.
#[derive(Clone)]
pub struct Core {
    /// What the node was told.
    pub settings: Arc<Settings>,
    /// The cluster's keys.
    pub keys: KeyRing,
    /// Time.
    pub clock: SharedClock,
    /// Themes that sites may wear.
    pub themes: Arc<Themes>,
    /// Names the exact content of all themes together: part of every key of the render cache.
    pub(crate) themes_build: Arc<str>,
    /// What this node keeps in memory about people.
    pub identity: Arc<Identity>,
    /// The way out for mail.
    pub mailer: Mailer,
    /// What nodes tell each other.
    pub(crate) bus: Arc<Bus>,
    /// Wakes the worker of this process.
    pub jobs: Jobs,
    pub(crate) catalogue: Catalogue,
    pub(crate) pools: Arc<Pools>,
    pub(crate) steps: SharedSteps,
    /// Uploaded files.
    pub(crate) media: rowhouse_media::Store,
    /// Where uploads are judged and pictures made smaller.
    pub workshop: rowhouse_media::Workshop,
    /// Texts that were made before.
    pub(crate) texts: Arc<Texts>,
    /// Renders at once.
    pub(crate) renders: Arc<Semaphore>,
}

impl Core {
    /// Whether several nodes can share the catalogue: it is on a server.
    #[must_use]
    pub fn shares_its_catalogue(&self) -> bool {
        self.catalogue.url().is_postgres()
    }

    /// Wakes whoever may do what was put into a queue just now, here and on the other nodes: this process may be
    /// a command that ends at once.
    #[crate::boxed]
    pub(crate) async fn wake_workers(&self, tenant: Option<TenantId>) {
        self.jobs.wake();
        self.bus.tell(&Note::Work { tenant }).await;
    }

    /// The store of a tenant whose data is at `target`.
    pub(crate) fn store(&self, tenant: TenantId, target: Target) -> TenantStore {
        TenantStore::new(tenant, target, self.pools.clone(), self.catalogue.clone(), self.steps.clone())
    }
}
