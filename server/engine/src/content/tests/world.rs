//! A site of its own for each test, people who work on it, and a clock that can be moved.

use std::{sync::Arc, time::Duration};

use rowhouse_domain::{
    ItemId, TenantId, UserId, VersionId,
    content::{Document, Fields, Format, Kind},
    name::Slug,
    permission::BuiltinRole,
};
use rowhouse_store::{AccountRow, Col, drop_place};
use tempfile::TempDir;

use super::super::{ItemRow, Published, create, publish};
use crate::{
    Actor, Node, Site,
    tenants::{CreateTenant, Tenants},
    testing::{self, HandClock},
};

pub(super) struct World {
    pub(super) site: Site,
    clock: Arc<HandClock>,
    _node: Node,
    _folder: TempDir,
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
        let settings = testing::settings(tenants);
        let parts = testing::parts(settings, file("catalogue.db").parse().unwrap(), clock.clone());
        let node = Node::start(parts).await.unwrap();
        let request = CreateTenant { name: "acme".into(), ..CreateTenant::default() };
        Tenants::new(node.core().clone()).create(request, &Actor::system()).await.unwrap();
        node.refresh().await.unwrap();
        let info = Tenants::new(node.core().clone()).show("acme", &Actor::system()).await.unwrap();
        let site = node.site(info.id).await.unwrap();
        Arc::new(Self { site, clock, _node: node, _folder: folder })
    }

    pub(super) fn forward(&self, seconds: u64) {
        self.clock.forward(Duration::from_secs(seconds));
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
