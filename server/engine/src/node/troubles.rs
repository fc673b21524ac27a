//! Tenants that are not on this node as the catalogue has them, and why: the part of it that the directory
//! finds. It is told to the other nodes with the next sign of life.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rowhouse_domain::{TenantId, node::TroubleKind};
use rowhouse_store::NodeTrouble;

/// At most one trouble a tenant.
#[derive(Default)]
pub(super) struct Troubles(Mutex<BTreeMap<TenantId, NodeTrouble>>);

impl Troubles {
    fn held(&self) -> MutexGuard<'_, BTreeMap<TenantId, NodeTrouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what is wrong, in place of what was.
    pub(super) fn note(
        &self,
        tenant: TenantId,
        name: &str,
        kind: TroubleKind,
        detail: impl std::fmt::Display,
    ) {
        let trouble = NodeTrouble { tenant, name: name.to_owned(), kind, detail: detail.to_string() };
        self.held().insert(tenant, trouble);
    }

    /// Nothing is wrong with it any more, or it is gone.
    pub(super) fn over(&self, tenant: TenantId) {
        self.held().remove(&tenant);
    }

    /// Forgets all tenants but these.
    pub(super) fn keep_only(&self, these: impl Fn(&TenantId) -> bool) {
        self.held().retain(|tenant, _| these(tenant));
    }

    /// Tenants that are in this kind of trouble.
    pub(super) fn of(&self, kind: TroubleKind) -> Vec<TenantId> {
        self.held().values().filter(|trouble| trouble.kind == kind).map(|trouble| trouble.tenant).collect()
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<NodeTrouble> {
        self.held().values().cloned().collect()
    }
}
