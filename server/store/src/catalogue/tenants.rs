//! Rows of tenants and their addresses.

use std::time::Duration;

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    TenantId,
    coherence::Version,
    name::{HostPattern, Prefix, TenantName},
    tenant::{AllowList, Feature, Isolation, OldPrefix, Quotas, Recipe, TenantState},
};
use uuid::Uuid;

use super::{Catalogue, CatalogueEvent, due, events, provisions::ProvisionRow, pulse::next_seq};
use crate::{
    conn::Conn,
    error::{Result, StoreError},
    query::{RunQueryDsl, columns},
    schema::catalogue::{provision, tenant, tenant_address, tenant_gone, tenant_pulse},
    sql::Locked,
    types::{Col, Json},
};

/// A new tenant is first asked after this time what it has to do by itself.
const FIRST_LOOK: Duration = Duration::from_secs(60);

/// What the catalogue holds of one tenant.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = tenant, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TenantRow {
    /// Never reused.
    pub id: Col<TenantId>,
    /// Unique among those not deleted.
    pub name: Col<TenantName>,
    /// What people call it.
    pub title: String,
    /// The address below the base, if it has one.
    pub prefix: Option<Col<Prefix>>,
    /// Hosts of its own.
    pub hosts: Json<Vec<HostPattern>>,
    /// Prefixes it had.
    pub old_prefixes: Json<Vec<OldPrefix>>,
    /// The group of nodes that serves it.
    pub ring: String,
    /// Where it is in its life.
    pub state: Col<TenantState>,
    /// Why, where the state needs a reason.
    pub state_reason: Option<String>,
    /// How its data is kept apart.
    pub isolation: Col<Isolation>,
    /// Its database, encrypted with the cluster key.
    pub database_url: String,
    /// Its schema, with isolation by schema.
    pub schema_name: Option<String>,
    /// Themes it may wear.
    pub themes: Json<AllowList<String>>,
    /// Features it may use.
    pub features: Json<AllowList<Feature>>,
    /// What it may use at most.
    pub quotas: Json<Quotas>,
    /// What it started with.
    pub recipe: Col<Recipe>,
    /// A digest of the request that created it; the same request again is the same tenant.
    pub fingerprint: String,
    /// The schema of its database, as last seen.
    pub schema_version: i64,
    /// Its place in the order of the catalogue's changes.
    pub seq: i64,
    /// When it was created.
    pub created_at: Col<Timestamp>,
    /// When this row last changed.
    pub updated_at: Col<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Col<Timestamp>>,
}

/// Rows read at once, where many are wanted.
const ROWS: usize = 500;

/// The rows of these tenants that are not deleted.
#[crate::boxed]
pub(super) async fn rows_of(conn: &mut Conn, tenants: &[TenantId]) -> Result<Vec<TenantRow>> {
    let mut rows = Vec::with_capacity(tenants.len());
    for some in tenants.chunks(ROWS) {
        let wanted = tenant::id.eq_any(some.iter().copied().map(Col));
        let listed = tenant::table.filter(wanted).filter(tenant::deleted_at.is_null());
        rows.extend(listed.select(columns::<TenantRow>()).load(conn).await?);
    }
    Ok(rows)
}

impl TenantRow {
    /// The addresses it takes, in the form that is unique in the catalogue.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        if self.deleted_at.is_some() {
            return Vec::new();
        }
        let prefix = self.prefix.as_ref().map_or("", |p| p.as_str());
        match self.hosts.0.as_slice() {
            [] if prefix.is_empty() => Vec::new(),
            [] => vec![prefix.to_owned()],
            hosts => hosts.iter().map(|h| format!("{h}{prefix}")).collect(),
        }
    }
}

/// What is left of a tenant when its row has gone: enough to remove the rest.
#[derive(Clone, Debug)]
pub struct PurgedTenant {
    /// The row as it was.
    pub row: TenantRow,
    /// The provision that stands for what is still to be removed.
    pub provision: ProvisionRow,
}

async fn write_addresses(conn: &mut Conn, row: &TenantRow) -> Result<()> {
    diesel::delete(tenant_address::table.filter(tenant_address::tenant_id.eq(row.id))).execute(conn).await?;
    for address in row.addresses() {
        let taken: Option<Col<TenantId>> = tenant_address::table
            .find(&address)
            .select(tenant_address::tenant_id)
            .first(conn)
            .await
            .optional()?;
        if taken.is_some() {
            return Err(StoreError::Taken(format!("the address {address}")));
        }
        let value = (tenant_address::address.eq(&address), tenant_address::tenant_id.eq(row.id));
        let done = diesel::insert_into(tenant_address::table).values(value).execute(conn).await;
        done.map_err(|e| taken_or(e, &format!("the address {address}")))?;
    }
    Ok(())
}

fn taken_or(error: diesel::result::Error, what: &str) -> StoreError {
    match StoreError::from(error) {
        StoreError::Taken(_) => StoreError::Taken(what.to_owned()),
        other => other,
    }
}

async fn find(conn: &mut Conn, id: Col<TenantId>) -> Result<Option<TenantRow>> {
    Ok(tenant::table.find(id).select(columns::<TenantRow>()).first(conn).await.optional()?)
}

async fn find_locked(conn: &mut Conn, id: Col<TenantId>) -> Result<Option<TenantRow>> {
    Ok(tenant::table.find(id).select(columns::<TenantRow>()).locked().get_result(conn).await.optional()?)
}

impl Catalogue {
    /// Makes a finished tenant visible: row, addresses, pulse and log in one transaction, which also ends
    /// its provision.
    ///
    /// # Errors
    /// [`StoreError::Taken`] with what was taken, if its name or an address is another's by now;
    /// [`StoreError::Busy`] if its provision was ended by somebody else.
    #[crate::boxed]
    pub async fn insert_tenant(
        &self,
        mut row: TenantRow,
        version: Version,
        provision: Uuid,
        event: CatalogueEvent,
    ) -> Result<TenantRow> {
        self.write_tenants(move |conn| {
            Box::pin(async move {
                diesel::insert_into(tenant::table)
                    .values(&row)
                    .execute(conn)
                    .await
                    .map_err(|e| taken_or(e, &format!("the name {}", row.name.0)))?;
                write_addresses(conn, &row).await?;
                let noted = diesel::delete(provision::table.find(Col(provision))).execute(conn).await?;
                if noted != 1 {
                    // its maker was taken for dead, and the database may be gone
                    return Err(StoreError::Busy("the work was taken for abandoned".into()));
                }
                events::insert(conn, &event).await?;
                // what it has to do by itself is found out soon, though nobody may visit it
                let soon = row.created_at.0.checked_add(FIRST_LOOK).unwrap_or(row.created_at.0);
                due::note(conn, row.id.0, soon).await?;
                // last, so that the row all writers share is locked briefly though many tenants come at once
                row.seq = next_seq(conn).await?;
                let numbered = diesel::update(tenant::table.find(row.id)).set(tenant::seq.eq(row.seq));
                numbered.execute(conn).await?;
                let token = Col(version.token);
                let pulse = (
                    tenant_pulse::tenant_id.eq(row.id),
                    tenant_pulse::seq.eq(row.seq),
                    tenant_pulse::n.eq(version.n),
                    tenant_pulse::token.eq(token),
                    tenant_pulse::intent_token.eq(token),
                );
                diesel::insert_into(tenant_pulse::table).values(pulse).execute(conn).await?;
                Ok(row)
            })
        })
        .await
    }

    /// Changes a tenant's row under its lock: `edit` sees the newest row and may refuse.
    ///
    /// # Errors
    /// What `edit` says, or [`StoreError::Taken`] for an address of another's. `None` if there is no such row.
    pub async fn change_tenant<F>(
        &self,
        id: TenantId,
        event: CatalogueEvent,
        edit: F,
    ) -> Result<Option<TenantRow>>
    where
        F: FnOnce(&mut TenantRow) -> Result<()> + Send + 'static,
    {
        self.write_tenants(move |conn| {
            Box::pin(async move {
                let Some(mut row) = find_locked(conn, Col(id)).await? else { return Ok(None) };
                edit(&mut row)?;
                row.updated_at = event.at;
                events::insert(conn, &event).await?;
                write_addresses(conn, &row).await?;
                // last, so that the row all writers share is locked briefly
                row.seq = next_seq(conn).await?;
                diesel::update(tenant::table.find(Col(id)))
                    .set(&row)
                    .execute(conn)
                    .await
                    .map_err(|e| taken_or(e, &format!("the name {}", row.name.0)))?;
                Ok(Some(row))
            })
        })
        .await
    }

    /// Takes the row out for good and leaves a provision for what remains to be removed.
    ///
    /// # Errors
    /// What the database says. `None` if there is no such row.
    #[crate::boxed]
    pub async fn purge_tenant(
        &self,
        id: TenantId,
        event: CatalogueEvent,
        node: String,
    ) -> Result<Option<PurgedTenant>> {
        self.write_tenants(move |conn| {
            Box::pin(async move {
                let Some(row) = find_locked(conn, Col(id)).await? else { return Ok(None) };
                let rest = ProvisionRow {
                    id: Col(Uuid::now_v7()),
                    tenant_id: row.id,
                    name: row.name.clone(),
                    purpose: "purge".into(),
                    isolation: row.isolation,
                    database_url: row.database_url.clone(),
                    schema_name: row.schema_name.clone(),
                    node,
                    started_at: event.at,
                };
                diesel::insert_into(provision::table).values(&rest).execute(conn).await?;
                events::insert(conn, &event).await?;
                let gone = (tenant_gone::tenant_id.eq(Col(id)), tenant_gone::seq.eq(next_seq(conn).await?));
                diesel::insert_into(tenant_gone::table).values(gone).execute(conn).await?;
                diesel::delete(tenant::table.find(Col(id))).execute(conn).await?;
                Ok(Some(PurgedTenant { row, provision: rest }))
            })
        })
        .await
    }

    /// One tenant by id, deleted ones included.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn tenant(&self, id: TenantId) -> Result<Option<TenantRow>> {
        self.read(move |conn| Box::pin(async move { find(conn, Col(id)).await })).await
    }

    /// Rows of tenants that are not deleted, some at a time: those after this one, by id.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn tenants_after(&self, after: Option<TenantId>) -> Result<Vec<TenantRow>> {
        let after = after.unwrap_or(TenantId(Uuid::nil()));
        self.read(move |conn| {
            Box::pin(async move {
                Ok(tenant::table
                    .filter(tenant::id.gt(Col(after)))
                    .filter(tenant::deleted_at.is_null())
                    .order(tenant::id)
                    .limit(ROWS as i64)
                    .select(columns::<TenantRow>())
                    .load(conn)
                    .await?)
            })
        })
        .await
    }

    /// How many tenants that are not deleted have a schema older than this one, as last seen.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn tenants_behind(&self, schema: i64) -> Result<i64> {
        self.read(move |conn| {
            Box::pin(async move {
                Ok(tenant::table
                    .filter(tenant::schema_version.lt(schema))
                    .filter(tenant::deleted_at.is_null())
                    .count()
                    .get_result(conn)
                    .await?)
            })
        })
        .await
    }

    /// The tenant of this name that is not deleted.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn tenant_by_name(&self, name: TenantName) -> Result<Option<TenantRow>> {
        self.read(move |conn| {
            Box::pin(async move {
                Ok(tenant::table
                    .filter(tenant::name.eq(Col(name.clone())))
                    .filter(tenant::deleted_at.is_null())
                    .select(columns::<TenantRow>())
                    .first(conn)
                    .await
                    .optional()?)
            })
        })
        .await
    }

    /// The newest deleted tenant of this name.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn deleted_tenant_by_name(&self, name: TenantName) -> Result<Option<TenantRow>> {
        self.read(move |conn| {
            Box::pin(async move {
                Ok(tenant::table
                    .filter(tenant::name.eq(Col(name.clone())))
                    .filter(tenant::deleted_at.is_not_null())
                    .order(tenant::deleted_at.desc())
                    .select(columns::<TenantRow>())
                    .first(conn)
                    .await
                    .optional()?)
            })
        })
        .await
    }
}
