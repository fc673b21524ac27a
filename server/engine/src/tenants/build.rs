//! Building a tenant in private: a note, a place, tables, accounts, content, and a look at what came of it.
//! Nothing of it is visible until the caller puts the row into the catalogue; what fails is taken away.

use std::sync::Arc;

use rowhouse_domain::{
    TenantId,
    coherence::Version,
    tenant::{AllowList, Feature, Quotas, Recipe, TenantState},
};
use rowhouse_store::{Col, Json, Target, TenantRow, TenantStore, create_place};

use super::{FirstAdmin, MadeAdmin, place, provision::Provision, request::Plan, seed};
use crate::{
    backup::{Archive, Progress},
    error::Result,
    identity::OneTimeLink,
    node::Core,
    recipes,
    site::Site,
    tenant_info::TenantInfo,
};

/// What a new database is filled with.
pub(super) enum Filling {
    /// What a recipe has, and accounts.
    Recipe { theme: Option<String>, accounts: Accounts },
    /// What a backup holds, accounts among it.
    Backup { archive: Arc<Archive>, progress: Progress },
}

/// Who can sign in to a tenant that is made from a recipe.
pub(super) enum Accounts {
    /// One administrator.
    Admin(FirstAdmin),
    /// Whoever has the set-up link.
    SetUp,
    /// Those of another database.
    Of(Box<TenantStore>),
}

/// What was made beside the data, to be told once.
#[derive(Default)]
pub(super) struct Made {
    pub(super) admin: Option<MadeAdmin>,
    pub(super) setup: Option<OneTimeLink>,
}

/// A tenant that is complete and that nobody sees yet.
pub(super) struct Built {
    pub(super) provision: Provision,
    pub(super) row: TenantRow,
    pub(super) site: Site,
    pub(super) version: Version,
    pub(super) made: Made,
}

/// The row of a new tenant, but for its place.
pub(super) fn new_row(core: &Core, id: TenantId, plan: &Plan) -> TenantRow {
    let now = Col(core.clock.now());
    let state = if plan.admin.is_some() { TenantState::Running } else { TenantState::Uninitialised };
    TenantRow {
        id: Col(id),
        name: Col(plan.name.clone()),
        title: plan.title.clone(),
        prefix: plan.prefix.clone().map(Col),
        hosts: Json(plan.hosts.clone()),
        old_prefixes: Json(Vec::new()),
        ring: plan.ring.clone(),
        state: Col(state),
        state_reason: None,
        isolation: Col(plan.isolation),
        database_url: String::new(),
        schema_name: None,
        themes: Json::<AllowList<String>>(plan.themes.clone()),
        features: Json::<AllowList<Feature>>(plan.features.clone()),
        quotas: Json::<Quotas>(plan.quotas),
        recipe: Col::<Recipe>(plan.recipe),
        fingerprint: plan.fingerprint(),
        schema_version: 0,
        seq: 0,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

/// Builds the tenant of `row` in the place that `provision` names. Where there is no note yet nothing of it
/// can be lost, so the note is the caller's first act.
///
/// # Errors
/// Whatever failed; then the place is gone again, or noted for the collector of orphans.
#[crate::boxed]
pub(super) async fn build(
    core: &Core,
    provision: Provision,
    mut row: TenantRow,
    filling: Filling,
) -> Result<Built> {
    let target = provision.target.clone();
    core.steps.reached("create.provisioned").await;
    if let Err(error) = create_place(&target, row.isolation.0).await {
        // what is there is not ours
        provision.end().await?;
        return Err(error.into());
    }
    core.steps.reached("create.place").await;
    row.schema_name.clone_from(&target.schema);
    let filled = match place::seal(core, &target) {
        Ok(sealed) => {
            row.database_url = sealed;
            fill(core, row, target, filling).await
        }
        Err(error) => Err(error),
    };
    match filled {
        Ok((row, site, version, made)) => Ok(Built { provision, row, site, version, made }),
        Err(error) => {
            provision.discard().await;
            Err(error)
        }
    }
}

async fn fill(
    core: &Core,
    mut row: TenantRow,
    target: Target,
    filling: Filling,
) -> Result<(TenantRow, Site, Version, Made)> {
    let store = core.store(row.id.0, target).building();
    (row.schema_version, _) = store.prepare().await?;
    core.steps.reached("create.prepared").await;
    let info = Arc::new(TenantInfo::decode(row.clone(), &core.keys)?);
    let site = Site::building(core, info);
    let made = match filling {
        Filling::Recipe { theme, accounts } => {
            let made = seed::accounts(&site, accounts).await?;
            core.steps.reached("create.seeded").await;
            let author = made.admin.as_ref().map(|a| a.id);
            recipes::apply(core, &site, row.recipe.0, &row.title, theme.as_deref(), author).await?;
            made
        }
        Filling::Backup { archive, progress } => {
            archive.unpack(core, &site, progress).await?;
            Made::default()
        }
    };
    core.steps.reached("create.filled").await;
    seed::verify(&site, &made).await?;
    // a fresh question, so that the row that is listed is the one that stands in the database
    let version = site.store().ask(0).await?.version;
    core.steps.reached("create.verified").await;
    Ok((row, site, version, made))
}
