//! What this node tells the others, and what it does with what it hears beyond pages.

use std::sync::Arc;

use rowhouse_cluster::{bus::Ear, driver::Coherence, wire::Note};
use rowhouse_domain::TenantId;

use super::{Core, Node};

/// From now on every change of the catalogue's tenants by this process is told to all nodes before whoever
/// made it has an answer, and this node reads on.
pub(super) fn announce_tenants(core: &Core, coherence: &Arc<Coherence>) {
    let (bus, coherence) = (core.bus.clone(), Arc::downgrade(coherence));
    core.catalogue.on_tenants_changed(move || {
        if let Some(coherence) = coherence.upgrade() {
            coherence.poll_soon();
        }
        let bus = bus.clone();
        Box::pin(async move { bus.tell(&Note::Tenants).await })
    });
}

/// What the node hears for its use cases.
pub(super) struct Ears<'n>(&'n Node);

impl<'n> Ears<'n> {
    pub(super) const fn new(node: &'n Node) -> Self {
        Self(node)
    }
}

impl Ear for Ears<'_> {
    fn work(&self, _: Option<TenantId>) {
        // whose it is the worker reads from the catalogue
        self.0.wake_jobs();
    }
}
