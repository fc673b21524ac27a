//! All tenants as this node knows them: where they are found, and the live site of each. Readers take one
//! pointer and no lock; a change of the catalogue makes a new table.
//!
//! Of a tenant that nobody asked for, no more is kept than leads to it; the rest of its row is read when somebody
//! does. So a node is ready soon however many tenants there are. Rows that cannot be read are looked for behind that.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use arc_swap::ArcSwap;
use rowhouse_cluster::driver::Coherence;
use rowhouse_domain::{
    TenantId,
    addressing::{Directory, Entry, Resolution},
    id::Ours,
    name::HostName,
    node::TroubleKind,
    tenant::TenantState,
};
use rowhouse_store::{NodeTrouble, TenantLine, TenantRow};

use super::{Core, Mode, troubles::Troubles};
use crate::{
    error::{EngineError, Result},
    site::Site,
    tenant_info::TenantInfo,
};

/// The tables, replaced whole.
#[derive(Clone)]
struct Table {
    /// Counts the tables of this node.
    serial: u64,
    directory: Directory,
    sites: Ours<TenantId, Arc<Slot>>,
}

/// A tenant's place in the table. What nobody asked for yet is put in without a new table.
struct Slot {
    entry: Arc<Entry>,
    info: OnceLock<Arc<TenantInfo>>,
    site: OnceLock<Site>,
}

impl Slot {
    fn asleep(entry: Arc<Entry>) -> Self {
        Self { entry, info: OnceLock::new(), site: OnceLock::new() }
    }
}

/// What the catalogue says of one tenant.
struct News {
    entry: Arc<Entry>,
    /// Its place in the order of the catalogue's changes.
    seq: i64,
    /// Its whole row, if that was read.
    info: Option<Arc<TenantInfo>>,
}

/// How often a row is read for somebody who asks, while it changes again and again.
const READS: usize = 5;

/// All tenants of this node.
pub(crate) struct Sites {
    core: Core,
    table: ArcSwap<Table>,
    changing: Mutex<()>,
    troubles: Troubles,
    coherence: OnceLock<Arc<Coherence>>,
    /// Whether there are rows that were not looked at since everything was read.
    unchecked: AtomicBool,
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
            table: ArcSwap::from_pointee(Table { serial: 1, directory, sites: Ours::default() }),
            changing: Mutex::new(()),
            troubles: Troubles::default(),
            coherence: OnceLock::new(),
            unchecked: AtomicBool::new(false),
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

    /// What leads to a tenant.
    pub(super) fn entry(&self, tenant: TenantId) -> Option<Arc<Entry>> {
        self.table.load().sites.get(&tenant).map(|slot| slot.entry.clone())
    }

    /// What leads to each tenant, in no order.
    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        self.table.load().sites.values().map(|slot| slot.entry.clone()).collect()
    }

    /// What the catalogue says of a tenant; nothing if it is not listed here.
    #[crate::boxed]
    pub(super) async fn info(&self, tenant: TenantId) -> Result<Option<Arc<TenantInfo>>> {
        let Some(slot) = self.table.load().sites.get(&tenant).cloned() else { return Ok(None) };
        if let Some(info) = slot.info.get() {
            return Ok(Some(info.clone()));
        }
        let Some(row) = self.core.catalogue.tenant(tenant).await? else { return Ok(None) };
        let info = self.decode(row)?;
        Ok((info.state != TenantState::Deleted).then(|| slot.info.get_or_init(|| info).clone()))
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

    /// The live site, made when it is first asked for; nothing if the tenant is not listed here.
    #[crate::boxed]
    pub(super) async fn site(&self, tenant: TenantId) -> Result<Option<Site>> {
        if let Some(site) = self.alive(tenant) {
            return Ok(Some(site));
        }
        for _ in 0..READS {
            if self.info(tenant).await?.is_none() {
                return Ok(None);
            }
            if let Some(site) = self.enliven(tenant) {
                return Ok(Some(site));
            }
        }
        Err(EngineError::Busy("the tenant is being changed again and again".into()))
    }

    /// Nothing if its row has changed since it was read.
    fn enliven(&self, tenant: TenantId) -> Option<Site> {
        let coherence = self.coherence.get()?;
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let table = self.table.load();
        let slot = table.sites.get(&tenant)?;
        let info = slot.info.get()?;
        let begin = || Site::serving(&self.core, info.clone(), coherence.activate(tenant));
        Some(slot.site.get_or_init(begin).clone())
    }

    /// Takes up everything there is: all that are not named are gone. Of tenants that are awake here the whole rows
    /// are wanted.
    pub(super) fn take_up_all(&self, lines: Vec<TenantLine>, rows: Vec<TenantRow>) {
        let now = self.core.clock.now();
        let named: Vec<TenantId> = lines.iter().map(|line| line.id.0).collect();
        let mut awake: Ours<TenantId, _> =
            rows.into_iter().map(|row| (row.id.0, self.decode(row).ok())).collect();
        let told = lines.into_iter().filter_map(|line| {
            let seq = line.seq;
            let info = match awake.remove(&line.id.0) {
                // one that is awake and whose row cannot be read keeps its old state
                Some(None) => return None,
                read => read.flatten(),
            };
            Some(News { entry: Arc::new(line.into_entry(now)), seq, info })
        });
        let told: Vec<News> = told.collect();
        self.change(|table| {
            if table.sites.is_empty() {
                self.put_first(table, &told);
            } else {
                self.forget_others(table, &named);
                self.put_all(table, told);
            }
            self.troubles.keep_only(|tenant| table.sites.contains_key(tenant));
        });
        self.unchecked.store(true, Ordering::Release);
    }

    /// Forgets all but these.
    fn forget_others(&self, table: &mut Table, named: &[TenantId]) {
        let named: HashSet<TenantId> = named.iter().copied().collect();
        let gone: Vec<TenantId> = table.sites.keys().filter(|id| !named.contains(id)).copied().collect();
        gone.into_iter().for_each(|id| self.forget(table, id));
    }

    /// Takes up changed rows and those that are gone.
    pub(super) fn take_up(&self, rows: Vec<TenantRow>, gone: &[TenantId]) {
        let now = self.core.clock.now();
        let news = |info: Arc<TenantInfo>| News {
            entry: Arc::new(info.entry(now)),
            seq: info.seq,
            info: Some(info),
        };
        let told: Vec<News> = rows.into_iter().filter_map(|row| self.decode(row).ok()).map(news).collect();
        self.change(|table| {
            gone.iter().for_each(|id| self.forget(table, *id));
            self.put_all(table, told);
        });
    }

    fn change(&self, how: impl FnOnce(&mut Table)) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut table = Table::clone(&self.table.load());
        table.serial += 1;
        how(&mut table);
        metrics::gauge!("rowhouse_tenants").set(table.sites.len() as f64);
        self.table.store(Arc::new(table));
    }

    fn put_all(&self, table: &mut Table, told: Vec<News>) {
        // all let go before any takes hold: an address may change hands within one poll
        told.iter().for_each(|news| drop(table.directory.remove(news.entry.tenant)));
        told.into_iter().for_each(|news| self.put(table, news));
        self.try_again(table);
    }

    /// Fills a table that was empty. A start waits for this, so two do it: one the addresses, one the places.
    fn put_first(&self, table: &mut Table, told: &[News]) {
        let Table { directory, sites, .. } = table;
        let place = |news: &News| (news.entry.tenant, Arc::new(Slot::asleep(news.entry.clone())));
        std::thread::scope(|both| {
            both.spawn(|| sites.extend(told.iter().map(place)));
            directory.reserve(told.len());
            told.iter().for_each(|news| self.put_address(directory, &news.entry));
        });
    }

    /// A row as this node understands it; one that it does not is noted.
    fn decode(&self, row: TenantRow) -> Result<Arc<TenantInfo>> {
        let (id, name) = (row.id.0, row.name.0.clone());
        TenantInfo::decode(row, &self.core.keys).map(Arc::new).inspect_err(|error| {
            tracing::error!(tenant = %name, %error, "a tenant's row cannot be read; unless it is awake it is not served");
            self.troubles.note(id, name.as_str(), TroubleKind::Row, error);
        })
    }

    /// Looks for rows that cannot be read, of tenants that nobody asked for, if that was not done since everything
    /// was read last.
    #[crate::boxed]
    pub(super) async fn check_rows(&self) {
        if !self.unchecked.swap(false, Ordering::AcqRel) {
            return;
        }
        let mut after = None;
        loop {
            match self.core.catalogue.tenants_after(after).await {
                Ok(rows) if rows.is_empty() => return,
                Ok(rows) => {
                    after = rows.last().map(|row| row.id.0);
                    rows.into_iter().for_each(|row| drop(self.decode(row)));
                }
                Err(error) => {
                    tracing::warn!(%error, "the tenants' rows cannot be looked through");
                    return self.unchecked.store(true, Ordering::Release);
                }
            }
        }
    }

    /// Serves those whose address was another's and has become free.
    fn try_again(&self, table: &mut Table) {
        for tenant in self.troubles.of(TroubleKind::Address) {
            let Some(entry) = table.sites.get(&tenant).map(|slot| slot.entry.clone()) else { continue };
            if table.directory.insert(entry.clone()).is_ok() {
                tracing::info!(tenant = %entry.name, "the tenant's address is its own now; it is served");
                self.troubles.over(tenant);
            }
        }
    }

    fn forget(&self, table: &mut Table, tenant: TenantId) {
        table.directory.remove(tenant);
        table.sites.remove(&tenant);
        self.troubles.over(tenant);
        self.deactivate(tenant);
    }

    fn deactivate(&self, tenant: TenantId) {
        if let Some(coherence) = self.coherence.get() {
            coherence.deactivate(tenant);
        }
    }

    fn put(&self, table: &mut Table, News { entry, seq, info }: News) {
        let tenant = entry.tenant;
        if entry.state == TenantState::Deleted {
            return self.forget(table, tenant);
        }
        self.put_address(&mut table.directory, &entry);
        let before = table.sites.get(&tenant);
        let site = before.and_then(|slot| slot.site.get().cloned());
        let site = site.filter(|site| self.stays(site, seq, info.as_ref()));
        // what nobody asked for is not kept
        let info = match (&site, info) {
            (Some(site), None) => Some(site.info()),
            (Some(_), Some(info)) => Some(info),
            (None, info) => info.filter(|_| before.is_some_and(|slot| slot.info.get().is_some())),
        };
        let once = |info: Option<Arc<TenantInfo>>| info.map(OnceLock::from).unwrap_or_default();
        let slot = Slot { entry, info: once(info), site: site.map(OnceLock::from).unwrap_or_default() };
        table.sites.insert(tenant, Arc::new(slot));
    }

    fn put_address(&self, directory: &mut Directory, entry: &Arc<Entry>) {
        match directory.insert(entry.clone()) {
            Ok(()) => self.troubles.over(entry.tenant),
            Err(conflict) => {
                tracing::error!(tenant = %entry.name, %conflict, "the tenant's address is another's; it is not served");
                self.troubles.note(entry.tenant, entry.name.as_str(), TroubleKind::Address, conflict);
            }
        }
    }

    /// Whether a live site goes on with what its row says now. A database that was replaced is another world:
    /// nothing of the old one may be shown. One that woke by another row while all were read begins anew.
    fn stays(&self, site: &Site, seq: i64, info: Option<&Arc<TenantInfo>>) -> bool {
        let stays = match info {
            Some(info) => site.info().target == info.target,
            None => site.info().seq == seq,
        };
        match info {
            Some(info) if stays => site.set_info(info.clone()),
            None if stays => {}
            _ => self.deactivate(site.id()),
        }
        stays
    }
}
