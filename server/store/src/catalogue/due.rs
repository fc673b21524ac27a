//! When tenants next have something to do by themselves. Kept here, so that nobody has to open the databases
//! of sleeping tenants to find out. An entry may be too early, never too late: it is written before the
//! tenant's own row is.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jiff::Timestamp;
use rowhouse_domain::TenantId;

use super::Catalogue;
use crate::{conn::on_conn, error::Result, schema::catalogue::tenant_due, types::Col};

impl Catalogue {
    /// Notes that a tenant has something to do at `at`, unless it has earlier.
    ///
    /// # Errors
    /// What the database says; what is to be done must not be written then.
    pub async fn note_due(&self, tenant: TenantId, at: Timestamp) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                let (tenant, at) = (Col(tenant), Col(at));
                on_conn!(conn, |c| diesel::insert_into(tenant_due::table)
                    .values((tenant_due::tenant_id.eq(tenant), tenant_due::at.eq(at)))
                    .on_conflict_do_nothing()
                    .execute(c)
                    .await)?;
                let later = tenant_due::table.find(tenant).filter(tenant_due::at.gt(at));
                on_conn!(conn, |c| diesel::update(later).set(tenant_due::at.eq(at)).execute(c).await)?;
                Ok(())
            })
        })
        .await
    }

    /// Tenants that have something to do by now, the most overdue first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn due(&self, now: Timestamp, most: i64) -> Result<Vec<(TenantId, Timestamp)>> {
        self.read(move |conn| {
            Box::pin(async move {
                let rows: Vec<(Col<TenantId>, Col<Timestamp>)> = on_conn!(conn, |c| tenant_due::table
                    .filter(tenant_due::at.le(Col(now)))
                    .order(tenant_due::at)
                    .limit(most)
                    .load(c)
                    .await)?;
                Ok(rows.into_iter().map(|(tenant, at)| (tenant.0, at.0)).collect())
            })
        })
        .await
    }

    /// After the work: when the tenant is next due, or never. Changes nothing if the entry is not the one
    /// that was seen any more, as somebody has planned something in the meantime.
    ///
    /// # Errors
    /// What the database says.
    pub async fn done_until(&self, tenant: TenantId, seen: Timestamp, next: Option<Timestamp>) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                let entry = tenant_due::table.find(Col(tenant)).filter(tenant_due::at.eq(Col(seen)));
                match next {
                    Some(at) => on_conn!(conn, |c| diesel::update(entry)
                        .set(tenant_due::at.eq(Col(at)))
                        .execute(c)
                        .await)?,
                    None => on_conn!(conn, |c| diesel::delete(entry).execute(c).await)?,
                };
                Ok(())
            })
        })
        .await
    }
}
