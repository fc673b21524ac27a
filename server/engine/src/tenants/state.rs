//! Where a tenant is in its life: suspend, resume, quarantine, delete, undelete. Each is refused in words
//! where it makes no sense.

use std::sync::Arc;

use jiff::Timestamp;
use rowhouse_domain::{TenantId, tenant::TenantState};
use rowhouse_store::{CatalogueEvent, Col, StoreError, TenantRow};

use super::{
    Reader, Tenants,
    edit::{not_deleted, readdress},
    operator,
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    tenant_info::TenantInfo,
};

/// How a deleted tenant comes back. What is absent is as it was.
#[derive(Clone, Debug, Default)]
pub struct Undelete {
    /// Another prefix, as typed; empty for none.
    pub prefix: Option<String>,
    /// Other hosts, as typed.
    pub hosts: Option<Vec<String>>,
}

const REASON: usize = 500;

fn told(reason: &str) -> Option<String> {
    let reason: String = reason.trim().chars().take(REASON).collect();
    (!reason.is_empty()).then_some(reason)
}

fn wrong_state(row: &TenantRow, hint: &str) -> EngineError {
    let state = match row.state.0 {
        TenantState::Uninitialised => "not set up yet",
        TenantState::Running => "running",
        TenantState::Suspended => "suspended",
        TenantState::Failed => "in quarantine",
        TenantState::Deleted => "deleted",
    };
    EngineError::Conflict(format!("{} is {state}{hint}", row.name.0))
}

impl Tenants {
    async fn move_to(
        &self,
        name_or_id: &str,
        actor: &Actor,
        what: &'static str,
        detail: serde_json::Value,
        change: impl FnOnce(&mut TenantRow) -> Result<()> + Send + 'static,
    ) -> Result<Arc<TenantInfo>> {
        operator(actor)?;
        let row = self.row(name_or_id).await?;
        let _held = self.names.hold(&row.name.0).await;
        let event = CatalogueEvent::new(row.id.0, self.core.clock.now(), &actor.name, what, detail);
        let changed = self.core.catalogue.change_tenant(row.id.0, event, |row| Ok(change(row)?));
        self.changed(changed.await?)
    }

    /// Takes a running tenant out of service; visitors get 503 and their editors are told why.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] unless it is running.
    #[crate::boxed]
    pub async fn suspend(&self, name_or_id: &str, reason: &str, actor: &Actor) -> Result<Arc<TenantInfo>> {
        let reason = told(reason);
        let detail = serde_json::json!({ "reason": reason });
        self.move_to(name_or_id, actor, "suspended", detail, move |row| {
            if row.state.0 != TenantState::Running {
                return Err(wrong_state(row, "; only a running site can be suspended"));
            }
            row.state = Col(TenantState::Suspended);
            row.state_reason = reason;
            Ok(())
        })
        .await
    }

    /// Puts a suspended or failed tenant back into service.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if it is neither, or what its database says if it is not in order.
    #[crate::boxed]
    pub async fn resume(&self, name_or_id: &str, actor: &Actor) -> Result<Arc<TenantInfo>> {
        let before = self.show(name_or_id, actor).await?;
        if before.state == TenantState::Failed {
            // what failed is looked at again before visitors do
            self.core.store(before.id, before.target.clone()).prepare().await?;
        }
        let set_up = self.is_half_set_up(&before, actor).await?;
        self.move_to(&before.id.to_string(), actor, "resumed", serde_json::json!({}), move |row| {
            match row.state.0 {
                TenantState::Suspended | TenantState::Failed => {}
                TenantState::Uninitialised if set_up => {}
                TenantState::Deleted => return Err(wrong_state(row, "; undelete it first")),
                TenantState::Uninitialised => return Err(wrong_state(row, "; its set-up link makes it run")),
                TenantState::Running => return Err(wrong_state(row, " already")),
            }
            row.state = Col(TenantState::Running);
            row.state_reason = None;
            Ok(())
        })
        .await
    }

    /// Puts a tenant into quarantine.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if it is deleted, [`EngineError::Invalid`] without a reason.
    #[crate::boxed]
    pub async fn fail(&self, name_or_id: &str, reason: &str, actor: &Actor) -> Result<Arc<TenantInfo>> {
        let reason = told(reason)
            .ok_or_else(|| EngineError::invalid("reason", "say why the site is put into quarantine"))?;
        let detail = serde_json::json!({ "reason": reason });
        self.move_to(name_or_id, actor, "failed", detail, move |row| {
            not_deleted(row)?;
            row.state = Col(TenantState::Failed);
            row.state_reason = Some(reason);
            Ok(())
        })
        .await
    }

    /// Deletes a tenant: it answers no more and its addresses are free, but everything is kept for the grace
    /// period.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if it is deleted already.
    #[crate::boxed]
    pub async fn delete(&self, name_or_id: &str, actor: &Actor) -> Result<Arc<TenantInfo>> {
        let before = self.show(name_or_id, actor).await?;
        let now = self.core.clock.now();
        let detail = serde_json::json!({ "state": before.state, "reason": before.reason });
        self.move_to(&before.id.to_string(), actor, "deleted", detail, move |row| {
            if row.deleted_at.is_some() {
                return Err(wrong_state(row, " already"));
            }
            row.state = Col(TenantState::Deleted);
            row.state_reason = None;
            row.deleted_at = Some(Col(now));
            Ok(())
        })
        .await
    }

    /// Until when a deleted tenant can be had back; `None` if it is not deleted.
    #[must_use]
    pub fn kept_until(&self, tenant: &TenantInfo) -> Option<Timestamp> {
        tenant.deleted_at.map(|at| at.checked_add(self.core.settings.grace).unwrap_or(Timestamp::MAX))
    }

    /// Has a deleted tenant back, in the state it was in.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if it is not deleted, or if its name is another's by now;
    /// [`EngineError::Taken`] if an address is, with whose; [`EngineError::Invalid`] for other addresses that
    /// cannot be.
    #[crate::boxed]
    pub async fn undelete(&self, name_or_id: &str, how: Undelete, actor: &Actor) -> Result<Arc<TenantInfo>> {
        operator(actor)?;
        let row = self.deleted_row(name_or_id).await?;
        let _held = self.names.hold(&row.name.0).await;
        if let Some(other) = self.core.catalogue.tenant_by_name(row.name.0.clone()).await? {
            return Err(EngineError::Conflict(format!(
                "the name {} is taken by the tenant {} ({}) by now",
                other.name.0, other.title, other.id.0
            )));
        }
        let mut reader = Reader::default();
        let prefix = how.prefix.as_ref().map(|t| reader.parse_or_none("prefix", t));
        let hosts = how.hosts.as_ref().map(|t| reader.hosts(t));
        let (prefix, hosts) = reader.finish(Some((prefix, hosts)))?;
        let (now, settings) = (self.core.clock.now(), self.core.settings.clone());
        let mut planned = row.clone();
        planned.deleted_at = None;
        readdress(&mut planned, prefix.clone(), hosts.clone(), &settings, now)?;
        self.check_addresses(&planned).await?;
        let (state, reason) = self.state_before_deletion(row.id.0).await?;
        let detail = serde_json::json!({ "state": state });
        let event = CatalogueEvent::new(row.id.0, now, &actor.name, "undeleted", detail);
        let changed = self.core.catalogue.change_tenant(row.id.0, event, move |row| {
            if row.deleted_at.is_none() {
                return Err(wrong_state(row, "; it is not deleted").into());
            }
            row.deleted_at = None;
            row.state = Col(state);
            row.state_reason = reason;
            readdress(row, prefix, hosts, &settings, now).map_err(StoreError::from)
        });
        self.changed(changed.await?)
    }

    /// The deleted tenant of this id or name; of a name, the one deleted last.
    #[crate::boxed]
    pub(super) async fn deleted_row(&self, name_or_id: &str) -> Result<TenantRow> {
        if let Ok(name) = name_or_id.trim().parse()
            && let Some(row) = self.core.catalogue.deleted_tenant_by_name(name).await?
        {
            return Ok(row);
        }
        let row = self.row(name_or_id).await?;
        if row.deleted_at.is_some() { Ok(row) } else { Err(wrong_state(&row, "; delete it first")) }
    }

    async fn state_before_deletion(&self, id: TenantId) -> Result<(TenantState, Option<String>)> {
        let events = self.core.catalogue.events(id, 100).await?;
        let deleted = events.iter().find(|e| e.what == "deleted");
        let text = |key: &str| deleted.and_then(|e| e.detail.0.get(key)?.as_str());
        // a row without its log is looked at by a person before visitors see it
        let state = text("state").and_then(|t| t.parse().ok()).unwrap_or(TenantState::Suspended);
        Ok((state, text("reason").map(str::to_owned)))
    }
}
