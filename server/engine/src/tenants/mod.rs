//! The life of tenants: create, set up, list, show, edit, suspend, resume, reset, delete, undelete, purge,
//! migrate, and the collection of what dead processes left behind.
//!
//! A tenant is built in a private database and becomes visible by one transaction of the catalogue. Every
//! piece of work that must not be left half-way runs to its end although its caller may go away; if the
//! process dies, a note in the catalogue tells what to remove.

mod build;
mod create;
mod edit;
mod examine;
mod gc;
mod locks;
mod migrate;
mod place;
mod provision;
mod purge;
mod request;
mod reset;
mod restore;
mod seed;
mod set_up;
mod show;
mod state;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use create::Created;
pub use examine::Examined;
pub use gc::{Gc, Orphan};
pub use migrate::Migrated;
pub use purge::Purged;
pub use request::{CreateTenant, EditTenant, MadeAdmin};
pub(crate) use request::{FirstAdmin, Reader};
pub use reset::{Reset, ResetTenant};
pub use restore::RestoreTenant;
pub use rowhouse_store::{TenantFilter, TenantSort};
pub use set_up::SetUpTenant;
pub use show::{TenantEvent, TenantPage};
pub use state::Undelete;

use tokio::sync::Semaphore;

use crate::{
    actor::Actor,
    error::{EngineError, Result},
    node::Core,
};

/// Tenants that one process builds at a time.
const BUILDS_AT_ONCE: usize = 4;

/// The use cases of this room; cheap to clone. One for each process, because it also keeps two callers in
/// one process from doing the same work twice.
#[derive(Clone)]
pub struct Tenants {
    core: Core,
    names: locks::NameLocks,
    /// Making a database is heavy work for the server: who comes with many at once waits in line here, and not
    /// for connections that the others' work needs.
    builds: Arc<Semaphore>,
    /// Names this process in notes: the node's name and a random part.
    process: Arc<str>,
}

impl Tenants {
    /// The use cases over `core`.
    #[must_use]
    pub fn new(core: Core) -> Self {
        let process = format!("{}#{}", core.settings.node, uuid::Uuid::new_v4().simple());
        let builds = Arc::new(Semaphore::new(BUILDS_AT_ONCE));
        Self { core, names: locks::NameLocks::default(), builds, process: process.into() }
    }

    /// What all use cases share.
    pub(crate) const fn core(&self) -> &Core {
        &self.core
    }

    /// Carries `work` out to its end, also when the caller goes away.
    async fn finish<R: Send + 'static>(
        &self,
        work: impl Future<Output = Result<R>> + Send + 'static,
    ) -> Result<R> {
        match self.core.catalogue.runtime().spawn(work).await {
            Ok(done) => done,
            Err(cause) => Err(EngineError::Other(format!("the work on a tenant ended early: {cause}"))),
        }
    }
}

/// The schema that this program brings to tenants' databases.
#[must_use]
pub fn newest_schema() -> i64 {
    rowhouse_store::newest(rowhouse_store::TENANT)
}

/// Refuses everybody but the operator and super users.
fn operator(actor: &Actor) -> Result<()> {
    if actor.is_super { Ok(()) } else { Err(EngineError::Denied { need: "super user".into() }) }
}
