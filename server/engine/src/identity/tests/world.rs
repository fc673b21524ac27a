//! A node without tenants, a clock that is moved by hand, and short words for people.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use rowhouse_domain::{
    Clock, Moment, RoleId, TenantId, UserId,
    permission::BuiltinRole,
    tenant::{AllowList, Isolation, Quotas, Recipe, TenantState},
};
use rowhouse_media::MediaUrl;
use rowhouse_store::{Budget, NoSteps, PoolLimits, Target, create_place, drop_place};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::{
    Actor, CacheSettings, Core, EngineError, Mode, Node, NodeParts, Result, SignInError, Site, TenantInfo,
    identity::{
        Attempt, Begun, Entrance, HashCost, Identity, IdentitySettings, NewPerson, NewUser, SignedIn,
        create_user, resolve_session, seed_roles, sign_in,
    },
    keys::KeyRing,
    mail::MailSettings,
    node::Settings,
    testing,
};

/// A password that passes every rule.
pub(super) const GOOD: &str = "quiet harbour lamp";
/// Another one.
pub(super) const OTHER: &str = "seven copper kettles";

/// A clock that is moved by hand.
pub(super) struct Hand(Mutex<Duration>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        start + *self.0.lock().unwrap()
    }

    fn moment(&self) -> Moment {
        Moment(1_000).plus(*self.0.lock().unwrap())
    }
}

pub(super) fn settings() -> IdentitySettings {
    let hash = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
    IdentitySettings { hash, ..IdentitySettings::default() }
}

pub(super) struct World {
    pub(super) core: Core,
    pub(super) clock: Arc<Hand>,
    folder: TempDir,
    /// The server's URL up to and with the last slash.
    server: Option<String>,
    made: Mutex<Vec<Target>>,
}

/// Runs a test on every kind of database there is.
pub(super) fn on_each<F: Future<Output = ()>>(test: impl Fn(Arc<World>) -> F) {
    testing::on_each(async |server| {
        let server = server.map(|url| format!("{}/", url.rsplit_once('/').unwrap().0));
        let world = World::new(server).await;
        test(world.clone()).await;
        world.clear().await;
    });
}

/// An empty database on the server: new tenants' come with tables, the catalogue has others.
async fn empty_database(server: &str, name: &str) {
    let (client, connection) =
        tokio_postgres::connect(&format!("{server}postgres"), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE \"{name}\"")).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

fn node_settings(folder: &Path) -> Settings {
    Settings {
        node: "test".into(),
        build: "test".into(),
        mode: Mode::Multi,
        public_url: "http://localhost".parse().unwrap(),
        tenant_database_url: format!("sqlite://{}/{{name}}.db", folder.display()),
        isolation: Isolation::Database,
        grace: Duration::from_secs(60),
        old_prefix_for: None,
        budget: Budget::default(),
        redis: None,
        catalogue_pool: PoolLimits::default(),
        cache: CacheSettings::default(),
        themes_dir: None,
        renders: 1,
        identity: settings(),
        mail: MailSettings::default(),
    }
}

impl World {
    async fn new(server: Option<String>) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Hand(Mutex::default()));
        let mut made = Vec::new();
        let database = match &server {
            None => format!("sqlite://{}", folder.path().join("catalogue.db").display()).parse().unwrap(),
            Some(server) => {
                let name = format!("catalogue_{}", TenantId::fresh().0.simple());
                empty_database(server, &name).await;
                let url: rowhouse_store::DbUrl = format!("{server}{name}").parse().unwrap();
                made.push(Target { url: url.clone(), schema: None });
                url
            }
        };
        let parts = NodeParts {
            settings: node_settings(folder.path()),
            database,
            media: MediaUrl::Memory,
            keys: KeyRing::generate(),
            clock: clock.clone(),
            steps: Arc::new(NoSteps),
            rules: Arc::new(rowhouse_cluster::protocol::AsDesigned),
            runtime: Handle::current(),
        };
        let core = Node::start(parts).await.unwrap().core().clone();
        Arc::new(Self { core, clock, folder, server, made: Mutex::new(made) })
    }

    /// Drops what was made on a server.
    async fn clear(&self) {
        let made = std::mem::take(&mut *self.made.lock().unwrap());
        for target in made {
            self.core.pools.forget(&target);
            drop_place(&target).await.unwrap();
        }
    }

    pub(super) fn advance(&self, by: Duration) {
        *self.clock.0.lock().unwrap() += by;
    }

    fn info(&self, name: &str, quotas: Quotas) -> TenantInfo {
        let id = TenantId::fresh();
        let url = match &self.server {
            None => format!("sqlite://{}", self.folder.path().join(format!("{}.db", id.0)).display()),
            Some(server) => format!("{server}identity_{}", id.0.simple()),
        };
        TenantInfo {
            id,
            name: name.parse().unwrap(),
            title: "Acme Joinery".into(),
            prefix: Some(format!("/{name}").parse().unwrap()),
            hosts: Vec::new(),
            old_prefixes: Vec::new(),
            ring: "main".into(),
            state: TenantState::Running,
            reason: None,
            isolation: Isolation::Database,
            target: Target { url: url.parse().unwrap(), schema: None },
            themes: AllowList::default(),
            features: AllowList::default(),
            quotas,
            recipe: Recipe::Blank,
            schema_version: 0,
            seq: 1,
            created_at: self.clock.now(),
            updated_at: self.clock.now(),
            deleted_at: None,
        }
    }

    /// A tenant with its roles and nobody in it.
    #[crate::boxed]
    pub(super) async fn tenant(&self, name: &str) -> Site {
        self.tenant_with(name, Quotas::default()).await
    }

    #[crate::boxed]
    pub(super) async fn tenant_with(&self, name: &str, quotas: Quotas) -> Site {
        let info = self.info(name, quotas);
        create_place(&info.target, Isolation::Database).await.unwrap();
        self.made.lock().unwrap().push(info.target.clone());
        let site = Site::building(&self.core, Arc::new(info));
        site.ready().await.unwrap();
        seed_roles(&site).await.unwrap();
        site
    }

    /// The same tenant on a node that was told something else.
    pub(super) fn under(&self, site: &Site, settings: IdentitySettings) -> Site {
        let identity = Arc::new(Identity::new(settings).unwrap());
        Site::building(&Core { identity, ..self.core.clone() }, site.info())
    }
}

pub(super) fn minutes(n: u64) -> Duration {
    Duration::from_secs(60 * n)
}

pub(super) fn days(n: u64) -> Duration {
    minutes(24 * 60 * n)
}

pub(super) fn person(user: &str) -> NewPerson {
    NewPerson {
        user: user.into(),
        email: format!("{user}@acme.example"),
        name: String::new(),
        bio: String::new(),
    }
}

#[crate::boxed]
pub(super) async fn builtin(site: &Site, role: BuiltinRole) -> RoleId {
    site.look(move |s| Box::pin(s.role_named(role.as_str()))).await.unwrap().unwrap().id.0
}

/// A user who chose [`GOOD`].
#[crate::boxed]
pub(super) async fn user_with(site: &Site, name: &str, roles: Vec<RoleId>) -> UserId {
    let new = NewUser { person: person(name), roles, entrance: Entrance::Own(GOOD.into()) };
    create_user(site, &Actor::system(), &new).await.unwrap().id
}

#[crate::boxed]
pub(super) async fn user_as(site: &Site, name: &str, role: BuiltinRole) -> UserId {
    user_with(site, name, vec![builtin(site, role).await]).await
}

pub(super) fn attempt(login: &str, password: &str) -> Attempt {
    Attempt {
        login: login.into(),
        password: password.into(),
        address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        agent: "Firefox\non Linux".into(),
        before: None,
    }
}

#[crate::boxed]
pub(super) async fn enter(site: &Site, login: &str) -> Begun {
    sign_in(site, &attempt(login, GOOD)).await.unwrap()
}

#[crate::boxed]
pub(super) async fn who(site: &Site, begun: &Begun) -> Option<SignedIn> {
    resolve_session(site, &begun.token).await.unwrap()
}

#[crate::boxed]
pub(super) async fn actor(site: &Site, login: &str) -> Actor {
    who(site, &enter(site, login).await).await.unwrap().actor()
}

pub(super) fn refusal<T: std::fmt::Debug>(result: Result<T>) -> SignInError {
    match result {
        Err(EngineError::SignIn(why)) => why,
        other => panic!("not a refused sign-in: {other:?}"),
    }
}

/// The fields that were refused.
pub(super) fn fields<T: std::fmt::Debug>(result: Result<T>) -> Vec<&'static str> {
    match result {
        Err(EngineError::Invalid(problems)) => problems.iter().map(|p| p.field).collect(),
        other => panic!("not a refused form: {other:?}"),
    }
}
