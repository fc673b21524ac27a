//! Creating a tenant: the same request again answers the same tenant, a different one under a name or an
//! address that is taken conflicts, and whatever fails leaves nothing.

use std::sync::Arc;

use rowhouse_domain::TenantId;
use rowhouse_store::{CatalogueEvent, DbUrl, TenantRow};

use super::{
    CreateTenant, MadeAdmin, Tenants,
    build::{self, Accounts, Built, Filling},
    operator, place,
    provision::{Provision, Purpose, Subject},
    request::Plan,
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    identity::OneTimeLink,
    site::Site,
    tenant_info::TenantInfo,
};

/// What came of a request for a tenant.
#[derive(Clone, Debug)]
pub struct Created {
    /// The tenant.
    pub tenant: Arc<TenantInfo>,
    /// Whether it was there already, from the same request.
    pub existed: bool,
    /// Its administrator; absent if it existed, is to be set up by link, or came out of a backup.
    pub admin: Option<MadeAdmin>,
    /// Its set-up link, shown once.
    pub setup: Option<OneTimeLink>,
}

impl Tenants {
    /// Creates a tenant, or answers the one that the same request created before.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] with everything that is wrong, [`EngineError::Taken`] with what is taken by
    /// whom, or what a database says. Nothing is left then.
    #[crate::boxed]
    pub async fn create(&self, request: CreateTenant, actor: &Actor) -> Result<Created> {
        operator(actor)?;
        let plan = request.read(&self.core.settings, &self.core.themes)?;
        let (this, who) = (self.clone(), actor.name.clone());
        self.finish(async move { this.create_planned(plan, who).await }).await
    }

    /// Reads a request and says everything that is wrong with it, without carrying it out.
    ///
    /// # Errors
    /// [`EngineError::Invalid`].
    pub fn check(&self, request: &CreateTenant) -> Result<()> {
        request.read(&self.core.settings, &self.core.themes).map(drop)
    }

    async fn create_planned(&self, plan: Plan, who: String) -> Result<Created> {
        let _held = self.names.hold(&plan.name).await;
        if let Some(row) = self.core.catalogue.tenant_by_name(plan.name.clone()).await? {
            return self.known(row, &plan.fingerprint());
        }
        let row = build::new_row(&self.core, TenantId::fresh(), &plan);
        // never closed
        let _turn = self.builds.acquire().await;
        self.check_addresses(&row).await?;
        let accounts = plan.admin.clone().map_or(Accounts::SetUp, Accounts::Admin);
        let filling = Filling::Recipe { theme: plan.theme.clone(), accounts };
        let provision = self.note_new(&row, Purpose::Create, plan.database_url.as_ref()).await?;
        let built = build::build(&self.core, provision, row, filling).await?;
        self.list_built(built, who, "created").await
    }

    /// Notes that a new tenant is about to be built, where it was `asked` to be or by the node's pattern.
    #[crate::boxed]
    pub(super) async fn note_new(
        &self,
        row: &TenantRow,
        purpose: Purpose,
        asked: Option<&DbUrl>,
    ) -> Result<Provision> {
        let target = place::plan(&self.core.settings, &row.name.0, row.id.0, row.isolation.0, asked)?;
        if asked.is_some() {
            place::check_free(&self.core, &target).await?;
        }
        Provision::begin(&self.core, &self.process, purpose, Subject::of(row), target).await
    }

    /// Makes what was built visible, in one transaction.
    #[crate::boxed]
    pub(super) async fn list_built(&self, built: Built, who: String, what: &str) -> Result<Created> {
        let Built { provision, row, site, version, made } = built;
        let detail = serde_json::json!({
            "name": row.name.0, "recipe": row.recipe.0, "state": row.state.0, "isolation": row.isolation.0,
        });
        let event = CatalogueEvent::new(row.id.0, self.core.clock.now(), who, what, detail);
        let (wanted, fingerprint) = (row.clone(), row.fingerprint.clone());
        match self.core.catalogue.insert_tenant(row, version, provision.id, event).await {
            Ok(row) => {
                self.core.steps.reached("create.listed").await;
                let tenant = Arc::new(TenantInfo::decode(row, &self.core.keys)?);
                Ok(Created { tenant, existed: false, admin: made.admin, setup: made.setup })
            }
            Err(error) => {
                self.take_back(&site, provision).await;
                // another process was quicker: with the same request, or with another
                match self.core.catalogue.tenant_by_name(wanted.name.0.clone()).await? {
                    Some(row) => self.known(row, &fingerprint),
                    None => {
                        self.check_addresses(&wanted).await?;
                        Err(error.into())
                    }
                }
            }
        }
    }

    async fn take_back(&self, site: &Site, provision: Provision) {
        if let Err(error) = self.core.media.delete_tenant(site.id()).await {
            tracing::warn!(%error, "media of a tenant that was not created are left behind");
        }
        provision.discard().await;
    }

    /// The tenant that has the name already, if it came of the same request.
    fn known(&self, row: TenantRow, fingerprint: &str) -> Result<Created> {
        if row.fingerprint != fingerprint {
            let told = format!(
                "there is a tenant {} already ({}), created with other values: choose another name, or edit it",
                row.name.0, row.title
            );
            return Err(EngineError::taken("name", told));
        }
        let tenant = Arc::new(TenantInfo::decode(row, &self.core.keys)?);
        Ok(Created { tenant, existed: true, admin: None, setup: None })
    }
}
