//! A node with a catalogue of its own, a clock that can be moved, and a step at which the work dies.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::BoxFuture;
use rowhouse_domain::{TenantId, name::RoutePath, tenant::TenantState};
use rowhouse_media::MediaUrl;
use rowhouse_store::{PoolLimits, Steps, TenantFilter, drop_place};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::{
    Actor, EngineError, Node, NodeParts, Settings, Site, TenantInfo,
    tenants::{CreateTenant, Created, Tenants, place},
    testing::{self, HandClock},
};

/// Dies or stops at a step, once it is told which.
#[derive(Default)]
pub(super) struct Doom {
    death: Mutex<Option<&'static str>>,
    pause: Mutex<Option<Pause>>,
}

/// Where to stop, whom to tell, whom to wait for.
type Pause = (&'static str, Arc<Notify>, Arc<Notify>);

impl Doom {
    pub(super) fn at(&self, step: Option<&'static str>) {
        *self.death.lock().unwrap() = step;
    }

    /// Stops at a step, once: the first tells that it is reached, the second lets go.
    pub(super) fn pause_at(&self, step: &'static str) -> (Arc<Notify>, Arc<Notify>) {
        let (reached, resume) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        *self.pause.lock().unwrap() = Some((step, reached.clone(), resume.clone()));
        (reached, resume)
    }
}

impl Steps for Doom {
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()> {
        let dies = *self.death.lock().unwrap() == Some(step);
        let pause = self.pause.lock().unwrap().take_if(|(at, ..)| *at == step);
        Box::pin(async move {
            assert!(!dies, "death on purpose at {step}");
            if let Some((_, reached, resume)) = pause {
                reached.notify_one();
                resume.notified().await;
            }
        })
    }
}

pub(super) struct House {
    pub(super) node: Node,
    pub(super) tenants: Tenants,
    pub(super) clock: Arc<HandClock>,
    pub(super) doom: Arc<Doom>,
    pub(super) postgres: Option<String>,
    pub(super) folder: TempDir,
}

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const GRACE: Duration = Duration::from_secs(7 * 24 * 3600);

async fn house(server: Option<&str>) -> House {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    let postgres = server.map(|server| {
        let mark: String = TenantId::fresh().suffix();
        format!("{}/t{mark}_{{name}}", server.rsplit_once('/').unwrap().0)
    });
    let tenants = postgres.clone().unwrap_or_else(|| file("tenants/{name}.db"));
    let settings = Settings {
        grace: GRACE,
        old_prefix_for: Some(GRACE),
        catalogue_pool: PoolLimits { size: 4, wait: MINUTE, ..PoolLimits::default() },
        renders: 2,
        ..testing::settings(tenants)
    };
    let (clock, doom) = (Arc::new(HandClock::default()), Arc::new(Doom::default()));
    let parts = NodeParts {
        media: MediaUrl::Folder(folder.path().join("media")),
        steps: doom.clone(),
        ..testing::parts(settings, file("catalogue.db").parse().unwrap(), clock.clone())
    };
    let node = Node::start(parts).await.unwrap();
    let tenants = Tenants::new(node.core().clone());
    House { node, tenants, clock, doom, postgres, folder }
}

/// Runs a test on every kind of database there is.
pub(super) fn on_each<F: Future<Output = ()>>(test: impl Fn(Arc<House>) -> F) {
    testing::on_each(async |server| {
        let house = Arc::new(house(server.as_deref()).await);
        test(house.clone()).await;
        house.clear().await;
    });
}

pub(super) fn system() -> Actor {
    Actor::system()
}

pub(super) fn request(name: &str) -> CreateTenant {
    CreateTenant { name: name.into(), ..CreateTenant::default() }
}

pub(super) fn conflict<T: std::fmt::Debug>(result: Result<T, EngineError>) -> String {
    match result {
        Err(error @ (EngineError::Conflict(_) | EngineError::Taken(_))) => error.to_string(),
        other => panic!("a conflict was expected: {other:?}"),
    }
}

impl House {
    #[crate::boxed]
    pub(super) async fn create(&self, name: &str) -> Created {
        self.tenants.create(request(name), &system()).await.unwrap()
    }

    #[crate::boxed]
    pub(super) async fn show(&self, name: &str) -> Option<Arc<TenantInfo>> {
        match self.tenants.show(name, &system()).await {
            Ok(info) => Some(info),
            Err(EngineError::NotFound("tenant")) => None,
            Err(other) => panic!("{other}"),
        }
    }

    #[crate::boxed]
    pub(super) async fn state(&self, name: &str) -> TenantState {
        self.show(name).await.unwrap().state
    }

    #[crate::boxed]
    pub(super) async fn count(&self) -> i64 {
        let filter = TenantFilter { limit: 100, ..TenantFilter::default() };
        self.tenants.list(filter, &system()).await.unwrap().total
    }

    /// The live site, as the node serves it.
    #[crate::boxed]
    pub(super) async fn site(&self, name: &str) -> Site {
        let info = self.show(name).await.unwrap();
        self.node.refresh().await.unwrap();
        self.node.site(info.id).await.unwrap()
    }

    /// The titles at these paths of a site.
    #[crate::boxed]
    pub(super) async fn titles(&self, name: &str, paths: &[&str]) -> Vec<Option<String>> {
        let site = self.site(name).await;
        let mut titles = Vec::new();
        for path in paths {
            let path: RoutePath = path.parse().unwrap();
            let read = site.read(move |s| Box::pin(async move { s.item_at(&path).await }));
            titles.push(read.await.unwrap().0.map(|item| item.title));
        }
        titles
    }

    /// Files of SQLite databases that there are.
    pub(super) fn files(&self) -> usize {
        let folder = std::fs::read_dir(self.folder.path().join("tenants"));
        let names = folder.into_iter().flatten().map(|e| e.unwrap().file_name().into_string().unwrap());
        names.filter(|n| n.ends_with(".db")).count()
    }

    #[crate::boxed]
    pub(super) async fn provisions(&self) -> usize {
        self.node.core().catalogue.provisions().await.unwrap().len()
    }

    async fn clear(&self) {
        let core = self.node.core();
        let places =
            place::all_rows(core).await.unwrap().into_iter().map(|r| (r.database_url, r.schema_name));
        let notes = core.catalogue.provisions().await.unwrap();
        for (url, schema) in places.chain(notes.into_iter().map(|r| (r.database_url, r.schema_name))) {
            let target = place::unseal(core, &url, schema).unwrap();
            core.pools.forget(&target);
            drop_place(&target).await.unwrap();
        }
    }
}
