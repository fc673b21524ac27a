//! A new tenant out of a backup: a new id, a new database, addresses as given; accounts, content and media
//! as they were. It is built in private like any other, so a failure leaves nothing.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rowhouse_domain::{
    TenantId,
    name::TenantName,
    tenant::{AllowList, TenantState},
};
use rowhouse_store::DbUrl;

use super::{
    Created, Reader, Tenants,
    build::{self, Filling},
    operator,
    provision::Purpose,
    request::Plan,
};
use crate::{
    actor::Actor,
    backup::{self, Archive, Manifest, Progress},
    error::{EngineError, Result},
    node::Settings,
};

/// What the restored tenant is called and where it answers, as typed. Empty texts mean: as in the backup, or
/// the node's default.
#[derive(Clone, Debug, Default)]
pub struct RestoreTenant {
    /// The file.
    pub file: PathBuf,
    /// The short name; the backup's if empty.
    pub name: String,
    /// The title; the backup's if empty.
    pub title: String,
    /// As in [`super::CreateTenant::prefix`].
    pub prefix: Option<String>,
    /// Hosts of its own. Those of the backup are not taken over: they may still be in use.
    pub hosts: Vec<String>,
    /// `database` or `schema`; the node's default if empty.
    pub isolation: String,
    /// Its database; by the node's pattern if empty.
    pub database_url: String,
}

impl RestoreTenant {
    fn read(&self, manifest: &Manifest, settings: &Settings) -> Result<Plan> {
        let mut reader = Reader::default();
        let name = if self.name.trim().is_empty() { manifest.tenant.name.as_str() } else { &self.name };
        let name = reader.parse::<TenantName>("name", name);
        let (prefix, hosts) = reader.addresses(settings, name.as_ref(), self.prefix.as_deref(), &self.hosts);
        let title = reader.title(&self.title);
        let isolation = reader.parse_or_none("isolation", &self.isolation).unwrap_or(settings.isolation);
        let database_url = reader.parse_or_none::<DbUrl>("database_url", &self.database_url);
        let facts = &manifest.tenant;
        let plan = name.map(|name| Plan {
            name,
            title: if title.is_empty() { facts.title.clone() } else { title },
            prefix,
            hosts,
            recipe: facts.recipe,
            theme: None,
            isolation,
            database_url,
            ring: facts.ring.clone(),
            themes: AllowList(facts.themes.0.clone()),
            features: AllowList(facts.features.0.clone()),
            quotas: facts.quotas,
            admin: None,
        });
        reader.finish(plan)
    }
}

impl Tenants {
    /// Writes a backup of a tenant to `file`, which must not be there yet. The tenant goes on being served and
    /// edited; what is in the file is one moment of it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Input`] for a file that cannot be written, or what the
    /// database or the store of media says.
    #[crate::boxed]
    pub async fn backup(
        &self,
        name_or_id: &str,
        file: &Path,
        progress: Progress,
        actor: &Actor,
    ) -> Result<Manifest> {
        let info = self.show(name_or_id, actor).await?;
        let manifest = backup::write(&self.core, &info, file, progress).await?;
        tracing::info!(tenant = %info.name, file = %file.display(), revision = manifest.revision, "backed up");
        Ok(manifest)
    }

    /// Restores a backup as a new tenant. The file is verified before anything is made.
    ///
    /// # Errors
    /// [`EngineError::Input`] for a file that is not a whole backup, else as [`Tenants::create`]; a name that
    /// is taken is always a conflict.
    #[crate::boxed]
    pub async fn restore(
        &self,
        request: RestoreTenant,
        progress: Progress,
        actor: &Actor,
    ) -> Result<Created> {
        operator(actor)?;
        let archive = Arc::new(Archive::verify(request.file.clone(), progress.clone()).await?);
        let plan = request.read(archive.manifest(), &self.core.settings)?;
        let (this, who) = (self.clone(), actor.name.clone());
        self.finish(async move { this.restore_planned(plan, archive, progress, who).await }).await
    }

    async fn restore_planned(
        &self,
        plan: Plan,
        archive: Arc<Archive>,
        progress: Progress,
        who: String,
    ) -> Result<Created> {
        let _held = self.names.hold(&plan.name).await;
        if let Some(row) = self.core.catalogue.tenant_by_name(plan.name.clone()).await? {
            let told = format!(
                "there is a tenant {} already ({}): restore under another name",
                row.name.0, row.title
            );
            return Err(EngineError::taken("name", told));
        }
        let mut row = build::new_row(&self.core, TenantId::fresh(), &plan);
        // no request makes this tenant a second time
        row.fingerprint = format!("restored {}", row.id.0);
        row.state.0 = match archive.manifest().tenant.state {
            TenantState::Uninitialised => TenantState::Uninitialised,
            _ => TenantState::Running,
        };
        self.check_addresses(&row).await?;
        let filling = Filling::Backup { archive, progress };
        let media = row.id.0;
        let provision = self.note_new(&row, Purpose::Restore, plan.database_url.as_ref()).await?;
        let built = build::build(&self.core, provision, row, filling).await;
        if built.is_err()
            && let Err(error) = self.core.media.delete_tenant(media).await
        {
            tracing::warn!(%error, "media of a tenant that was not restored are left behind");
        }
        self.list_built(built?, who, "restored").await
    }
}
