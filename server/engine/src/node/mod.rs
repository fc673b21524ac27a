//! One process: what all its use cases share, the tenants it knows, and the loops that keep it fresh.

mod core;
mod directory;
mod news;
mod registry;
mod settings;
mod source;
mod troubles;
mod worker;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

pub use core::Core;
pub use registry::{Membership, Registration};
use rowhouse_cluster::{
    bus::Bus,
    cache::{CacheLimits, CacheStats},
    driver::{Coherence, CoherenceSettings, Parts, Shelf},
    protocol::Rules,
    wire::Sealer,
};
use rowhouse_domain::{
    Moment, NodeId, TenantId,
    addressing::{Base, Entry, RequestPath, Resolution},
    clock::SharedClock,
    tenant::TenantState,
};
use rowhouse_media::{Limits, MediaUrl, Workshop};
use rowhouse_render::Themes;
use rowhouse_store::{Catalogue, DbUrl, Pools, SharedSteps};
pub use settings::{CacheSettings, Mode, RedisSettings, Settings};
use tokio::{runtime::Handle, sync::Semaphore};

use crate::{
    error::{EngineError, Result},
    identity::Identity,
    jobs::Jobs,
    keys::KeyRing,
    mail::Mailer,
    pages,
    site::Site,
    tenant_info::TenantInfo,
    tenants::Tenants,
};

/// How often the directory may be read again for an unknown address.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Uploads whose pictures are worked on at once: each may take hundreds of megabytes for a moment.
const UPLOADS_AT_ONCE: usize = 2;

/// How long a Redis may take to answer for the first time.
const MEET_WITHIN: Duration = Duration::from_millis(500);

/// How long the tenants last read are served while the catalogue cannot be asked.
const DIRECTORY_LASTS: Duration = Duration::from_secs(600);

/// What a node is made of.
pub struct NodeParts {
    /// What it is told.
    pub settings: Settings,
    /// The catalogue.
    pub database: DbUrl,
    /// Where uploads are.
    pub media: MediaUrl,
    /// The cluster's keys.
    pub keys: KeyRing,
    /// Time.
    pub clock: SharedClock,
    /// Steps of dangerous work; [`rowhouse_store::NoSteps`] in service.
    pub steps: SharedSteps,
    /// The rules of coherence; [`rowhouse_cluster::protocol::AsDesigned`] in service.
    pub rules: Arc<dyn Rules>,
    /// The runtime for database work; it has several threads.
    pub runtime: Handle,
}

/// One process; cheap to clone.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    id: NodeId,
    core: Core,
    sites: Arc<directory::Sites>,
    coherence: Arc<Coherence>,
    lifecycle: Tenants,
    looked_again: AtomicU64,
}

impl Node {
    /// Opens the catalogue, loads the themes and reads all tenants once.
    ///
    /// # Errors
    /// If the catalogue or the store of files cannot be opened, or a theme is broken.
    #[crate::boxed]
    pub async fn start(parts: NodeParts) -> Result<Self> {
        let node = Self::prepare(parts).await?;
        node.refresh().await?;
        Ok(node)
    }

    /// As [`Node::start`], but it knows no tenants until it is refreshed first.
    ///
    /// # Errors
    /// If the catalogue or the store of files cannot be opened, or a theme is broken.
    #[crate::boxed]
    pub async fn prepare(parts: NodeParts) -> Result<Self> {
        let core = Self::core_of(&parts).await?;
        let sites = directory::Sites::new(core.clone());
        let cache = parts.settings.cache;
        let coherence = Coherence::new(Parts {
            settings: CoherenceSettings {
                max_staleness: cache.max_staleness,
                verify_every: cache.verify_every,
                stale_if_error: cache.stale_if_error,
                ..CoherenceSettings::default()
            },
            limits: CacheLimits {
                bytes: usize::try_from(cache.bytes).unwrap_or(usize::MAX),
                tenant_share: f64::from(cache.tenant_percent) / 100.0,
            },
            source: source::Databases::new(core.clone(), Arc::downgrade(&sites)),
            shelf: core.bus.is_shared().then(|| core.bus.clone() as Arc<dyn Shelf>),
            clock: core.clock.clone(),
            rules: parts.rules,
            runtime: parts.runtime,
            complete: Some(pages::with_smaller_forms),
        });
        sites.attach(coherence.clone());
        news::announce_tenants(&core, &coherence);
        let lifecycle = Tenants::new(core.clone());
        let (id, looked_again) = (NodeId::fresh(), AtomicU64::new(0));
        Ok(Self(Arc::new(Inner { id, core, sites, coherence, lifecycle, looked_again })))
    }

    async fn core_of(parts: &NodeParts) -> Result<Core> {
        let settings = parts.settings.clone();
        let catalogue =
            Catalogue::open(&parts.database, settings.catalogue_pool, parts.runtime.clone()).await?;
        let themes =
            Themes::load(settings.themes_dir.as_deref()).map_err(|e| EngineError::Render(e.to_string()))?;
        Ok(Core {
            bus: bus_of(parts, &settings),
            pools: Pools::new(settings.budget, parts.clock.clone()),
            renders: Arc::new(Semaphore::new(settings.renders.max(1))),
            texts: Arc::new(pages::Texts::beside(settings.cache.bytes)),
            identity: Arc::new(Identity::new(settings.identity.clone())?),
            jobs: Jobs::default(),
            mailer: Mailer::open(&settings.mail, &parts.runtime)?,
            settings: Arc::new(settings),
            keys: parts.keys.clone(),
            clock: parts.clock.clone(),
            themes_build: build_of(&themes),
            themes: Arc::new(themes),
            catalogue,
            steps: parts.steps.clone(),
            workshop: Workshop::new(Limits::default(), UPLOADS_AT_ONCE),
            media: rowhouse_media::Store::open(&parts.media)
                .map_err(|e| EngineError::Media(e.to_string()))?,
        })
    }

    /// What all use cases share.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.0.core
    }

    /// Making, changing and removing tenants.
    #[must_use]
    pub fn lifecycle(&self) -> &Tenants {
        &self.0.lifecycle
    }

    /// What the node was told.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.core.settings
    }

    /// Whom a request is for.
    #[must_use]
    pub fn resolve(&self, host: &str, path: &str) -> Resolution {
        self.0.sites.resolve(host, path)
    }

    /// Whether the tenants known here may still be served: the catalogue told of them not too long ago.
    #[must_use]
    pub fn knows_its_tenants(&self) -> bool {
        let now = self.0.core.clock.moment();
        self.0.coherence.directory_confirmed().is_some_and(|at| now.since(at) <= DIRECTORY_LASTS)
    }

    /// The number of this node's state of all tenants, if it is of a poll sent no more than Δ before `arrived`:
    /// nobody has to be asked then. What an address means depends on that state alone.
    #[must_use]
    pub fn directory_at_hand(&self, arrived: Moment) -> Option<u64> {
        let need = arrived.minus(self.settings().cache.max_staleness);
        self.0.coherence.is_polled(need).then(|| self.0.sites.serial())
    }

    /// The live site at an address, if it is ready to be read because somebody asked for it before.
    #[must_use]
    pub fn site_at_hand(&self, host: &str, path: &str) -> Option<(Site, Base, RequestPath)> {
        match self.resolve(host, path) {
            Resolution::Tenant { tenant, state: TenantState::Running, base, rest } => {
                let site = self.0.sites.alive(tenant).filter(Site::is_ready)?;
                Some((site, base, rest))
            }
            _ => None,
        }
    }

    /// Makes sure that a request which arrived at `arrived` is answered by tenants as the catalogue had them no
    /// more than Δ before. Costs nothing as long as polls come in time; a process that was paused waits for one.
    /// While the catalogue does not answer, known tenants are served on.
    #[crate::boxed]
    pub async fn know_tenants(&self, arrived: Moment) {
        self.polled_since(arrived.minus(self.settings().cache.max_staleness)).await;
    }

    /// Reads the catalogue again, for an address that nobody here has; at most a few times a second.
    #[crate::boxed]
    pub async fn look_again(&self, arrived: Moment) {
        let last = Moment(self.0.looked_again.load(Ordering::Acquire));
        let due = arrived.since(last) >= LOOK_AGAIN.min(self.settings().cache.max_staleness);
        let mine = due
            && self
                .0
                .looked_again
                .compare_exchange(last.0, arrived.0, Ordering::AcqRel, Ordering::Acquire)
                .is_ok();
        // the others wait for the look that was asked for last, which may still be under way
        self.polled_since(if mine { arrived } else { Moment(self.0.looked_again.load(Ordering::Acquire)) })
            .await;
    }

    async fn polled_since(&self, need: Moment) {
        if let Err(error) = self.0.coherence.ensure_polled(need).await {
            tracing::warn!(%error, "the catalogue cannot be read; known tenants are served on");
        }
    }

    /// Reads the catalogue now, so that this node knows a change of the tenants that was just made.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    #[crate::boxed]
    pub async fn refresh(&self) -> Result<()> {
        self.0.coherence.poll().await.map_err(|e| EngineError::Unavailable(e.to_string()))
    }

    /// A tenant as the catalogue has it, deleted ones left out. It is read when somebody asks first.
    ///
    /// # Errors
    /// If the catalogue cannot be read, or the tenant's row means nothing to this node.
    #[crate::boxed]
    pub async fn tenant(&self, id: TenantId) -> Result<Option<Arc<TenantInfo>>> {
        self.0.sites.info(id).await
    }

    /// The names and addresses of all tenants that this node knows, in no order.
    #[must_use]
    pub fn tenants(&self) -> Vec<Arc<Entry>> {
        self.0.sites.entries()
    }

    /// A tenant's live state; its database is ready to be read.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], or what its database says.
    #[crate::boxed]
    pub async fn site(&self, id: TenantId) -> Result<Site> {
        let site = self.0.sites.site(id).await?.ok_or(EngineError::NotFound("site"))?;
        site.ready().await?;
        Ok(site)
    }

    /// The memory of rendered pages.
    #[must_use]
    pub fn cache_stats(&self) -> CacheStats {
        self.0.coherence.stats()
    }

    /// How long ago the poll was sent that last confirmed all tenants.
    #[must_use]
    pub fn poll_age(&self) -> Option<Duration> {
        self.0.coherence.polled().map(|at| self.0.core.clock.moment().since(at))
    }

    /// Pools and connections open.
    #[must_use]
    pub fn pool_usage(&self) -> (usize, usize) {
        self.0.core.pools.usage()
    }

    /// Whether the catalogue answers.
    ///
    /// # Errors
    /// What it says.
    #[crate::boxed]
    pub async fn ping(&self) -> Result<()> {
        Ok(self.0.core.catalogue.ping().await?)
    }

    /// Gives a Redis that there is a moment to answer, so that what is done next is told to other nodes.
    #[crate::boxed]
    pub async fn meet_others(&self) {
        if self.0.core.bus.is_shared() && !self.0.core.bus.connected_within(MEET_WITHIN).await {
            tracing::warn!("Redis does not answer; other nodes learn of changes by their poll");
        }
    }

    /// Keeps the node fresh for ever: the poll, what others tell, jobs and plans, idle pools. Drop the future to
    /// stop.
    #[crate::boxed]
    pub async fn run(&self) {
        let tidy = async {
            loop {
                tokio::time::sleep(Duration::from_secs(15)).await;
                self.0.core.pools.close_idle();
            }
        };
        let ear = news::Ears::new(self);
        let heard = self.0.core.bus.run(&self.0.coherence, &ear);
        tokio::join!(self.0.coherence.run(), heard, self.work(), tidy);
    }
}

fn bus_of(parts: &NodeParts, settings: &Settings) -> Arc<Bus> {
    match &settings.redis {
        Some(redis) => {
            let sealer = Sealer::new(parts.keys.bus_keys());
            Bus::over(redis.url.clone(), sealer, redis.bus.clone(), &parts.runtime)
        }
        None => Bus::alone(),
    }
}

fn build_of(themes: &Themes) -> Arc<str> {
    use sha2::{Digest, Sha256};
    let mut digest = Sha256::new();
    for theme in themes.iter() {
        digest.update(theme.name());
        digest.update([0]);
        digest.update(theme.build_id());
    }
    hex::encode(digest.finalize()).chars().take(16).collect::<String>().into()
}
