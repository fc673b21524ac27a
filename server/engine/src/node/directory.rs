//! All tenants as this node knows them: where they are found, and the live site of each. Readers take one
//! pointer and no lock; a change of the catalogue makes a new table.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use arc_swap::ArcSwap;
use rowhouse_cluster::driver::Coherence;
use rowhouse_domain::{
    TenantId,
    addressing::{Directory, Resolution},
    name::HostName,
    node::TroubleKind,
    tenant::TenantState,
};
use rowhouse_store::{NodeTrouble, TenantRow};

use super::{Core, Mode, troubles::Troubles};
use crate::{site::Site, tenant_info::TenantInfo};

/// The tables, replaced whole.
#[derive(Clone)]
struct Table {
    /// Counts the tables of this node.
    serial: u64,
    directory: Directory,
    sites: HashMap<TenantId, Arc<Slot>>,
}

/// A tenant's place in the table. Its site is put in when somebody asks for it, without a new table.
struct Slot {
    info: Arc<TenantInfo>,
    site: OnceLock<Site>,
}

/// All tenants of this node.
pub(crate) struct Sites {
    core: Core,
    table: ArcSwap<Table>,
    changing: Mutex<()>,
    troubles: Troubles,
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
            table: ArcSwap::from_pointee(Table { serial: 1, directory, sites: HashMap::new() }),
            changing: Mutex::new(()),
            troubles: Troubles::default(),
            coherence: OnceLock::new(),
        })
    }

    pub(super) fn attach(&self, coherence: Arc<Coherence>) {
        // set once, when the node is put together
        let _ = self.coherence.set(coherence);
    }

    pub(super) fn serial(&self) -> u64 {
        self.table.load().serial
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

    /// Tenants whose row or address cannot be taken as the catalogue has it.
    pub(super) fn troubles(&self) -> Vec<NodeTrouble> {
        self.troubles.all()
    }

    /// Sites that somebody asked for here.
    pub(super) fn all_alive(&self) -> Vec<Site> {
        self.table.load().sites.values().filter_map(|slot| slot.site.get().cloned()).collect()
    }

    /// The live site, if somebody asked for it here.
    pub(super) fn alive(&self, tenant: TenantId) -> Option<Site> {
        self.table.load().sites.get(&tenant)?.site.get().cloned()
    }

    /// The live site, made when it is first asked for.
    pub(super) fn site(&self, tenant: TenantId) -> Option<Site> {
        let table = self.table.load();
        let slot = table.sites.get(&tenant)?;
        slot.site.get().cloned().or_else(|| self.enliven(tenant))
    }

    fn enliven(&self, tenant: TenantId) -> Option<Site> {
        let coherence = self.coherence.get()?;
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        // the place that the tenant has now: it may have got another one meanwhile
        let table = self.table.load();
        let slot = table.sites.get(&tenant)?;
        let begin = || Site::serving(&self.core, slot.info.clone(), coherence.activate(tenant));
        Some(slot.site.get_or_init(begin).clone())
    }

    /// Takes up changed rows and those that are gone; with `full`, all that are not named are gone.
    pub(super) fn take_up(&self, full: bool, rows: Vec<TenantRow>, gone: &[TenantId]) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut table = Table::clone(&self.table.load());
        table.serial += 1;
        if full {
            let named: HashSet<TenantId> = rows.iter().map(|row| row.id.0).collect();
            let gone: Vec<TenantId> = table.sites.keys().filter(|id| !named.contains(id)).copied().collect();
            gone.into_iter().for_each(|id| self.forget(&mut table, id));
            self.troubles.keep_only(&named);
        }
        gone.iter().for_each(|id| self.forget(&mut table, *id));
        let infos: Vec<_> = rows.into_iter().filter_map(|row| self.decode(row)).collect();
        // all let go before any takes hold: an address may change hands within one poll
        infos.iter().for_each(|info| drop(table.directory.remove(info.id)));
        infos.into_iter().for_each(|info| self.put(&mut table, info));
        self.try_again(&mut table);
        metrics::gauge!("rowhouse_tenants").set(table.sites.len() as f64);
        self.table.store(Arc::new(table));
    }

    fn decode(&self, row: TenantRow) -> Option<Arc<TenantInfo>> {
        let (id, name) = (row.id.0, row.name.0.clone());
        match TenantInfo::decode(row, &self.core.keys) {
            Ok(info) => Some(Arc::new(info)),
            Err(error) => {
                tracing::error!(tenant = %name, %error, "a tenant's row cannot be read; it keeps its old state");
                self.troubles.note(id, name.as_str(), TroubleKind::Row, error);
                None
            }
        }
    }

    /// Serves those whose address was another's and has become free.
    fn try_again(&self, table: &mut Table) {
        for tenant in self.troubles.of(TroubleKind::Address) {
            let Some(info) = table.sites.get(&tenant).map(|slot| slot.info.clone()) else { continue };
            if table.directory.insert(info.entry(self.core.clock.now())).is_ok() {
                tracing::info!(tenant = %info.name, "the tenant's address is its own now; it is served");
                self.troubles.over(tenant);
            }
        }
    }

    fn forget(&self, table: &mut Table, tenant: TenantId) {
        table.directory.remove(tenant);
        table.sites.remove(&tenant);
        self.troubles.over(tenant);
        if let Some(coherence) = self.coherence.get() {
            coherence.deactivate(tenant);
        }
    }

    fn put(&self, table: &mut Table, info: Arc<TenantInfo>) {
        if info.state == TenantState::Deleted {
            return self.forget(table, info.id);
        }
        match table.directory.insert(info.entry(self.core.clock.now())) {
            Ok(()) => self.troubles.over(info.id),
            Err(conflict) => {
                tracing::error!(tenant = %info.name, %conflict, "the tenant's address is another's; it is not served");
                self.troubles.note(info.id, info.name.as_str(), TroubleKind::Address, conflict);
            }
        }
        let site = match table.sites.get(&info.id) {
            // a database that was replaced is another world: nothing of the old one may be shown
            Some(slot) if slot.info.target != info.target => {
                if let Some(coherence) = self.coherence.get() {
                    coherence.deactivate(info.id);
                }
                None
            }
            Some(slot) => slot.site.get().cloned(),
            None => None,
        };
        if let Some(site) = &site {
            site.set_info(info.clone());
        }
        let site = site.map(OnceLock::from).unwrap_or_default();
        table.sites.insert(info.id, Arc::new(Slot { info, site }));
    }
}
