//! What a node is told when it is made. Reading it from files and the environment is the business of the
//! binary.

use std::{path::PathBuf, time::Duration};

use rowhouse_cluster::{bus::BusSettings, redis::RedisUrl};
use rowhouse_domain::tenant::Isolation;
use rowhouse_store::{Budget, PoolLimits};
use url::Url;

use crate::{identity::IdentitySettings, mail::MailSettings};

rowhouse_domain::words! {
    /// How many sites an installation has.
    pub enum Mode {
        /// One, at the root.
        Single = "single",
        /// Many, and a Default tenant that manages them.
        Multi = "multi",
    }
}

/// Limits of the render cache and its promises.
#[derive(Clone, Copy, Debug)]
pub struct CacheSettings {
    /// Δ: no request that begins so long after a change shows the older page.
    pub max_staleness: Duration,
    /// How long pages may be shown while the databases cannot be asked.
    pub stale_if_error: Duration,
    /// How often the own row of a tenant that is visited is read although nothing seems to have changed.
    pub verify_every: Duration,
    /// Bytes of rendered pages in memory. Texts that pages are made from take up to an eighth of it besides.
    pub bytes: u64,
    /// The part of them that one tenant may fill, in percent.
    pub tenant_percent: u8,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            max_staleness: Duration::from_secs(1),
            stale_if_error: Duration::from_secs(60),
            verify_every: Duration::from_secs(30),
            bytes: 256 << 20,
            tenant_percent: 25,
        }
    }
}

/// The Redis that nodes share.
#[derive(Clone, Debug)]
pub struct RedisSettings {
    /// Where it is.
    pub url: RedisUrl,
    /// How it is used.
    pub bus: BusSettings,
}

/// Everything a node is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The node's name, in logs and headers.
    pub node: String,
    /// The program's build, part of every key of the render cache.
    pub build: String,
    /// One site or many.
    pub mode: Mode,
    /// The base of prefix tenants, in links, feeds and mail.
    pub public_url: Url,
    /// Where databases of new tenants are, with `{name}` in it.
    pub tenant_database_url: String,
    /// How new tenants are kept apart, where nothing else is asked for.
    pub isolation: Isolation,
    /// How long a deleted tenant can be had back.
    pub grace: Duration,
    /// How long an old prefix is answered with a redirect; for ever if absent.
    pub old_prefix_for: Option<Duration>,
    /// Connections and pools of tenants' databases.
    pub budget: Budget,
    /// Connections to the catalogue.
    pub catalogue_pool: PoolLimits,
    /// The render cache.
    pub cache: CacheSettings,
    /// What joins several nodes; absent where there is one.
    pub redis: Option<RedisSettings>,
    /// A folder of themes that adds to or replaces the built-in ones.
    pub themes_dir: Option<PathBuf>,
    /// Renders at once on this node.
    pub renders: usize,
    /// Passwords, sessions and links.
    pub identity: IdentitySettings,
    /// The way out for mail.
    pub mail: MailSettings,
}
