//! The row `site_version`: whose database this is, at which version, and whether it may be written. Its lock
//! orders all changes of the tenant.

use diesel::prelude::*;
use rowhouse_domain::{
    TenantId,
    coherence::{Token, Version},
};

use crate::{
    conn::{Begin, Conn},
    error::{Result, StoreError},
    query::RunQueryDsl,
    schema::tenant::site_version,
    sql::Locked,
    types::Col,
};

/// The row as read.
#[derive(Clone, Copy, Debug)]
pub(super) struct VersionRow {
    pub(super) tenant: TenantId,
    pub(super) version: Version,
    pub(super) fenced: bool,
}

type Columns = (Col<TenantId>, i64, Col<Token>, bool);

fn row((tenant, n, token, fenced): Columns) -> VersionRow {
    VersionRow { tenant: tenant.0, version: Version { n, token: token.0 }, fenced }
}

fn checked(found: Option<Columns>, wanted: TenantId) -> Result<VersionRow> {
    let row = row(found.ok_or_else(|| StoreError::Corrupt("site_version is empty".into()))?);
    if row.tenant == wanted { Ok(row) } else { Err(StoreError::WrongTenant { wanted, found: row.tenant }) }
}

macro_rules! columns {
    () => {
        site_version::table.select((
            site_version::tenant_id,
            site_version::n,
            site_version::token,
            site_version::fenced,
        ))
    };
}

/// Reads the row and refuses another tenant's database.
#[crate::boxed]
pub(super) async fn read(conn: &mut Conn, tenant: TenantId) -> Result<VersionRow> {
    checked(columns!().first(conn).await.optional()?, tenant)
}

/// Reads the row and holds it until the transaction ends. SQLite's write transaction holds everything.
#[crate::boxed]
pub(super) async fn locked(conn: &mut Conn, tenant: TenantId) -> Result<VersionRow> {
    let found = columns!().limit(1).locked().get_result(conn).await.optional()?;
    checked(found, tenant)
}

/// Writes the first version if there is none.
#[crate::boxed]
pub(super) async fn ensure(conn: &mut Conn, tenant: TenantId) -> Result<()> {
    conn.begin(Begin::Write).await?;
    let first = (
        site_version::id.eq(1),
        site_version::tenant_id.eq(Col(tenant)),
        site_version::n.eq(1_i64),
        site_version::token.eq(Col(Token::fresh())),
        site_version::fenced.eq(false),
    );
    diesel::insert_into(site_version::table).values(first).on_conflict_do_nothing().execute(conn).await?;
    read(conn, tenant).await?;
    conn.commit().await
}

#[crate::boxed]
pub(super) async fn set(conn: &mut Conn, version: Version) -> Result<()> {
    let values = (site_version::n.eq(version.n), site_version::token.eq(Col(version.token)));
    diesel::update(site_version::table).set(values).execute(conn).await?;
    Ok(())
}

#[crate::boxed]
pub(super) async fn fence(conn: &mut Conn, tenant: TenantId, fenced: bool) -> Result<Version> {
    let row = locked(conn, tenant).await?;
    diesel::update(site_version::table).set(site_version::fenced.eq(fenced)).execute(conn).await?;
    Ok(row.version)
}
