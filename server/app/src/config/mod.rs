//! Settings: commented defaults, then a file, then the environment, then flags. Everything is parsed here;
//! an error names the source, the key and what would be right.

mod raw;
mod values;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

pub use raw::Raw;
use rowhouse_domain::tenant::Isolation;
use rowhouse_engine::{BusSettings, Mode, RedisSettings};
use rowhouse_media::MediaUrl;
use rowhouse_store::DbUrl;
use tracing_subscriber::filter::Targets;
use url::Url;

/// The commented defaults: also the documentation of every key.
pub const DEFAULTS: &str = include_str!("default.toml");

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: {reason}")]
    File {
        /// Which file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A key has a value that it cannot have, or is not known.
    #[error("{key}: {reason} (set {source_name})")]
    Key {
        /// The key, as in the file: `server.listen`.
        key: String,
        /// What is wrong and what would be right.
        reason: String,
        /// Where it was set.
        source_name: String,
    },
}

/// All settings, checked.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each key is documented in default.toml")]
pub struct Config {
    pub listen: SocketAddr,
    pub ops_listen: SocketAddr,
    pub public_url: Url,
    pub node: String,
    pub workers: usize,
    pub trusted_proxies: Vec<ipnet::IpNet>,
    pub drain: Duration,
    pub mode: Mode,
    pub tenant_database_url: String,
    pub isolation: Isolation,
    pub grace: Duration,
    pub old_prefix_for: Option<Duration>,
    pub database_url: DbUrl,
    pub connections: usize,
    pub tenant_connections: usize,
    pub connections_per_tenant: usize,
    pub pools: usize,
    pub pool_idle: Duration,
    pub redis: Option<RedisSettings>,
    pub max_staleness: Duration,
    pub stale_if_error: Duration,
    pub verify_every: Duration,
    pub cache_bytes: u64,
    pub tenant_percent: u8,
    pub themes_dir: Option<PathBuf>,
    pub renders: usize,
    pub media_url: MediaUrl,
    pub key_file: PathBuf,
    pub session_idle: Duration,
    pub session_max: Duration,
    pub form_bytes: usize,
    pub upload_bytes: usize,
    pub sign_in_account: u32,
    pub sign_in_address: u32,
    pub mail: Mail,
    pub log_levels: Targets,
    pub log_json: bool,
    /// The values as given, for `config show`.
    pub raw: Raw,
}

fn redis(get: &values::Getter<'_>) -> Result<Option<RedisSettings>, ConfigError> {
    let bus = BusSettings {
        prefix: get.filled("redis.prefix", "a few letters, as in rowhouse:")?,
        patience: get.duration_between("redis.timeout", 5, 5_000)?,
        keep_pages: get.duration("redis.keep_pages")?,
        ..BusSettings::default()
    };
    if get.text("redis.url")?.is_empty() {
        return Ok(None);
    }
    Ok(Some(RedisSettings { url: get.secret("redis.url")?, bus }))
}

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The server; mails are written to the log where absent.
    pub smtp: Option<String>,
    /// The sender.
    pub from: String,
}

impl Config {
    /// Reads all sources. `file` must exist if it is given; otherwise `rowhouse.toml` is read if it is there.
    ///
    /// # Errors
    /// The first key that cannot be used.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<Self, ConfigError> {
        let raw = Raw::gather(file, environment, flags)?;
        Self::check(raw)
    }

    fn check(raw: Raw) -> Result<Self, ConfigError> {
        let get = values::Getter::new(&raw);
        let smtp = match get.text("mail.transport")?.as_str() {
            "log" => None,
            "smtp" => Some(get.filled("mail.url", "smtp://HOST:PORT or smtps://USER:PASSWORD@HOST")?),
            other => {
                return Err(
                    get.wrong("mail.transport", &format!("\"{other}\" is not known; use log or smtp"))
                );
            }
        };
        let log_json = match get.text("log.format")?.as_str() {
            "text" => false,
            "json" => true,
            other => {
                return Err(get.wrong("log.format", &format!("\"{other}\" is not known; use text or json")));
            }
        };
        let config = Self {
            listen: get.parsed("server.listen", "an address with a port, as in 127.0.0.1:8080")?,
            ops_listen: get.parsed("server.ops_listen", "an address with a port, as in 127.0.0.1:9080")?,
            public_url: get.public_url("server.public_url")?,
            node: get.text("server.node")?,
            workers: get.count("server.workers")?,
            trusted_proxies: get.networks("server.trusted_proxies")?,
            drain: get.duration("server.drain")?,
            mode: get.parsed("tenancy.mode", "multi or single")?,
            tenant_database_url: get.pattern("tenancy.database_url")?,
            isolation: get.parsed("tenancy.isolation", "database or schema")?,
            grace: get.duration("tenancy.grace")?,
            old_prefix_for: get.optional_duration("tenancy.old_prefix_for")?,
            database_url: get.parsed("database.url", "sqlite://FILE or postgres://USER@HOST/DATABASE")?,
            connections: get.at_least("database.connections", 2)?,
            tenant_connections: get.at_least("database.tenant_connections", 2)?,
            connections_per_tenant: get.at_least("database.connections_per_tenant", 1)?,
            pools: get.at_least("database.pools", 1)?,
            pool_idle: get.duration("database.pool_idle")?,
            redis: redis(&get)?,
            max_staleness: get.duration_between("cache.max_staleness", 20, 60_000)?,
            stale_if_error: get.duration("cache.stale_if_error")?,
            verify_every: get.duration("cache.verify_every")?,
            cache_bytes: get.bytes("cache.bytes")?,
            tenant_percent: get.percent("cache.tenant_percent")?,
            themes_dir: get.optional_path("render.themes_dir")?,
            renders: get.count("render.at_once")?,
            media_url: get.media("media.url")?,
            key_file: get.filled("secrets.key_file", "the path of a file")?.into(),
            session_idle: get.duration("admin.session_idle")?,
            session_max: get.duration("admin.session_max")?,
            form_bytes: get.size("limits.form")?,
            upload_bytes: get.size("limits.upload")?,
            sign_in_account: get.parsed("limits.sign_in_account", "a number")?,
            sign_in_address: get.parsed("limits.sign_in_address", "a number")?,
            mail: Mail { smtp, from: get.text("mail.from")? },
            log_levels: get
                .parsed("log.level", "a level, as in info, or levels, as in info,rowhouse_engine=debug")?,
            log_json,
            raw: raw.clone(),
        };
        config.agree(&get)
    }

    /// What no key alone can tell.
    fn agree(self, get: &values::Getter<'_>) -> Result<Self, ConfigError> {
        let pattern = self.tenant_database_url.replace("{name}", "name");
        let url: DbUrl = pattern.parse().map_err(|e| get.wrong("tenancy.database_url", &format!("{e}")))?;
        if self.isolation == Isolation::Schema && !url.is_postgres() {
            return Err(get.wrong("tenancy.isolation", "isolation by schema needs PostgreSQL; use database"));
        }
        if self.redis.is_some() && !self.database_url.is_postgres() {
            return Err(get.wrong(
                "redis.url",
                "joins several nodes, and an SQLite catalogue is for one: \
                 set database.url to a PostgreSQL, or leave redis.url empty",
            ));
        }
        if self.redis.is_some() && !url.is_postgres() {
            return Err(get.wrong(
                "tenancy.database_url",
                "is for SQLite files, which one node alone can use; with redis.url it must be PostgreSQL",
            ));
        }
        if self.listen == self.ops_listen && self.listen.port() != 0 {
            return Err(
                get.wrong("server.ops_listen", "is the address of server.listen; choose another port")
            );
        }
        Ok(self)
    }
}
