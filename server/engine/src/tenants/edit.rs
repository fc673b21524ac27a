//! Editing what the catalogue holds of a tenant: title, addresses, ring, allow-lists, quotas.

use std::sync::Arc;

use jiff::Timestamp;
use rowhouse_domain::{
    name::{HostPattern, Prefix},
    tenant::OldPrefix,
};
use rowhouse_store::{CatalogueEvent, Col, Json, StoreError, TenantRow};

use super::{EditTenant, Reader, Tenants, operator, request::Edits};
use crate::{
    actor::Actor,
    error::{EngineError, FieldError, Result},
    node::Settings,
    tenant_info::TenantInfo,
};

impl Tenants {
    /// Changes a tenant's row. A prefix that it leaves goes on leading to it for as long as the node is told.
    ///
    /// # Errors
    /// [`EngineError::Invalid`], [`EngineError::Taken`] with whose an address is, or [`EngineError::Conflict`]
    /// when the row was changed since it was seen.
    #[crate::boxed]
    pub async fn edit(&self, name_or_id: &str, edit: EditTenant, actor: &Actor) -> Result<Arc<TenantInfo>> {
        operator(actor)?;
        let edits = edit.read()?;
        let row = self.row(name_or_id).await?;
        not_deleted(&row)?;
        let _held = self.names.hold(&row.name.0).await;
        let (now, settings) = (self.core.clock.now(), self.core.settings.clone());
        let mut planned = row.clone();
        apply(&mut planned, &edits, &settings, now)?;
        self.check_addresses(&planned).await?;
        let detail = serde_json::json!({
            "title": planned.title, "prefix": planned.prefix.as_ref().map(|p| p.0.to_string()),
            "hosts": planned.hosts.0, "ring": planned.ring,
        });
        let event = CatalogueEvent::new(row.id.0, now, &actor.name, "edited", detail);
        let changed = self.core.catalogue.change_tenant(row.id.0, event, move |row| {
            not_deleted(row)?;
            apply(row, &edits, &settings, now).map_err(StoreError::from)
        });
        self.changed(changed.await?)
    }

    pub(super) fn changed(&self, row: Option<TenantRow>) -> Result<Arc<TenantInfo>> {
        let row = row.ok_or(EngineError::NotFound("tenant"))?;
        Ok(Arc::new(TenantInfo::decode(row, &self.core.keys)?))
    }

    /// Refuses addresses that other tenants have, and says whose they are.
    #[crate::boxed]
    pub(super) async fn check_addresses(&self, row: &TenantRow) -> Result<()> {
        let owners = self.core.catalogue.address_owners(row.addresses()).await?;
        let others = owners.iter().filter(|(_, name)| *name != row.name.0);
        let told = others.map(|(address, name)| {
            // a host comes before the prefix, if it has any
            let field = if address.starts_with('/') { "prefix" } else { "hosts" };
            FieldError::new(field, format!("the address {address} is {name}'s"))
        });
        let taken: Vec<FieldError> = told.collect();
        if taken.is_empty() { Ok(()) } else { Err(EngineError::Taken(taken)) }
    }
}

pub(super) fn not_deleted(row: &TenantRow) -> Result<()> {
    match row.deleted_at {
        Some(_) => Err(EngineError::Conflict(format!("{} is deleted; undelete it first", row.name.0))),
        None => Ok(()),
    }
}

fn apply(row: &mut TenantRow, edits: &Edits, settings: &Settings, now: Timestamp) -> Result<()> {
    if edits.seen.is_some_and(|seen| seen != row.seq) {
        return Err(EngineError::Conflict(format!(
            "{} was changed in the meantime; look at it again and repeat what is still to be done",
            row.name.0
        )));
    }
    let edits = edits.clone();
    readdress(row, edits.prefix, edits.hosts, settings, now)?;
    if let Some(title) = edits.title {
        row.title = title;
    }
    if let Some(ring) = edits.ring {
        row.ring = ring;
    }
    if let Some(themes) = edits.themes {
        row.themes = Json(themes);
    }
    if let Some(features) = edits.features {
        row.features = Json(features);
    }
    if let Some(quotas) = edits.quotas {
        row.quotas = Json(quotas);
    }
    Ok(())
}

/// Gives the row other addresses and notes the prefix that it leaves.
pub(super) fn readdress(
    row: &mut TenantRow,
    prefix: Option<Option<Prefix>>,
    hosts: Option<Vec<HostPattern>>,
    settings: &Settings,
    now: Timestamp,
) -> Result<()> {
    let before = row.prefix.as_ref().map(|p| p.0.clone());
    let after = prefix.unwrap_or_else(|| before.clone());
    if let Some(hosts) = hosts {
        row.hosts = Json(hosts);
    }
    let mut reader = Reader::default();
    reader.check_addresses(settings, after.as_ref(), !row.hosts.0.is_empty());
    reader.finish(Some(()))?;
    row.old_prefixes.0.retain(|old| old.until.is_none_or(|u| u > now) && Some(&old.prefix) != after.as_ref());
    if let Some(before) = before.filter(|b| Some(b) != after.as_ref()) {
        row.old_prefixes.0.retain(|old| old.prefix != before);
        let until = settings.old_prefix_for.and_then(|keep| now.checked_add(keep).ok());
        row.old_prefixes.0.push(OldPrefix { prefix: before, until });
    }
    row.prefix = after.map(Col);
    Ok(())
}
