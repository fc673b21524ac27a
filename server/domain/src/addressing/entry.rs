//! What the directory knows of one tenant.

use serde::{Deserialize, Serialize};

use super::Base;
use crate::{
    id::TenantId,
    name::{HostName, HostPattern, Prefix, TenantName},
    tenant::TenantState,
};

/// A tenant's addresses. With hosts, the prefix counts on those hosts; without, on the base host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Who it is.
    pub tenant: TenantId,
    /// Its name.
    pub name: TenantName,
    /// Its prefix on its hosts or on the base host.
    pub prefix: Option<Prefix>,
    /// Hosts of its own; none if it lives on the base host.
    pub hosts: Vec<HostPattern>,
    /// Prefixes that it had and that still lead to it.
    pub old_prefixes: Vec<Prefix>,
    /// Its state; a deleted tenant has no addresses.
    pub state: TenantState,
}

impl Entry {
    /// The first host that is a name and not a pattern.
    #[must_use]
    pub fn primary_host(&self) -> Option<&HostName> {
        self.hosts.iter().find_map(HostPattern::exact)
    }

    /// The address to show and to link to; `None` if the tenant has patterns for hosts only, and in
    /// multi-tenant use also if it has no address at all.
    #[must_use]
    pub fn home(&self) -> Option<Base> {
        let host = self.primary_host().cloned();
        let reachable = host.is_some() || self.hosts.is_empty();
        reachable.then(|| Base { host, prefix: self.prefix.clone() })
    }
}
