//! From settings to a running node. Building is apart from running: a node is bound and ready when [`boot`]
//! answers, and stops when it is told to.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::dev::ServerHandle;
use anyhow::Context;
use rowhouse_cluster::{
    clock::SystemClock,
    protocol::{AsDesigned, Rules},
};
use rowhouse_domain::clock::SharedClock;
use rowhouse_engine::{
    CacheSettings, Membership, Node, NodeParts, Registration, Settings,
    identity::{HashCost, IdentitySettings, Rate},
    mail::MailSettings,
};
use rowhouse_store::{Budget, NoSteps, PoolLimits, SharedSteps};
use rowhouse_web::{Ops, Stock, Web, WebSettings};
use tokio::{runtime::Handle, task::JoinHandle};

use crate::{config::Config, keys, telemetry};

/// What tests put in place of what a node in service has.
#[derive(Clone)]
pub struct Hooks {
    /// Time.
    pub clock: SharedClock,
    /// Steps of dangerous work.
    pub steps: SharedSteps,
    /// The rules of coherence.
    pub rules: Arc<dyn Rules>,
    /// What hashing a password costs.
    pub hash: HashCost,
}

impl Default for Hooks {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            steps: Arc::new(NoSteps),
            rules: Arc::new(AsDesigned),
            hash: HashCost::default(),
        }
    }
}

/// A node that serves.
pub struct Booted {
    /// The node.
    pub node: Node,
    /// Where sites are served.
    pub address: SocketAddr,
    /// Where operations are served.
    pub ops_address: SocketAddr,
    web: Web,
    ops: Ops,
    membership: Membership,
    drain: Duration,
    sites: ServerHandle,
    sites_task: JoinHandle<std::io::Result<()>>,
    ops_server: ServerHandle,
    loops: JoinHandle<()>,
}

/// How long a node that leaves waits for jobs under way, at least.
const JOBS_REST: Duration = Duration::from_secs(5);

/// What the engine is told, from the settings.
fn settings(config: &Config, node: String, hash: HashCost) -> Settings {
    let tenant_pool = PoolLimits { size: config.connections_per_tenant, ..PoolLimits::default() };
    Settings {
        node,
        build: env!("CARGO_PKG_VERSION").to_owned(),
        mode: config.mode,
        public_url: config.public_url.clone(),
        tenant_database_url: config.tenant_database_url.clone(),
        isolation: config.isolation,
        grace: config.grace,
        old_prefix_for: config.old_prefix_for,
        budget: Budget {
            connections: config.tenant_connections,
            pools: config.pools,
            idle: config.pool_idle,
            per_tenant: tenant_pool,
        },
        // whoever comes with many others waits a little rather than being sent away
        catalogue_pool: PoolLimits {
            size: config.connections,
            wait: Duration::from_secs(5),
            ..PoolLimits::default()
        },
        cache: CacheSettings {
            max_staleness: config.max_staleness,
            stale_if_error: config.stale_if_error,
            verify_every: config.verify_every,
            bytes: config.cache_bytes,
            tenant_percent: config.tenant_percent,
        },
        redis: config.redis.clone(),
        themes_dir: config.themes_dir.clone(),
        renders: if config.renders == 0 { 2 * cores() } else { config.renders },
        identity: IdentitySettings {
            hash,
            session_idle: config.session_idle,
            session_absolute: config.session_max,
            tries_per_account: tries(config.sign_in_account),
            tries_per_address: tries(config.sign_in_address),
            ..IdentitySettings::default()
        },
        mail: MailSettings { smtp: config.mail.smtp.clone(), from: config.mail.from.clone() },
    }
}

/// So many tries at once, and as many again within ten minutes.
fn tries(burst: u32) -> Rate {
    Rate { burst, every: Duration::from_secs(600) / burst.max(1) }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

fn node_name(config: &Config, port: u16) -> String {
    if !config.node.is_empty() {
        return config.node.clone();
    }
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}-{port}", if host.trim().is_empty() { "node" } else { host.trim() })
}

/// Opens the databases and everything else that use cases need, without serving: what the command line does.
///
/// # Errors
/// One clear reason.
pub async fn open(config: &Config, name: String, hooks: &Hooks) -> anyhow::Result<Node> {
    Node::start(parts(config, name, hooks)?).await.with_context(|| cannot_start(config))
}

fn parts(config: &Config, name: String, hooks: &Hooks) -> anyhow::Result<NodeParts> {
    let embedded = !config.database_url.is_postgres();
    Ok(NodeParts {
        settings: settings(config, name, hooks.hash),
        database: config.database_url.clone(),
        media: config.media_url.clone(),
        keys: keys::load(&config.key_file, embedded)?,
        clock: hooks.clock.clone(),
        steps: hooks.steps.clone(),
        rules: hooks.rules.clone(),
        runtime: Handle::current(),
    })
}

fn cannot_start(config: &Config) -> String {
    format!("the node cannot start with the catalogue {}", config.database_url)
}

/// What the other nodes are told of this one.
fn registration(config: &Config, address: SocketAddr, ops_address: SocketAddr) -> Registration {
    Registration {
        address: address.to_string(),
        ops_address: ops_address.to_string(),
        config_hash: config.raw.hash(),
        settings: config.raw.shared().map(|(key, value)| (key.to_owned(), value)).collect(),
    }
}

fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .with_context(|| format!("{key}: {address} cannot be listened on; is another program there?"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Starts a node.
///
/// # Errors
/// One clear reason: an address in use, a database that does not answer, a missing key file.
pub async fn boot(mut config: Config, hooks: Hooks) -> anyhow::Result<Booted> {
    let metrics = telemetry::metrics();
    let listener = bind(config.listen, "server.listen")?;
    let ops_listener = bind(config.ops_listen, "server.ops_listen")?;
    let (address, ops_address) = (listener.local_addr()?, ops_listener.local_addr()?);
    if config.public_url.port() == Some(0) {
        // port 0 of tests: the base is where the listener came to be
        let _ = config.public_url.set_port(Some(address.port()));
    }
    let parts = parts(&config, node_name(&config, address.port()), &hooks)?;
    let node = Node::prepare(parts).await.with_context(|| cannot_start(&config))?;
    // side by side: one waits for the catalogue, the other for nothing
    let stock = tokio::task::spawn_blocking(Stock::load);
    node.refresh().await.with_context(|| cannot_start(&config))?;
    let membership = node.join_cluster(registration(&config, address, ops_address));
    let web = Web::new(
        node.clone(),
        stock.await??,
        WebSettings {
            trusted_proxies: config.trusted_proxies.clone(),
            upload_bytes: config.upload_bytes,
            form_bytes: config.form_bytes,
            config_hash: config.raw.hash(),
            scratch: std::env::temp_dir(),
        },
    );
    let ops = Ops::new(node.clone(), {
        let web = web.clone();
        move || metrics.as_ref().map(|handle| handle.render()).unwrap_or_default() + &web.times().to_string()
    });
    let ops_server = rowhouse_web::serve_ops(ops.clone(), ops_listener)?;
    let ops_handle = ops_server.handle();
    tokio::spawn(ops_server);
    let workers = if config.workers == 0 { cores() } else { config.workers };
    let serving = rowhouse_web::serve(web.clone(), listener, workers)?;
    let loops = tokio::spawn({
        let node = node.clone();
        async move {
            tokio::join!(node.run(), telemetry::upkeep());
        }
    });
    ops.set_ready(true);
    membership.ready();
    Ok(Booted {
        node,
        address,
        ops_address,
        web,
        ops,
        membership,
        drain: config.drain,
        sites: serving.handle,
        sites_task: tokio::spawn(serving.server),
        ops_server: ops_handle,
        loops,
    })
}

impl Booted {
    /// Leaves without anybody noticing: first the balancer is told, then connections are asked to close, then
    /// no more are taken and what was accepted is answered.
    ///
    /// # Errors
    /// What the listener says.
    pub async fn leave(self) -> anyhow::Result<()> {
        self.ops.set_ready(false);
        self.membership.draining();
        self.web.close_connections();
        tokio::join!(tokio::time::sleep(self.drain), self.node.rest(self.drain.max(JOBS_REST)));
        self.sites.stop(true).await;
        self.loops.abort();
        self.sites_task.await??;
        self.membership.leave().await;
        self.ops_server.stop(false).await;
        Ok(())
    }

    /// Stops at once, as a test does between two others.
    pub async fn stop(self) {
        self.loops.abort();
        self.node.rest(Duration::from_secs(1)).await;
        self.sites.stop(false).await;
        self.ops_server.stop(false).await;
        let _ = self.sites_task.await;
    }
}

/// Waits for SIGTERM or SIGINT.
pub async fn told_to_leave() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
