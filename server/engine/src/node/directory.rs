//! All tenants as this node knows them: where they are found, and the live site of each. Readers take one
//! pointer and no lock; a change of the catalogue makes a new table.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use arc_swap::ArcSwap;
use rowhouse_cluster::driver::Coherence;
use rowhouse_domain::{
    TenantId,
    addressing::{Directory, Resolution},
    name::HostName,
    tenant::TenantState,
};
use rowhouse_store::TenantRow;

use super::{Core, Mode};
use crate::{site::Site, tenant_info::TenantInfo};

/// The tables, replaced whole.
#[derive(Clone)]
struct Table {
    directory: Directory,
    sites: HashMap<TenantId, Slot>,
}

#[derive(Clone)]
struct Slot {
    info: Arc<TenantInfo>,
    site: Option<Site>,
}

/// All tenants of this node.
pub(crate) struct Sites {
    core: Core,
    table: ArcSwap<Table>,
    changing: Mutex<()>,
    coherence: OnceLock<Arc<Coherence>>,
}

/// The names by which the installation itself is reached.
fn own_hosts(core: &Core) -> Vec<HostName> {
    let named = core.settings.public_url.host_str().and_then(HostName::of_request);
    named.into_iter().chain(["localhost", "127.0.0.1"].into_iter().filter_map(HostName::of_request)).collect()
}

impl Sites {
    pub(super) fn new(core: Core) -> Arc<Self> {
        let hosts = own_hosts(&core);
        let directory = match core.settings.mode {
            Mode::Multi => Directory::new(hosts),
            Mode::Single => Directory::single(hosts),
        };
        Arc::new(Self {
            core,
            table: ArcSwap::from_pointee(Table { directory, sites: HashMap::new() }),
            changing: Mutex::new(()),
            coherence: OnceLock::new(),
        })
    }

    pub(super) fn attach(&self, coherence: Arc<Coherence>) {
        // set once, when the node is put together
        let _ = self.coherence.set(coherence);
    }

    pub(super) fn resolve(&self, host: &str, path: &str) -> Resolution {
        self.table.load().directory.resolve(host, path)
    }

    pub(super) fn info(&self, tenant: TenantId) -> Option<Arc<TenantInfo>> {
        self.table.load().sites.get(&tenant).map(|slot| slot.info.clone())
    }

    pub(super) fn infos(&self) -> Vec<Arc<TenantInfo>> {
        self.table.load().sites.values().map(|slot| slot.info.clone()).collect()
    }

    /// Sites that somebody asked for here.
    pub(super) fn alive(&self) -> Vec<Site> {
        self.table.load().sites.values().filter_map(|slot| slot.site.clone()).collect()
    }

    /// The live site, made when it is first asked for.
    pub(super) fn site(&self, tenant: TenantId) -> Option<Site> {
        let table = self.table.load();
        let slot = table.sites.get(&tenant)?;
        if let Some(site) = &slot.site {
            return Some(site.clone());
        }
        self.enliven(tenant)
    }

    fn enliven(&self, tenant: TenantId) -> Option<Site> {
        let coherence = self.coherence.get()?;
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut table = Table::clone(&self.table.load());
        let slot = table.sites.get_mut(&tenant)?;
        if let Some(site) = &slot.site {
            return Some(site.clone());
        }
        let site = Site::serving(&self.core, slot.info.clone(), coherence.activate(tenant));
        slot.site = Some(site.clone());
        self.table.store(Arc::new(table));
        Some(site)
    }

    /// Takes up changed rows and those that are gone; with `full`, all that are not named are gone.
    pub(super) fn take_up(&self, full: bool, rows: Vec<TenantRow>, gone: &[TenantId]) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut table = Table::clone(&self.table.load());
        if full {
            let named: Vec<TenantId> = rows.iter().map(|row| row.id.0).collect();
            let gone: Vec<TenantId> = table.sites.keys().filter(|id| !named.contains(id)).copied().collect();
            gone.into_iter().for_each(|id| self.forget(&mut table, id));
        }
        gone.iter().for_each(|id| self.forget(&mut table, *id));
        for row in rows {
            match TenantInfo::decode(row, &self.core.keys) {
                Ok(info) => self.put(&mut table, Arc::new(info)),
                Err(error) => {
                    tracing::error!(%error, "a tenant's row cannot be read; it keeps its old state")
                }
            }
        }
        metrics::gauge!("rowhouse_tenants").set(table.sites.len() as f64);
        self.table.store(Arc::new(table));
    }

    fn forget(&self, table: &mut Table, tenant: TenantId) {
        table.directory.remove(tenant);
        table.sites.remove(&tenant);
        if let Some(coherence) = self.coherence.get() {
            coherence.deactivate(tenant);
        }
    }

    fn put(&self, table: &mut Table, info: Arc<TenantInfo>) {
        if info.state == TenantState::Deleted {
            return self.forget(table, info.id);
        }
        if let Err(conflict) = table.directory.insert(info.entry(self.core.clock.now())) {
            tracing::error!(tenant = %info.name, %conflict, "the tenant's address is another's; it is not served");
            table.directory.remove(info.id);
        }
        let site = match table.sites.get(&info.id) {
            // a database that was replaced is another world: nothing of the old one may be shown
            Some(slot) if slot.info.target != info.target => {
                if let Some(coherence) = self.coherence.get() {
                    coherence.deactivate(info.id);
                }
                None
            }
            Some(slot) => slot.site.clone(),
            None => None,
        };
        if let Some(site) = &site {
            site.set_info(info.clone());
        }
        table.sites.insert(info.id, Slot { info, site });
    }
}
