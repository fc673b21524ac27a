//! All tenants' addresses, indexed for the question "whose request is this?".

use std::{collections::HashSet, sync::Arc};

use thiserror::Error;

use super::{
    Base, Entry, RequestPath, Resolution,
    path::Asked,
    slot::{Found, Slot},
};
use crate::{
    id::{Ours, TenantId},
    name::{HostName, HostPattern, Prefix, TenantName, is_reserved_at_base},
    tenant::TenantState,
};

/// Why a tenant cannot have the addresses it asks for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Conflict {
    /// The name is another tenant's.
    #[error("there is already a tenant called \"{0}\": choose another name")]
    Name(TenantName),
    /// The prefix on the base host is another tenant's.
    #[error("the prefix {prefix} belongs to the tenant \"{with}\": choose another prefix")]
    Prefix {
        /// What was asked for.
        prefix: Prefix,
        /// Whose it is.
        with: TenantName,
    },
    /// The host, together with the prefix if there is one, is another tenant's.
    #[error("{host}{} belongs to the tenant \"{with}\": choose another host or prefix",
        prefix.as_ref().map_or("", Prefix::as_str))]
    Host {
        /// What was asked for.
        host: HostPattern,
        /// With this prefix on it.
        prefix: Option<Prefix>,
        /// Whose it is.
        with: TenantName,
    },
    /// The host is the node's own.
    #[error("{0} is the host of this installation itself: give a prefix on it, or another host")]
    OwnHost(HostName),
    /// Neither a prefix nor a host.
    #[error("the tenant has no address: give it a prefix or a host")]
    NoAddress,
    /// In single mode the one tenant has the base.
    #[error("there is already the one tenant of this installation, \"{0}\"")]
    Single(TenantName),
}

/// Where every tenant is to be found.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    own_hosts: HashSet<HostName>,
    single: bool,
    base: Slot,
    exact: Ours<HostName, Slot>,
    wildcard: Ours<HostName, Slot>,
    entries: Ours<TenantId, Arc<Entry>>,
    names: Ours<TenantName, TenantId>,
}

impl Directory {
    /// An empty directory. `own_hosts` are those of the installation itself: no tenant may claim them, and
    /// no tenant's pattern reaches them.
    #[must_use]
    pub fn new(own_hosts: impl IntoIterator<Item = HostName>) -> Self {
        Self { own_hosts: own_hosts.into_iter().collect(), ..Self::default() }
    }

    /// An empty directory for single mode: a tenant without prefix and host has the whole base, and there
    /// is no Default tenant to be seen.
    #[must_use]
    pub fn single(own_hosts: impl IntoIterator<Item = HostName>) -> Self {
        Self { single: true, ..Self::new(own_hosts) }
    }

    /// Takes many tenants in, oldest first. Those whose addresses conflict are left out and returned:
    /// nobody is to be shown at an address that two claim.
    pub fn fill(&mut self, mut entries: Vec<Entry>) -> Vec<(Entry, Conflict)> {
        entries.sort_by_key(|entry| entry.tenant);
        let keep = |entry: Entry| self.insert(entry.clone()).err().map(|conflict| (entry, conflict));
        entries.into_iter().filter_map(keep).collect()
    }

    /// Takes a tenant in, in place of what was known of it.
    ///
    /// # Errors
    /// An address is taken; nothing has changed then.
    pub fn insert(&mut self, entry: impl Into<Arc<Entry>>) -> Result<(), Conflict> {
        let entry = entry.into();
        self.check(&entry)?;
        self.remove(entry.tenant);
        self.entries.insert(entry.tenant, Arc::clone(&entry));
        if entry.state == TenantState::Deleted {
            return Ok(());
        }
        self.names.insert(entry.name.clone(), entry.tenant);
        if entry.hosts.is_empty() {
            self.base.add(&entry);
        }
        for host in &entry.hosts {
            let slot = self.slot_mut(host);
            slot.add(&entry);
            // On a host of its own without prefix, an old prefix would hide a page of the tenant itself.
            if entry.prefix.is_some() {
                slot.add_old(&entry);
            }
        }
        if !entry.old_prefixes.is_empty() && entry.home().is_some() {
            self.base.add_old(&entry);
        }
        Ok(())
    }

    /// Makes room for so many tenants more.
    pub fn reserve(&mut self, more: usize) {
        self.entries.reserve(more);
        self.names.reserve(more);
        self.base.prefixes.reserve(more);
    }

    /// Forgets a tenant.
    pub fn remove(&mut self, tenant: TenantId) -> Option<Arc<Entry>> {
        let entry = self.entries.remove(&tenant)?;
        if self.names.get(&entry.name) == Some(&tenant) {
            self.names.remove(&entry.name);
        }
        self.base.remove(&entry);
        for host in &entry.hosts {
            let (HostPattern::Exact(name) | HostPattern::Wildcard(name)) = host;
            if self.slot_mut(host).remove(&entry) {
                self.slots_mut(host).remove(name);
            }
        }
        Some(entry)
    }

    /// Whether a tenant could have the addresses it asks for; its own present ones are no obstacle.
    ///
    /// # Errors
    /// Names the first address that is taken, and by whom.
    pub fn check(&self, entry: &Entry) -> Result<(), Conflict> {
        if entry.state == TenantState::Deleted {
            return Ok(());
        }
        if self.names.get(&entry.name).is_some_and(|holder| *holder != entry.tenant) {
            return Err(Conflict::Name(entry.name.clone()));
        }
        if entry.hosts.is_empty() {
            return self.check_base(entry);
        }
        entry.hosts.iter().try_for_each(|host| self.check_host(entry, host))
    }

    fn check_base(&self, entry: &Entry) -> Result<(), Conflict> {
        if entry.prefix.is_none() && !self.single {
            return Err(Conflict::NoAddress);
        }
        let holder = self.base.holder(entry.prefix.as_ref()).filter(|held| held.tenant != entry.tenant);
        match (holder, &entry.prefix) {
            (None, _) => Ok(()),
            (Some(held), None) => Err(Conflict::Single(held.name.clone())),
            (Some(held), Some(prefix)) => {
                Err(Conflict::Prefix { prefix: prefix.clone(), with: held.name.clone() })
            }
        }
    }

    fn check_host(&self, entry: &Entry, host: &HostPattern) -> Result<(), Conflict> {
        if let Some(own) = host.exact().filter(|name| self.own_hosts.contains(*name)) {
            return Err(Conflict::OwnHost(own.clone()));
        }
        let slot = match host {
            HostPattern::Exact(name) => self.exact.get(name),
            HostPattern::Wildcard(name) => self.wildcard.get(name),
        };
        let holder = slot.and_then(|slot| slot.holder(entry.prefix.as_ref()));
        match holder.filter(|held| held.tenant != entry.tenant) {
            None => Ok(()),
            Some(held) => Err(Conflict::Host {
                host: host.clone(),
                prefix: entry.prefix.clone(),
                with: held.name.clone(),
            }),
        }
    }

    fn slots_mut(&mut self, host: &HostPattern) -> &mut Ours<HostName, Slot> {
        match host {
            HostPattern::Exact(_) => &mut self.exact,
            HostPattern::Wildcard(_) => &mut self.wildcard,
        }
    }

    fn slot_mut(&mut self, host: &HostPattern) -> &mut Slot {
        let (HostPattern::Exact(name) | HostPattern::Wildcard(name)) = host;
        self.slots_mut(host).entry(name.clone()).or_default()
    }

    /// What is known of a tenant.
    #[must_use]
    pub fn get(&self, tenant: TenantId) -> Option<&Arc<Entry>> {
        self.entries.get(&tenant)
    }

    /// The tenant of this name, unless it is deleted.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Arc<Entry>> {
        self.names.get(name).and_then(|tenant| self.entries.get(tenant))
    }

    /// All tenants, the deleted ones among them, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// The tenants under prefixes of the base host, in no order.
    pub fn at_base(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.base.prefixes.values()
    }

    /// Whose request this is. `host` is the `Host` header as it came, `raw_path` the path as it came,
    /// without the query.
    #[must_use]
    pub fn resolve(&self, host: &str, raw_path: &str) -> Resolution {
        let Some(path) = Asked::parse(raw_path) else { return Resolution::BadPath };
        let host = HostName::of_request(host);
        let own = host.as_ref().is_some_and(|name| self.own_hosts.contains(name));
        let foreign = host.filter(|_| !own);
        foreign.and_then(|name| self.at_host(&name, &path)).unwrap_or_else(|| self.at_base_host(&path, !own))
    }

    /// The nearest claim on the host that has an answer. A claimed host without an answer is not the base
    /// host, so that nobody's page appears on another's host.
    fn at_host(&self, host: &HostName, path: &Asked<'_>) -> Option<Resolution> {
        let around = host.parents().filter_map(|parent| self.wildcard.get(parent));
        let mut claims = self.exact.get(host).into_iter().chain(around).peekable();
        claims.peek()?;
        let found = claims.find_map(|slot| slot.find(path));
        Some(found.map_or_else(|| unknown(path), |found| answer(&found, Some(host), path)))
    }

    fn at_base_host(&self, path: &Asked<'_>, strange_host: bool) -> Resolution {
        if let Some(found) = self.base.find(path) {
            return answer(&found, None, path);
        }
        let first = path.segments.first().map(|segment| segment.folded());
        if first.as_deref().is_some_and(|segment| !is_reserved_at_base(segment)) {
            return unknown(path);
        }
        // Compared as decoded: the segment is part of what is asked, and some need their percent signs.
        let spelled = path.segments.first().is_none_or(|segment| first.as_deref() == Some(&*segment.text));
        let at_root = path.segments.is_empty();
        let rest = path.rest(0);
        if spelled && !path.doubled && path.trailing == at_root {
            return Resolution::Default { rest, strange_host };
        }
        let path = path.folding_first().to_url_path();
        Resolution::Redirect { host: None, path }
    }
}

/// The tenant found, or the way to its proper address. `host` is the one asked, if it is a tenant's.
fn answer(found: &Found<'_>, host: Option<&HostName>, path: &Asked<'_>) -> Resolution {
    let Found { entry, taken, old } = *found;
    let rest: RequestPath = path.rest(taken);
    let base = Base { host: host.cloned(), prefix: entry.prefix.clone() };
    if !old && path.is_tidy(entry.prefix.iter().flat_map(Prefix::segments)) {
        return Resolution::Tenant { tenant: entry.tenant, state: entry.state, base, rest };
    }
    // An old prefix at the base host may lead to a host of the tenant's own.
    let elsewhere = if old && host.is_none() { entry.primary_host().cloned() } else { None };
    Resolution::Redirect { host: elsewhere, path: format!("{}{}", base.path(), rest.to_url_path()) }
}

fn unknown(path: &Asked<'_>) -> Resolution {
    match path.segments.first().map(|segment| segment.folded()) {
        Some(segment) if Prefix::parse(&format!("/{segment}")).is_ok() => {
            Resolution::UnknownPrefix { segment }
        }
        _ => Resolution::BadPath,
    }
}
