//! A whole node in this process, on ports of its own.

use std::{sync::Arc, time::Duration};

use rowhouse_app::{Booted, Config, Hooks, boot};
use rowhouse_domain::tenant::TenantState;
use rowhouse_engine::{Actor, Node, Site, TenantInfo, identity::HashCost, tenants::Tenants};

use crate::{Answer, Backend, Client, HandClock, Home, NewTenant, Probe};

/// Hashing that costs next to nothing, so that tests sign in without waiting.
pub const CHEAP: HashCost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };

/// A node to be started.
pub struct Options {
    backend: Backend,
    settings: Vec<(String, String)>,
}

impl Options {
    /// With the settings that every test has.
    #[must_use]
    pub const fn new(backend: Backend) -> Self {
        Self { backend, settings: Vec::new() }
    }

    /// With a setting of its own: `section.key`.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start(self) -> TestNode {
        let settings: Vec<_> = self.settings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        TestNode::on(Arc::new(Home::new(self.backend, &settings).await)).await
    }
}

/// A running node, with what tests put into it. It stops when it is dropped.
pub struct TestNode {
    booted: Option<Booted>,
    /// Its installation, which can outlive it.
    pub home: Arc<Home>,
    /// Its clock.
    pub clock: Arc<HandClock>,
    /// Its steps.
    pub steps: Arc<Probe>,
    /// Somebody who never signs in.
    pub visitor: Client,
}

impl TestNode {
    /// A node of its own on this kind of database.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start(backend: Backend) -> Self {
        Options::new(backend).start().await
    }

    /// A node upon an installation, which may be others' too.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn on(home: Arc<Home>) -> Self {
        Self::beside(home, &[]).await
    }

    /// A node upon an installation that differs in these settings from the others there.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn beside(home: Arc<Home>, settings: &[(&str, &str)]) -> Self {
        let flags: Vec<_> = settings.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let (clock, steps) = (Arc::new(HandClock::default()), Arc::new(Probe::default()));
        let config = Config::load(Some(&home.config()), [], &flags).expect("settings");
        let hooks = Hooks { clock: clock.clone(), steps: steps.clone(), hash: CHEAP, ..Hooks::default() };
        let booted = boot(config, hooks).await.unwrap_or_else(|error| panic!("no node: {error:#}"));
        let visitor = Client::new(booted.address);
        Self { booted: Some(booted), home, clock, steps, visitor }
    }

    fn booted(&self) -> &Booted {
        self.booted.as_ref().expect("it runs until it is dropped")
    }

    /// The engine's node.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.booted().node
    }

    /// The life of tenants.
    #[must_use]
    pub fn tenants(&self) -> &Tenants {
        self.node().lifecycle()
    }

    /// Where sites are served, as `host:port`.
    #[must_use]
    pub fn authority(&self) -> String {
        self.booted().address.to_string()
    }

    /// Somebody new.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.booted().address)
    }

    /// Somebody at the listener for operations.
    #[must_use]
    pub fn operator(&self) -> Client {
        Client::new(self.booted().ops_address)
    }

    /// A page, for somebody who never signs in.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn get(&self, path: &str) -> Answer {
        self.visitor.get(path).await
    }

    /// A tenant to be made.
    pub fn tenant(&self, name: &str) -> NewTenant<'_> {
        NewTenant::new(self, name)
    }

    /// What the catalogue says of a tenant, if it is there and not deleted.
    pub async fn info(&self, name: &str) -> Option<Arc<TenantInfo>> {
        let info = self.tenants().show(name, &Actor::system()).await.ok()?;
        (info.state != TenantState::Deleted).then_some(info)
    }

    /// The live site of a tenant.
    ///
    /// # Panics
    /// If there is none.
    pub async fn site(&self, name: &str) -> Site {
        let info = self.info(name).await.unwrap_or_else(|| panic!("there is no tenant {name}"));
        self.node().refresh().await.expect("the catalogue answers");
        self.node().site(info.id).await.expect("its database answers")
    }

    /// Takes up at once what was done to tenants through the engine, as the admin and the commands do.
    ///
    /// # Panics
    /// If the catalogue does not answer.
    pub async fn refresh(&self) {
        self.node().refresh().await.expect("the catalogue answers");
    }

    /// How long a change may stay unseen.
    #[must_use]
    pub fn max_staleness(&self) -> Duration {
        self.node().settings().cache.max_staleness
    }

    /// Has it leave as SIGTERM does.
    ///
    /// # Panics
    /// If it cannot.
    pub async fn leave(mut self) {
        if let Some(booted) = self.booted.take() {
            booted.leave().await.expect("it leaves");
        }
    }

    /// Stops it now.
    pub async fn stop(mut self) {
        if let Some(booted) = self.booted.take() {
            booted.stop().await;
        }
    }
}

impl Drop for TestNode {
    fn drop(&mut self) {
        if let (Some(booted), Ok(runtime)) = (self.booted.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(booted.stop());
        }
    }
}
