//! The cluster under test: a PostgreSQL, a Redis if it is wanted, proxies before both, and nodes that are
//! processes of their own.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use rowhouse_engine::keys::KeyRing;
use rowhouse_tests::services::{Postgres, Redis, free_address};
use tempfile::TempDir;
use tokio::time::sleep;
use url::Url;

use crate::{
    dice::Dice,
    engine::{Binary, Engine},
    options::Options,
    peer::Peers,
    program::Program,
    truth,
    wire::{Speech, Wire},
};

/// How often it is tried to start something, and how long is waited in between.
const TRIES: usize = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

/// Everything that runs.
pub struct Cluster {
    pub nodes: Vec<Node>,
    pub postgres: Postgres,
    pub redis: Option<RedisUnderTest>,
    /// Before the catalogue, and before the databases of sites: a lane for each node, one for the writers.
    pub catalogue: Wire,
    pub sites: Wire,
    binary: Binary,
    peers: Peers,
    folder: TempDir,
}

/// Redis and the proxies before it.
pub struct RedisUnderTest {
    pub server: Redis,
    pub wire: Wire,
}

/// A node, or its place while it does not run.
pub struct Node {
    pub address: SocketAddr,
    config: PathBuf,
    program: Mutex<Option<Arc<Program>>>,
}

/// What all settings files have in common.
struct Common {
    catalogue: String,
    sites: String,
    redis: Option<String>,
}

impl Cluster {
    /// Starts servers and nodes.
    ///
    /// # Errors
    /// If anything does not start.
    pub async fn start(options: &Options, dice: &mut Dice) -> anyhow::Result<Arc<Self>> {
        let folder = tempfile::tempdir()?;
        let peers = Peers::of(options.nodes);
        let postgres = durable_postgres().await?;
        let target = address_of(postgres.admin_url())?;
        let before =
            |target, speech, dice: &mut Dice| Wire::before(target, peers.clone(), speech, dice.fork());
        let catalogue = before(target, Speech::Opaque, dice).await?;
        let sites = before(target, Speech::Opaque, dice).await?;
        let redis = match options.redis {
            false => None,
            true => {
                let server = Redis::start().await?.context("Redis is not installed")?;
                let wire = before(address_of(server.url())?, Speech::Redis, dice).await?;
                Some(RedisUnderTest { server, wire })
            }
        };
        let through = |url: &str, wire: &Wire| -> anyhow::Result<String> {
            let mut url: Url = url.parse()?;
            url.set_port(Some(wire.address().port())).ok().context("a port")?;
            Ok(url.to_string().replace("%7B", "{").replace("%7D", "}"))
        };
        let common = Common {
            catalogue: through(&postgres.url("soak_catalogue"), &catalogue)?,
            sites: through(&postgres.url("soak_{name}"), &sites)?,
            redis: redis.as_ref().map(|redis| through(redis.server.url(), &redis.wire)).transpose()?,
        };
        std::fs::write(folder.path().join("keys"), KeyRing::generate().to_text())?;
        let log = options.log.clone().unwrap_or_else(|| folder.path().join("log"));
        let binary = Binary { program: options.node.clone(), broken: options.broken.clone(), log };
        let mut nodes = Vec::new();
        for number in 0..options.nodes {
            nodes.push(Node::place(folder.path(), number, &common, options)?);
        }
        configure(&folder.path().join("writer.toml"), "writer", None, &common, options, folder.path())?;
        let cluster = Arc::new(Self { nodes, postgres, redis, catalogue, sites, binary, peers, folder });
        for number in 0..options.nodes {
            cluster.start_node(number).await?;
        }
        Ok(cluster)
    }

    /// Starts a node and waits until it serves. A database that is away just now makes that fail; it is tried
    /// again then, as whoever supervises a node does.
    ///
    /// # Errors
    /// If it does not.
    pub async fn start_node(&self, number: usize) -> anyhow::Result<()> {
        for _ in 0..TRIES {
            if self.start_node_once(number).await.is_ok() {
                return Ok(());
            }
            sleep(BETWEEN_TRIES).await;
        }
        self.start_node_once(number).await
    }

    async fn start_node_once(&self, number: usize) -> anyhow::Result<()> {
        let node = &self.nodes[number];
        let program = self.binary.start(&node.config, "serve")?;
        self.peers.is(number, program.process());
        program.says("serving").await.with_context(|| format!("node {number} does not start"))?;
        *node.program.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(program));
        Ok(())
    }

    /// A writer in a process of its own, tried like [`Cluster::start_node`].
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start_writer(&self) -> anyhow::Result<Engine> {
        let config = self.folder.path().join("writer.toml");
        for _ in 0..TRIES {
            if let Ok(engine) = Engine::start(&self.binary, &config).await {
                return Ok(engine);
            }
            sleep(BETWEEN_TRIES).await;
        }
        Engine::start(&self.binary, &config).await
    }

    /// A connection to PostgreSQL as its superuser, past the proxies.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn admin(&self) -> anyhow::Result<tokio_postgres::Client> {
        truth::connect(self.postgres.admin_url()).await
    }

    /// The URL of a site's database, past the proxies.
    ///
    /// # Errors
    /// If there is none.
    pub async fn database_of(&self, tenant: &str) -> anyhow::Result<String> {
        let find = "SELECT datname FROM pg_database WHERE datname LIKE $1";
        let name = format!("soak\\_{tenant}\\_%");
        let row = self.admin().await?.query_one(find, &[&name]).await.context("the site's database")?;
        Ok(self.postgres.url(row.get(0)))
    }
}

impl Node {
    fn place(folder: &Path, number: usize, common: &Common, options: &Options) -> anyhow::Result<Self> {
        let (address, ops) = (free_address()?, free_address()?);
        let config = folder.join(format!("node-{number}.toml"));
        configure(&config, &format!("node-{number}"), Some((address, ops)), common, options, folder)?;
        Ok(Self { address, config, program: Mutex::default() })
    }

    /// The process, if it runs.
    pub fn program(&self) -> Option<Arc<Program>> {
        self.program.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `kill -9`.
    pub fn kill(&self) {
        if let Some(program) = self.program.lock().unwrap_or_else(PoisonError::into_inner).take() {
            program.kill();
        }
    }
}

/// A server of our own that loses nothing it has acknowledged, whatever happens to its process.
async fn durable_postgres() -> anyhow::Result<Postgres> {
    let postgres = Postgres::start().await?;
    let admin = truth::connect(postgres.admin_url()).await?;
    for statement in [
        "ALTER SYSTEM SET synchronous_commit = on",
        "ALTER SYSTEM SET full_page_writes = on",
        "SELECT pg_reload_conf()",
        "CREATE DATABASE soak_catalogue",
    ] {
        admin.batch_execute(statement).await.context(statement)?;
    }
    Ok(postgres)
}

fn address_of(url: &str) -> anyhow::Result<SocketAddr> {
    let url: Url = url.parse()?;
    url.socket_addrs(|| None)?.into_iter().next().context("an address")
}

fn configure(
    file: &Path,
    name: &str,
    listen: Option<(SocketAddr, SocketAddr)>,
    common: &Common,
    options: &Options,
    folder: &Path,
) -> anyhow::Result<()> {
    let address = |address: Option<SocketAddr>| address.map_or("127.0.0.1:0".into(), |a| a.to_string());
    let mut settings: Vec<(&str, String)> = vec![
        ("server.listen", address(listen.map(|two| two.0))),
        ("server.ops_listen", address(listen.map(|two| two.1))),
        ("server.public_url", "http://127.0.0.1:1".into()),
        ("server.node", name.into()),
        ("server.drain", "0s".into()),
        ("database.url", common.catalogue.clone()),
        ("tenancy.database_url", common.sites.clone()),
        ("cache.max_staleness", format!("{}ms", options.delta.as_millis())),
        ("cache.verify_every", format!("{}ms", options.verify.as_millis())),
        ("cache.stale_if_error", format!("{}ms", options.stale.as_millis())),
        ("media.url", format!("file://{}", folder.join("media").display())),
        ("secrets.key_file", folder.join("keys").display().to_string()),
        ("log.level", "warn".into()),
    ];
    settings.extend(common.redis.iter().map(|url| ("redis.url", url.clone())));
    let mut text = String::new();
    for (key, value) in settings {
        writeln!(text, "{key} = {value:?}")?;
    }
    // numbers have no quotes
    writeln!(text, "limits.sign_in_account = 10000\nlimits.sign_in_address = 10000\nserver.workers = 1")?;
    std::fs::write(file, text)?;
    Ok(())
}
