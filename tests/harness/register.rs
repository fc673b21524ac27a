//! Tenants that are registered and nothing else.

use std::ops::Range;

use anyhow::Result;
use rowhouse_domain::{
    TenantId,
    coherence::{Token, Version},
    name::{Prefix, TenantName},
};
use rowhouse_store::{CatalogueEvent, Col, Json, ProvisionRow, TenantRow};
use uuid::Uuid;

use crate::Home;

/// Registers copies of a tenant: rows and addresses as any tenant has them. Nobody ever opens their databases.
///
/// # Errors
/// What the catalogue says.
pub async fn register(home: &Home, model: &TenantRow, numbers: Range<usize>) -> Result<()> {
    let catalogue = home.catalogue().await;
    for n in numbers {
        let (id, name) = (TenantId::fresh(), TenantName::parse(&format!("registered-{n}"))?);
        let prefix = Some(Col(Prefix::parse(&format!("/registered-{n}"))?));
        let row = TenantRow { id: Col(id), name: Col(name.clone()), prefix, ..model.clone() };
        let provision = ProvisionRow {
            id: Col(Uuid::new_v4()),
            tenant_id: Col(id),
            name: Col(name),
            purpose: "create".into(),
            isolation: model.isolation,
            database_url: model.database_url.clone(),
            schema_name: None,
            node: "tests".into(),
            started_at: model.created_at,
        };
        let event = CatalogueEvent {
            id: Col(Uuid::new_v4()),
            tenant_id: Col(id),
            at: model.created_at,
            actor: "tests".into(),
            what: "created".into(),
            detail: Json(serde_json::Value::Null),
        };
        let number = provision.id.0;
        catalogue.begin_provision(provision).await?;
        catalogue.insert_tenant(row, Version { n: 1, token: Token::fresh() }, number, event).await?;
    }
    Ok(())
}
