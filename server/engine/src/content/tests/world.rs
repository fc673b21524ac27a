//! A site of its own for each test, people who work on it, and a clock that can be moved.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rowhouse_cluster::clock::SystemClock;
use rowhouse_domain::{
    Clock, ItemId, Moment, TenantId, UserId, VersionId,
    content::{Document, Fields, Format, Kind},
    name::Slug,
    permission::BuiltinRole,
    tenant::Isolation,
};
use rowhouse_media::MediaUrl;
use rowhouse_store::{AccountRow, Budget, Col, NoSteps, PoolLimits, drop_place};
use tempfile::TempDir;

use super::super::{ItemRow, Published, create, publish};
use crate::{
    Actor, CacheSettings, Mode, Node, NodeParts, Settings, Site,
    identity::{HashCost, IdentitySettings},
    keys::KeyRing,
    mail::MailSettings,
    tenants::{CreateTenant, Tenants},
    testing,
};

/// 2026-11-21, and as many seconds more as a test wants.
#[derive(Default)]
pub(super) struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        start + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn moment(&self) -> Moment {
        SystemClock.moment()
    }
}

pub(super) struct World {
    pub(super) site: Site,
    clock: Arc<HandClock>,
    _node: Node,
    _folder: TempDir,
}

fn settings(tenants: String) -> Settings {
    Settings {
        node: "test".into(),
        build: "test".into(),
        mode: Mode::Multi,
        public_url: "https://sites.example".parse().unwrap(),
        tenant_database_url: tenants,
        isolation: Isolation::Database,
        grace: Duration::from_secs(60),
        old_prefix_for: None,
        budget: Budget::default(),
        redis: None,
        catalogue_pool: PoolLimits::default(),
        cache: CacheSettings::default(),
        themes_dir: None,
        renders: 1,
        identity: IdentitySettings {
            hash: HashCost { memory_kib: 64, passes: 1, lanes: 1 },
            ..IdentitySettings::default()
        },
        mail: MailSettings::default(),
    }
}

impl World {
    async fn new(server: Option<&str>) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
        let tenants = match server {
            None => file("{name}.db"),
            Some(url) => {
                format!("{}/content{}_{{name}}", url.rsplit_once('/').unwrap().0, TenantId::fresh().suffix())
            }
        };
        let clock = Arc::new(HandClock::default());
        let parts = NodeParts {
            settings: settings(tenants),
            database: file("catalogue.db").parse().unwrap(),
            media: MediaUrl::Memory,
            keys: KeyRing::generate(),
            clock: clock.clone(),
            steps: Arc::new(NoSteps),
            rules: Arc::new(rowhouse_cluster::protocol::AsDesigned),
            runtime: tokio::runtime::Handle::current(),
        };
        let node = Node::start(parts).await.unwrap();
        let request = CreateTenant { name: "acme".into(), ..CreateTenant::default() };
        Tenants::new(node.core().clone()).create(request, &Actor::system()).await.unwrap();
        node.refresh().await.unwrap();
        let info = Tenants::new(node.core().clone()).show("acme", &Actor::system()).await.unwrap();
        let site = node.site(info.id).await.unwrap();
        Arc::new(Self { site, clock, _node: node, _folder: folder })
    }

    pub(super) fn forward(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Somebody with a role.
    #[crate::boxed]
    pub(super) async fn person(&self, name: &str, role: BuiltinRole) -> Actor {
        let id = UserId::fresh();
        let row = AccountRow {
            id: Col(id),
            name: name.into(),
            email: format!("{name}@example.org"),
            display_name: String::new(),
            bio: String::new(),
            password_hash: None,
            disabled: false,
            must_change: false,
            created_at: Col(self.site.now()),
            password_changed_at: None,
            seen_at: None,
        };
        self.site.private(move |s| Box::pin(async move { s.add_account(&row).await })).await.unwrap();
        Actor { user: Some(id), name: name.into(), grants: role.default_grants(), is_super: false }
    }

    #[crate::boxed]
    pub(super) async fn draft(&self, actor: &Actor, kind: Kind, document: Document) -> ItemRow {
        create(&self.site, actor, kind, document).await.unwrap()
    }

    #[crate::boxed]
    pub(super) async fn publish(&self, actor: &Actor, id: ItemId, base: VersionId) -> Published {
        publish(&self.site, actor, id, base, None).await.unwrap()
    }

    /// Begun and published at once, by the system.
    #[crate::boxed]
    pub(super) async fn shown(&self, kind: Kind, document: Document) -> ItemRow {
        let row = self.draft(&Actor::system(), kind, document).await;
        self.publish(&Actor::system(), row.id, row.latest_version).await.row
    }
}

pub(super) fn document(title: &str) -> Document {
    Document {
        title: title.into(),
        slug: Slug::derive(title),
        format: Format::Markdown,
        body: format!("About {title}."),
        excerpt: String::new(),
        fields: Fields::default(),
    }
}

pub(super) fn path(row: &ItemRow) -> &str {
    row.route.as_ref().map_or("-", |r| r.as_str())
}

/// Runs a test on every kind of database there is.
pub(super) fn on_each<F: Future<Output = ()>>(test: impl Fn(Arc<World>) -> F) {
    testing::on_each(async |server| {
        let world = World::new(server.as_deref()).await;
        test(world.clone()).await;
        let target = world.site.store().target().clone();
        world.site.store().close();
        drop_place(&target).await.unwrap();
    });
}
