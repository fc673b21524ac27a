//! Setting up a tenant that was left to its own administrator: by a one-time link they name it and make
//! their account, and it runs.

use std::sync::Arc;

use rowhouse_domain::tenant::TenantState;
use rowhouse_store::{CatalogueEvent, Col, TenantRow};

use super::{Reader, Tenants, operator};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    identity::{self, NewPerson, OneTimeLink, Password},
    site::Site,
    tenant_info::TenantInfo,
};

/// What its administrator says of a tenant, as typed.
#[derive(Clone, Debug, Default)]
pub struct SetUpTenant {
    /// What people call it; as it was created if empty.
    pub title: String,
    /// The administrator.
    pub person: NewPerson,
    /// Their password.
    pub password: Password,
}

impl Tenants {
    /// A new set-up link of a tenant that is not set up yet; earlier ones end.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if it is set up, or what its database says.
    #[crate::boxed]
    pub async fn setup_link(&self, name_or_id: &str, actor: &Actor) -> Result<OneTimeLink> {
        let info = self.show(name_or_id, actor).await?;
        not_set_up(info.state, &info.name)?;
        // nothing that visitors see is changed, so nobody needs to be told
        identity::setup_link(&Site::building(&self.core, info)).await
    }

    /// Sets a tenant up by its link, which is used up, and makes it run. The site is the live one.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] with everything that is wrong (the link still works then),
    /// [`EngineError::NotFound`] for a link that does not work, [`EngineError::Conflict`] if it is set up.
    #[crate::boxed]
    pub async fn set_up(&self, site: &Site, token: &str, set_up: SetUpTenant) -> Result<Arc<TenantInfo>> {
        let info = site.info();
        not_set_up(info.state, &info.name)?;
        let mut reader = Reader::default();
        let title = reader.title(&set_up.title);
        reader.finish(Some(()))?;
        let title = if title.is_empty() { info.title.clone() } else { title };
        identity::complete_setup(site, token, &set_up.person, &set_up.password).await?;
        let (this, site, who) = (self.clone(), site.clone(), set_up.person.user.trim().to_lowercase());
        self.finish(async move {
            let named = title.clone();
            site.write(move |s| {
                Box::pin(async move {
                    let mut settings = s.site_settings().await?;
                    settings.title = named;
                    s.set_site_settings(&settings).await
                })
            })
            .await?;
            this.run_set_up(&info, title, who).await
        })
        .await
    }

    async fn run_set_up(&self, info: &TenantInfo, title: String, who: String) -> Result<Arc<TenantInfo>> {
        let detail = serde_json::json!({ "title": title });
        let event = CatalogueEvent::new(info.id, self.core.clock.now(), who, "set up", detail);
        let run = move |row: &mut TenantRow| {
            not_set_up(row.state.0, &row.name.0)?;
            row.state = Col(TenantState::Running);
            row.title = title;
            Ok(())
        };
        let changed = self.core.catalogue.change_tenant(info.id, event, run).await?;
        self.changed(changed)
    }

    /// Whether somebody has set the tenant up although it does not run: the work died in between.
    #[crate::boxed]
    pub(super) async fn is_half_set_up(&self, info: &Arc<TenantInfo>, actor: &Actor) -> Result<bool> {
        operator(actor)?;
        if info.state != TenantState::Uninitialised {
            return Ok(false);
        }
        identity::has_administrator(&Site::building(&self.core, info.clone())).await
    }
}

fn not_set_up(state: TenantState, name: &rowhouse_domain::name::TenantName) -> Result<()> {
    match state {
        TenantState::Uninitialised => Ok(()),
        _ => Err(EngineError::Conflict(format!("{name} is set up already"))),
    }
}
