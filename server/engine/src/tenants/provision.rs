//! The note in the catalogue that says that somebody builds or takes down a private database. It is written
//! first and ended last, and renewed while its maker lives: what is left of a dead one is found by it.

use std::time::Duration;

use rowhouse_domain::{TenantId, name::TenantName, tenant::Isolation};
use rowhouse_store::{Col, ProvisionRow, Target, TenantRow, drop_place};
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::place;
use crate::{
    error::{EngineError, Result},
    node::Core,
};

rowhouse_domain::words! {
    /// What a private database is being built or taken down for.
    pub enum Purpose {
        /// A new tenant.
        Create = "create",
        /// A new tenant out of a backup.
        Restore = "restore",
        /// A fresh database for a tenant that has one.
        Reset = "reset",
        /// The database that another one took the place of.
        Replaced = "replaced",
        /// What is left of a tenant that is gone.
        Purge = "purge",
    }
}

/// How often a living maker renews its note. Orphans are looked for among much older ones.
const RENEW: Duration = Duration::from_secs(5);

/// A note that is kept fresh until it is dropped. Dropping it ends nothing in the catalogue.
pub(super) struct Provision {
    core: Core,
    pub(super) id: Uuid,
    pub(super) target: Target,
    keeper: AbortHandle,
}

impl Drop for Provision {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// Whose private database a note is about.
pub(super) struct Subject<'a> {
    pub(super) tenant: TenantId,
    pub(super) name: &'a TenantName,
    pub(super) isolation: Isolation,
}

impl<'a> Subject<'a> {
    pub(super) fn of(row: &'a TenantRow) -> Self {
        Self { tenant: row.id.0, name: &row.name.0, isolation: row.isolation.0 }
    }
}

impl Provision {
    /// Writes the note.
    pub(super) async fn begin(
        core: &Core,
        process: &str,
        purpose: Purpose,
        subject: Subject<'_>,
        target: Target,
    ) -> Result<Self> {
        let id = Uuid::now_v7();
        let row = ProvisionRow {
            id: Col(id),
            tenant_id: Col(subject.tenant),
            name: Col(subject.name.clone()),
            purpose: purpose.to_string(),
            isolation: Col(subject.isolation),
            database_url: place::seal(core, &target)?,
            schema_name: target.schema.clone(),
            node: process.to_owned(),
            started_at: Col(core.clock.now()),
        };
        core.catalogue.begin_provision(row).await?;
        let keeper = core.catalogue.runtime().spawn(keep(core.clone(), id)).abort_handle();
        Ok(Self { core: core.clone(), id, target, keeper })
    }

    /// Removes the place and the note. What fails is left for the collector of orphans.
    #[crate::boxed]
    pub(super) async fn discard(self) {
        self.core.pools.forget(&self.target);
        let dropped = drop_place(&self.target).await;
        let ended = match dropped {
            Ok(()) => self.end().await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "an unfinished database is left behind; `tenant gc` removes it");
        }
    }

    /// Refuses if somebody took the maker for dead and ended the note.
    #[crate::boxed]
    pub(super) async fn renew(&self) -> Result<()> {
        match self.core.catalogue.renew_provision(self.id, self.core.clock.now()).await? {
            true => Ok(()),
            false => Err(EngineError::Busy("the work was taken for abandoned".into())),
        }
    }

    /// Removes the note alone.
    #[crate::boxed]
    pub(super) async fn end(self) -> Result<()> {
        Ok(self.core.catalogue.end_provision(self.id).await?)
    }
}

async fn keep(core: Core, id: Uuid) {
    loop {
        tokio::time::sleep(RENEW).await;
        match core.catalogue.renew_provision(id, core.clock.now()).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, "the note of an unfinished database was not renewed"),
        }
    }
}
