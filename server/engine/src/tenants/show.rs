//! Finding tenants and what the catalogue knows of them.

use std::sync::Arc;

use jiff::Timestamp;
use rowhouse_domain::name::TenantName;
use rowhouse_store::{TenantFilter, TenantRow};
use serde::Serialize;

use super::{Tenants, operator};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    tenant_info::TenantInfo,
};

/// One page of a list.
#[derive(Clone, Debug)]
pub struct TenantPage {
    /// The tenants.
    pub tenants: Vec<Arc<TenantInfo>>,
    /// Tenants of the page whose row this node cannot read, and why. They hide no other.
    pub unreadable: Vec<(TenantName, String)>,
    /// How many the filter finds in all.
    pub total: i64,
}

/// Something that happened to a tenant.
#[derive(Clone, Debug, Serialize)]
pub struct TenantEvent {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What.
    pub what: String,
    /// Particulars.
    pub detail: serde_json::Value,
}

impl Tenants {
    /// The tenants that `filter` finds.
    ///
    /// # Errors
    /// [`EngineError::Denied`], or what the catalogue says.
    #[crate::boxed]
    pub async fn list(&self, filter: TenantFilter, actor: &Actor) -> Result<TenantPage> {
        operator(actor)?;
        let (rows, total) = self.core.catalogue.tenants(filter).await?;
        let mut page = TenantPage { tenants: Vec::new(), unreadable: Vec::new(), total };
        for row in rows {
            let name = row.name.0.clone();
            match TenantInfo::decode(row, &self.core.keys) {
                Ok(info) => page.tenants.push(Arc::new(info)),
                Err(error) => page.unreadable.push((name, error.to_string())),
            }
        }
        Ok(page)
    }

    /// The tenant of this name or id; a deleted one if no other has the name.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Denied`], or what the catalogue says.
    #[crate::boxed]
    pub async fn show(&self, name_or_id: &str, actor: &Actor) -> Result<Arc<TenantInfo>> {
        operator(actor)?;
        let row = self.row(name_or_id).await?;
        Ok(Arc::new(TenantInfo::decode(row, &self.core.keys)?))
    }

    /// How many tenants have tables older than this program's; they are brought forward when they are opened.
    ///
    /// # Errors
    /// What the catalogue says.
    #[crate::boxed]
    pub async fn behind(&self) -> Result<i64> {
        Ok(self.core.catalogue.tenants_behind(rowhouse_store::newest(rowhouse_store::TENANT)).await?)
    }

    /// What happened to a tenant, newest first; also of one that is purged, by its id.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Denied`], or what the catalogue says.
    #[crate::boxed]
    pub async fn events(&self, name_or_id: &str, most: i64, actor: &Actor) -> Result<Vec<TenantEvent>> {
        operator(actor)?;
        let id = match name_or_id.parse() {
            Ok(id) => id,
            Err(_) => self.row(name_or_id).await?.id.0,
        };
        let events = self.core.catalogue.events(id, most).await?;
        let told = |e: rowhouse_store::CatalogueEvent| TenantEvent {
            at: e.at.0,
            actor: e.actor,
            what: e.what,
            detail: e.detail.0,
        };
        Ok(events.into_iter().map(told).collect())
    }

    /// The bytes of a tenant's database.
    ///
    /// # Errors
    /// As [`Tenants::show`], or what the tenant's database says.
    #[crate::boxed]
    pub async fn database_bytes(&self, name_or_id: &str, actor: &Actor) -> Result<u64> {
        let info = self.show(name_or_id, actor).await?;
        Ok(self.core.store(info.id, info.target.clone()).size().await?)
    }

    #[crate::boxed]
    pub(super) async fn row(&self, name_or_id: &str) -> Result<TenantRow> {
        let text = name_or_id.trim();
        let catalogue = &self.core.catalogue;
        if let Ok(id) = text.parse()
            && let Some(row) = catalogue.tenant(id).await?
        {
            return Ok(row);
        }
        let Ok(name) = text.parse::<TenantName>() else { return Err(EngineError::NotFound("tenant")) };
        if let Some(row) = catalogue.tenant_by_name(name.clone()).await? {
            return Ok(row);
        }
        catalogue.deleted_tenant_by_name(name).await?.ok_or(EngineError::NotFound("tenant"))
    }
}
