//! Lines: of each tenant as much as leads to it, for a node that has to know all of them.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    TenantId,
    addressing::Entry,
    name::{HostPattern, Prefix, TenantName},
    tenant::{OldPrefix, TenantState},
};

use crate::{
    conn::Conn,
    error::Result,
    query::{RunQueryDsl, columns},
    schema::catalogue::tenant,
    types::{Col, Json},
};

/// As much of a tenant's row as leads to it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tenant)]
pub struct TenantLine {
    /// Never reused.
    pub id: Col<TenantId>,
    /// Its name.
    pub name: Col<TenantName>,
    /// The address below the base, if it has one.
    pub prefix: Option<Col<Prefix>>,
    /// Hosts of its own.
    pub hosts: Json<Vec<HostPattern>>,
    /// Prefixes it had.
    pub old_prefixes: Json<Vec<OldPrefix>>,
    /// Where it is in its life.
    pub state: Col<TenantState>,
    /// Its place in the order of the catalogue's changes.
    pub seq: i64,
}

impl TenantLine {
    /// Its entry in a directory of addresses.
    #[must_use]
    pub fn into_entry(self, now: Timestamp) -> Entry {
        Entry {
            tenant: self.id.0,
            name: self.name.0,
            prefix: self.prefix.map(|prefix| prefix.0),
            hosts: self.hosts.0,
            old_prefixes: OldPrefix::still_leading(&self.old_prefixes.0, now),
            state: self.state.0,
        }
    }
}

/// Lines of all tenants that are not deleted.
#[crate::boxed]
pub(super) async fn lines(conn: &mut Conn) -> Result<Vec<TenantLine>> {
    // in the order in which they lie: there are few that are deleted and still kept
    let mut lines: Vec<TenantLine> = tenant::table.select(columns::<TenantLine>()).load(conn).await?;
    lines.retain(|line| line.state.0 != TenantState::Deleted);
    Ok(lines)
}
