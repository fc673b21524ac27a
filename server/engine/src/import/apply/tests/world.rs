//! An empty site on each kind of database, and words to ask it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rowhouse_domain::{TenantId, name::RoutePath};
use rowhouse_store::{ItemFilter, ItemRow, PublicItem, drop_place};
use tempfile::TempDir;

use super::super::{ImportOptions, Report, import_wordpress};
use crate::{
    Actor, Node, Result, Site,
    import::wxr::plain_text,
    pages::{Ask, serve},
    tenants::{CreateTenant, Tenants},
    testing::{self, HandClock},
};

pub(super) struct World {
    pub(super) site: Site,
    pub(super) folder: TempDir,
    _node: Node,
}

/// An answer to a visitor.
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) html: String,
    pub(super) location: Option<String>,
}

impl Seen {
    pub(super) fn text(&self) -> String {
        plain_text(&self.html).split_whitespace().collect::<Vec<_>>().join(" ")
    }
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

impl World {
    async fn new(server: Option<&str>) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
        let tenants = match server {
            None => file("{name}.db"),
            Some(url) => {
                format!("{}/import{}_{{name}}", url.rsplit_once('/').unwrap().0, TenantId::fresh().suffix())
            }
        };
        let (settings, clock) = (testing::settings(tenants), Arc::new(HandClock::default()));
        let parts = testing::parts(settings, file("catalogue.db").parse().unwrap(), clock);
        let node = Node::start(parts).await.unwrap();
        let tenants = Tenants::new(node.core().clone());
        let request = CreateTenant { name: "acme".into(), ..CreateTenant::default() };
        tenants.create(request, &Actor::system()).await.unwrap();
        node.refresh().await.unwrap();
        let info = tenants.show("acme", &Actor::system()).await.unwrap();
        let site = node.site(info.id).await.unwrap();
        Arc::new(Self { site, folder, _node: node })
    }

    pub(super) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    #[crate::boxed]
    pub(super) async fn import(&self, file: &Path) -> Result<Report> {
        self.import_with(file, None).await
    }

    #[crate::boxed]
    pub(super) async fn import_with(&self, file: &Path, media_dir: Option<PathBuf>) -> Result<Report> {
        let options = ImportOptions { media_dir, actor: Actor::system() };
        import_wordpress(&self.site, file, options, |_| {}).await
    }

    /// What a visitor gets at a path with a query.
    #[crate::boxed]
    pub(super) async fn visit(&self, address: &str) -> Seen {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let path: RoutePath = path.parse().unwrap();
        let base = self.site.info().home(self.site.now()).unwrap();
        let arrived = self.site.clock().moment();
        let render = serve(&self.site, &base, Ask::parse(&path, query), arrived, None).await.unwrap().render;
        let location = render.headers.iter().find(|(name, _)| *name == http::header::LOCATION);
        Seen {
            status: render.status,
            html: String::from_utf8(render.identity.bytes.to_vec()).unwrap(),
            location: location.map(|(_, to)| to.to_str().unwrap().to_owned()),
        }
    }

    /// What is published at a path.
    #[crate::boxed]
    pub(super) async fn at(&self, path: &str) -> Option<PublicItem> {
        let path: RoutePath = path.parse().unwrap();
        self.site.read(move |s| Box::pin(async move { s.item_at(&path).await })).await.unwrap().0
    }

    #[crate::boxed]
    pub(super) async fn rows(&self) -> Vec<ItemRow> {
        let filter = ItemFilter { limit: 10_000, ..ItemFilter::default() };
        self.site.look(move |s| Box::pin(async move { s.items(&filter).await })).await.unwrap().rows
    }

    #[crate::boxed]
    pub(super) async fn row(&self, title: &str) -> ItemRow {
        self.rows().await.into_iter().find(|row| row.title == title).unwrap()
    }

    /// The number of the site's last change.
    #[crate::boxed]
    pub(super) async fn revision(&self) -> i64 {
        let read = self.site.read(|s| Box::pin(async move { s.theme_choice().await }));
        read.await.unwrap().1.version.n
    }
}
