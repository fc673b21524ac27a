//! The collector of orphans: private databases whose maker died before they became a tenant's, and what is
//! left of tenants that are gone. It removes only what a note names and what is shown to be ours.

use std::time::Duration;

use jiff::Timestamp;
use rowhouse_domain::{TenantId, name::TenantName};
use rowhouse_store::{ProvisionRow, Target, drop_place};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Tenants, operator,
    place::{self, Ownership},
    provision::Purpose,
    reset::media,
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    tenant_info::TenantInfo,
};

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct Gc {
    /// Notes that were not renewed for so long. A living maker renews its note every five seconds; one that was
    /// only paused finds its note gone and lists nothing.
    pub older_than: Duration,
    /// Also younger notes of earlier processes of this node. Only for a node at its start: its name is its
    /// own, so an earlier process of that name is dead.
    pub predecessors: bool,
    /// Only tell what would be removed.
    pub dry_run: bool,
}

impl Default for Gc {
    fn default() -> Self {
        Self { older_than: Duration::from_secs(60), predecessors: false, dry_run: false }
    }
}

/// Something that was left behind.
#[derive(Clone, Debug, Serialize)]
pub struct Orphan {
    /// The note's id.
    pub id: Uuid,
    /// The tenant that it was to be, or was.
    pub tenant: TenantId,
    /// Its name.
    pub name: TenantName,
    /// What it was being built or taken down for.
    pub purpose: String,
    /// The database, without its password.
    pub database: String,
    /// The process that left it.
    pub process: String,
    /// When that process was last known to work on it.
    pub since: Timestamp,
    /// What happens to it, in a few words.
    pub action: String,
    /// Whether that was done.
    pub removed: bool,
    /// Why it was not.
    pub problem: Option<String>,
}

/// What is right to do with what a note names.
enum Remedy {
    /// Nothing of ours is there, or it is in use: only the note goes.
    Forget,
    /// The place goes, and so do all files of the tenant.
    DropAll,
    /// The place goes; the tenant lives elsewhere, and takes changes again.
    DropPlace(Box<TenantInfo>),
}

impl Tenants {
    /// Lists orphans and, unless it is a dry run, removes them. One that cannot be removed hides no other.
    ///
    /// # Errors
    /// [`crate::EngineError::Denied`], or what the catalogue says.
    #[crate::boxed]
    pub async fn gc(&self, gc: Gc, actor: &Actor) -> Result<Vec<Orphan>> {
        operator(actor)?;
        let this = self.clone();
        self.finish(async move { this.collect(gc).await }).await
    }

    /// Removes one orphan by the id of its note.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] if there is no such note, [`EngineError::Conflict`] if somebody may still be
    /// working on it, or what the catalogue says.
    #[crate::boxed]
    pub async fn remove_orphan(&self, id: Uuid, actor: &Actor) -> Result<Orphan> {
        operator(actor)?;
        let row = self.core.catalogue.provisions().await?.into_iter().find(|row| row.id.0 == id);
        let row = row.ok_or(EngineError::NotFound("orphan"))?;
        if !self.is_left_behind(&row, Gc::default()) {
            let text = format!("{} is too fresh: somebody may still be working on it", row.name.0);
            return Err(EngineError::Conflict(text));
        }
        let this = self.clone();
        self.finish(async move { Ok(this.collect_one(row, false).await) }).await
    }

    async fn collect(&self, gc: Gc) -> Result<Vec<Orphan>> {
        let mut orphans = Vec::new();
        for row in self.core.catalogue.provisions().await? {
            if self.is_left_behind(&row, gc) {
                orphans.push(self.collect_one(row, gc.dry_run).await);
            }
        }
        Ok(orphans)
    }

    fn is_left_behind(&self, row: &ProvisionRow, gc: Gc) -> bool {
        let node = |process: &str| process.split('#').next().map(str::to_owned);
        let ours = row.node.as_str() == &*self.process;
        let predecessor = !ours && gc.predecessors && node(&row.node) == node(&self.process);
        let age = self.core.clock.now().duration_since(row.started_at.0);
        predecessor || age.unsigned_abs() >= gc.older_than
    }

    async fn collect_one(&self, row: ProvisionRow, dry_run: bool) -> Orphan {
        let target = place::unseal(&self.core, &row.database_url, row.schema_name.clone());
        let mut orphan = Orphan {
            id: row.id.0,
            tenant: row.tenant_id.0,
            name: row.name.0.clone(),
            purpose: row.purpose.clone(),
            database: target.as_ref().map(label).unwrap_or_default(),
            process: row.node.clone(),
            since: row.started_at.0,
            action: String::new(),
            removed: false,
            problem: None,
        };
        let done = match target {
            Ok(target) => self.remedy_and_do(&row, &target, dry_run, &mut orphan.action).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => orphan.removed = !dry_run,
            Err(error) => orphan.problem = Some(error.to_string()),
        }
        orphan
    }

    async fn remedy_and_do(
        &self,
        row: &ProvisionRow,
        target: &Target,
        dry_run: bool,
        action: &mut String,
    ) -> Result<()> {
        let remedy = self.remedy(row, target).await?;
        *action = match &remedy {
            Remedy::Forget => "forget the note; nothing there is an orphan".to_owned(),
            Remedy::DropAll => "drop the database and the files".to_owned(),
            Remedy::DropPlace(_) => "drop the database; the tenant uses another".to_owned(),
        };
        if dry_run {
            return Ok(());
        }
        if !matches!(remedy, Remedy::Forget) {
            self.core.pools.forget(target);
            drop_place(target).await?;
        }
        match remedy {
            Remedy::Forget => {}
            Remedy::DropAll => {
                self.core.media.delete_tenant(row.tenant_id.0).await.map_err(media)?;
            }
            Remedy::DropPlace(live) => {
                self.core.store(live.id, live.target.clone()).fence(false).await?;
            }
        }
        Ok(self.core.catalogue.end_provision(row.id.0).await?)
    }

    async fn remedy(&self, row: &ProvisionRow, target: &Target) -> Result<Remedy> {
        let (name, id) = (&row.name.0, row.tenant_id.0);
        let live = self.core.catalogue.tenant(id).await?;
        let live = live.map(|row| TenantInfo::decode(row, &self.core.keys)).transpose()?;
        if live.as_ref().is_some_and(|live| place::same(&live.target, target)) {
            return Ok(Remedy::Forget);
        }
        let known = Purpose::ALL.iter().any(|p| p.as_str() == row.purpose);
        match place::ownership(&self.core, name, id, target).await? {
            Ownership::Foreign => Ok(Remedy::Forget),
            Ownership::Gone | Ownership::Ours => Ok(match live {
                // a newer release knows what it noted
                _ if !known => Remedy::Forget,
                None => Remedy::DropAll,
                Some(live) => Remedy::DropPlace(Box::new(live)),
            }),
        }
    }
}

fn label(target: &Target) -> String {
    match &target.schema {
        Some(schema) => format!("{} schema {schema}", target.url),
        None => target.url.to_string(),
    }
}
