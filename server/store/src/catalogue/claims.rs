//! Who has an address, and signs of life of whoever builds a database.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::name::TenantName;
use uuid::Uuid;

use super::Catalogue;
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::catalogue::{provision, tenant, tenant_address},
    types::Col,
};

impl Catalogue {
    /// Which of `addresses` are taken, and by which tenants.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn address_owners(&self, addresses: Vec<String>) -> Result<Vec<(String, TenantName)>> {
        self.read(move |conn| {
            Box::pin(async move {
                let rows: Vec<(String, Col<TenantName>)> = tenant_address::table
                    .inner_join(tenant::table.on(tenant::id.eq(tenant_address::tenant_id)))
                    .filter(tenant_address::address.eq_any(&addresses))
                    .order(tenant_address::address.asc())
                    .select((tenant_address::address, tenant::name))
                    .load(conn)
                    .await?;
                Ok(rows.into_iter().map(|(address, name)| (address, name.0)).collect())
            })
        })
        .await
    }

    /// Says that the maker of a provision still lives. `false` if somebody has ended it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn renew_provision(&self, id: Uuid, now: Timestamp) -> Result<bool> {
        self.write(move |conn| {
            Box::pin(async move {
                let renewed = diesel::update(provision::table.find(Col(id)))
                    .set(provision::started_at.eq(Col(now)))
                    .execute(conn)
                    .await?;
                Ok(renewed == 1)
            })
        })
        .await
    }
}
