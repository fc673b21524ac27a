//! A tenant's database for one test, and short words to fill it.

use std::sync::Arc;

use jiff::Timestamp;
use rowhouse_domain::{
    Clock, ItemId, Moment, TenantId, TermId, UserId, VersionId,
    content::{Document, Fields, Format, Kind, Taxonomy},
    name::{RoutePath, Slug},
    tenant::Isolation,
};
use tempfile::TempDir;

use super::super::{NewItem, NewVersion, PublicTerm, Publication};
use crate::{
    Budget, Catalogue, NoSteps, PoolLimits, Pools, Result, Target, TenantStore, Written,
    provision::{create, drop_place},
};

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        at(0)
    }

    fn moment(&self) -> Moment {
        Moment(0)
    }
}

/// A tenant's store in a place of its own.
pub(super) struct Place {
    pub(super) store: TenantStore,
    pub(super) kind: &'static str,
    _folder: TempDir,
}

async fn place(kind: &'static str, url: Option<String>) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    let runtime = tokio::runtime::Handle::current();
    let catalogue = file("catalogue.db").parse().unwrap();
    let catalogue = Catalogue::open(&catalogue, PoolLimits::default(), runtime).await.unwrap();
    let url = url.unwrap_or_else(|| file("tenant.db")).parse().unwrap();
    let target = Target { url, schema: None };
    create(&target, Isolation::Database).await.unwrap();
    let pools = Pools::new(Budget::default(), Arc::new(StoppedClock));
    let store = TenantStore::new(TenantId::fresh(), target, pools, catalogue, Arc::new(NoSteps)).building();
    store.prepare().await.unwrap();
    Place { store, kind, _folder: folder }
}

/// Runs a test on every database there is.
pub(super) fn on_each<F: Future<Output = ()>>(test: impl Fn(Arc<Place>) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        test(Arc::new(place("sqlite", None).await)).await;
        let Some(server) = crate::testing::postgres() else { return };
        let name = format!("content_{}", TenantId::fresh().0.simple());
        let (base, _) = server.rsplit_once('/').unwrap();
        let place = Arc::new(place("postgres", Some(format!("{base}/{name}"))).await);
        test(place.clone()).await;
        place.store.close();
        drop_place(place.store.target()).await.unwrap();
    });
}

/// A time, in hours after the beginning of November 2026.
pub(super) fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_hours(hours)
}

pub(super) fn path(text: &str) -> RoutePath {
    RoutePath::parse(text).unwrap()
}

pub(super) fn document(title: &str) -> Document {
    Document {
        title: title.into(),
        slug: Slug::derive(title),
        format: Format::Markdown,
        body: format!("The text of *{title}*."),
        excerpt: String::new(),
        fields: Fields::default(),
    }
}

pub(super) fn version(document: Document, hours: i64) -> NewVersion {
    NewVersion { id: VersionId::fresh(), account: None, document, note: String::new(), at: at(hours) }
}

pub(super) fn term(taxonomy: Taxonomy, name: &str, parent: Option<TermId>) -> PublicTerm {
    PublicTerm {
        id: TermId::fresh(),
        taxonomy,
        name: name.into(),
        slug: Slug::derive(name),
        parent,
        description: String::new(),
    }
}

impl Place {
    /// Begins an item.
    #[crate::boxed]
    pub(super) async fn draft(&self, kind: Kind, author: Option<UserId>, document: Document) -> ItemId {
        let id = ItemId::fresh();
        let first = version(document, 0);
        let new = NewItem { id, kind, author, first, created_at: at(0), source: None };
        self.store.private(move |s| Box::pin(async move { s.create_item(&new).await })).await.unwrap();
        id
    }

    /// Saves a version of an item and shows it.
    #[crate::boxed]
    pub(super) async fn show(&self, id: ItemId, document: Document, route: &str, hours: i64) -> Written<()> {
        self.try_show(id, document, route, hours).await.unwrap()
    }

    #[crate::boxed]
    pub(super) async fn try_show(
        &self,
        item: ItemId,
        document: Document,
        route: &str,
        hours: i64,
    ) -> Result<Written<()>> {
        let (new, route) = (version(document, hours), path(route));
        self.store
            .write(at(hours), move |s| {
                Box::pin(async move {
                    s.save_version(item, &new).await?;
                    let published_at = s.item(item).await?.and_then(|i| i.published_at).unwrap_or(at(hours));
                    let version = new.id;
                    let p = Publication { item, version, route, published_at, updated_at: at(hours) };
                    s.publish(&p).await
                })
            })
            .await
    }

    /// An item begun and shown at once.
    #[crate::boxed]
    pub(super) async fn shown(&self, kind: Kind, document: Document, route: &str, hours: i64) -> ItemId {
        let id = self.draft(kind, None, document.clone()).await;
        self.show(id, document, route, hours).await;
        id
    }
}
