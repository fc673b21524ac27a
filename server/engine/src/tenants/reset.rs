//! Starting a tenant over: a fresh database from a recipe is built beside the old one, the catalogue is
//! switched to it, and only then the old one goes. Accounts, roles and passwords stay; everybody signs in anew.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::TryStreamExt;
use rowhouse_domain::{
    MediaId,
    tenant::{Recipe, TenantState},
};
use rowhouse_store::{CatalogueEvent, Col, TenantRow, TenantStore};

use super::{
    Reader, Tenants,
    build::{self, Accounts, Built, Filling},
    edit::not_deleted,
    operator, place,
    provision::{Provision, Purpose, Subject},
    seed,
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    identity::OneTimeLink,
    tenant_info::TenantInfo,
};

/// How a tenant starts over, as typed. Empty texts mean: as it was created.
#[derive(Clone, Debug, Default)]
pub struct ResetTenant {
    /// What it starts with.
    pub recipe: String,
    /// The theme it wears; the recipe's if empty.
    pub theme: String,
}

/// What came of starting over.
#[derive(Clone, Debug)]
pub struct Reset {
    /// The tenant.
    pub tenant: Arc<TenantInfo>,
    /// A new set-up link, if it is not set up yet; shown once.
    pub setup: Option<OneTimeLink>,
}

impl Tenants {
    /// Starts a tenant over from a recipe. Its content and media go for good; its accounts stay.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if it is deleted, or what a database says; then it is as it was.
    #[crate::boxed]
    pub async fn reset(&self, name_or_id: &str, reset: ResetTenant, actor: &Actor) -> Result<Reset> {
        operator(actor)?;
        let mut reader = Reader::default();
        let recipe = reader.parse_or_none::<Recipe>("recipe", &reset.recipe);
        let theme = Some(reset.theme.trim().to_owned()).filter(|t| !t.is_empty());
        if let Some(theme) = &theme {
            reader.theme_name("theme", theme);
        }
        reader.finish(Some(()))?;
        let row = self.row(name_or_id).await?;
        not_deleted(&row)?;
        let (this, who) = (self.clone(), actor.name.clone());
        self.finish(async move { this.reset_row(row, recipe, theme, who).await }).await
    }

    async fn reset_row(
        &self,
        mut row: TenantRow,
        recipe: Option<Recipe>,
        theme: Option<String>,
        who: String,
    ) -> Result<Reset> {
        let _held = self.names.hold(&row.name.0).await;
        let before = TenantInfo::decode(row.clone(), &self.core.keys)?;
        let old = self.core.store(before.id, before.target.clone());
        row.recipe = Col(recipe.unwrap_or(row.recipe.0));
        let accounts = match row.state.0 {
            TenantState::Uninitialised => Accounts::SetUp,
            _ => Accounts::Of(Box::new(old.clone())),
        };
        let target = place::beside(&before.name, before.id, &before.target);
        let provision =
            Provision::begin(&self.core, &self.process, Purpose::Reset, Subject::of(&row), target).await?;
        // from here on nobody writes what would be lost, until the switch or its failure
        if let Err(error) = old.fence(true).await {
            provision.end().await?;
            return Err(error.into());
        }
        self.core.steps.reached("reset.fenced").await;
        let filling = Filling::Recipe { theme, accounts };
        let built = build::build(&self.core, provision, row, filling).await;
        let switched = match built {
            Ok(built) => self.switch(&before, built, who).await,
            Err(error) => Err(error),
        };
        if switched.is_err() {
            old.fence(false).await?;
            self.drop_unknown_media(&old).await?;
        }
        switched
    }

    async fn switch(&self, before: &TenantInfo, built: Built, who: String) -> Result<Reset> {
        let Built { provision, row, site, version: _, made } = built;
        let noted = match provision.renew().await {
            Ok(()) => self.replace(before, &row, &who).await,
            Err(error) => Err(error),
        };
        let (replaced, row) = match noted {
            Ok(done) => done,
            Err(error) => {
                provision.discard().await;
                return Err(error);
            }
        };
        provision.end().await?;
        self.core.steps.reached("reset.switched").await;
        self.renew_pulse(&row).await?;
        self.drop_unknown_media(site.store()).await?;
        replaced.discard().await;
        let tenant = Arc::new(TenantInfo::decode(row, &self.core.keys)?);
        Ok(Reset { tenant, setup: made.setup })
    }

    /// Switches the catalogue to the new place and notes the old one for removal.
    async fn replace(
        &self,
        before: &TenantInfo,
        row: &TenantRow,
        who: &str,
    ) -> Result<(Provision, TenantRow)> {
        let (subject, old) = (Subject::of(row), before.target.clone());
        let replaced = Provision::begin(&self.core, &self.process, Purpose::Replaced, subject, old).await?;
        let detail = serde_json::json!({ "recipe": row.recipe.0 });
        let event = CatalogueEvent::new(before.id, self.core.clock.now(), who, "reset", detail);
        let (new, seen) = (row.clone(), before.seq);
        let changed = self.core.catalogue.change_tenant(before.id, event, move |row| {
            if row.seq != seen {
                let text = format!("{} was changed in the meantime; nothing was reset", row.name.0);
                return Err(EngineError::Conflict(text).into());
            }
            row.database_url = new.database_url;
            row.schema_name = new.schema_name;
            row.schema_version = new.schema_version;
            row.recipe = new.recipe;
            Ok(())
        });
        match changed.await {
            Ok(Some(row)) => Ok((replaced, row)),
            Ok(None) => {
                replaced.end().await?;
                Err(EngineError::NotFound("tenant"))
            }
            Err(error) => {
                replaced.end().await?;
                Err(error.into())
            }
        }
    }

    /// Makes the pulse say what the new database says, so that every node asks it.
    async fn renew_pulse(&self, row: &TenantRow) -> Result<()> {
        let info = TenantInfo::decode(row.clone(), &self.core.keys)?;
        let store = self.core.store(info.id, info.target.clone());
        for _ in 0..5 {
            let Some(pulse) = self.core.catalogue.pulse(info.id).await? else { break };
            if store.repair(pulse.intent).await? {
                return Ok(());
            }
        }
        Err(EngineError::Busy("the tenant's pulse".into()))
    }

    /// Removes the files of media that the database does not know.
    async fn drop_unknown_media(&self, store: &TenantStore) -> Result<()> {
        let known: BTreeSet<MediaId> = seed::media_ids(store).await?;
        let tenant = store.tenant();
        let listed: Vec<_> = self.core.media.list_tenant(tenant).try_collect().await.map_err(media)?;
        let gone: BTreeSet<MediaId> =
            listed.iter().map(|l| l.key.media).filter(|id| !known.contains(id)).collect();
        for id in gone {
            self.core.media.delete_media(tenant, id).await.map_err(media)?;
        }
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err by its name")]
pub(super) fn media(error: rowhouse_media::StoreError) -> EngineError {
    EngineError::Unavailable(error.to_string())
}
