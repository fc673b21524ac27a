//! The nodes of a cluster, as each tells of itself. A sign of life is one statement on a connection of its own
//! and takes no number of the catalogue, so that it wakes nobody. When it came is told by the database's
//! clock: what a node's own clock shows is kept beside it.

use std::collections::BTreeMap;

use diesel::{dsl::sql, expression::SqlLiteral, prelude::*, upsert::excluded};
use jiff::Timestamp;
use rowhouse_domain::{
    NodeId, TenantId,
    node::{NodeState, TroubleKind},
};

use super::Catalogue;
use crate::{
    conn::Conn,
    error::Result,
    query::{RunQueryDsl, columns},
    schema::catalogue::{catalogue_version, node, tenant, tenant_gone},
    sql::Sql,
    types::{Col, DbInstant, Json},
};

/// What a node says of itself.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = node, treat_none_as_default_value = false)]
pub struct NodeRow {
    /// This process, of all there ever were.
    pub id: Col<NodeId>,
    /// What it is called; two that live at once should not have the same.
    pub name: String,
    /// The program's build.
    pub build: String,
    /// All settings that should be equal, in one.
    pub config_hash: String,
    /// A digest of each of them.
    pub settings: Json<BTreeMap<String, String>>,
    /// Names its keys without telling them.
    pub key_fingerprint: String,
    /// Names the content of its themes.
    pub themes: String,
    /// Where it serves sites.
    pub address: String,
    /// Where it serves operations.
    pub ops_address: String,
    /// When it began, by its own clock.
    pub started_at: Col<Timestamp>,
    /// When this was said, by its own clock.
    pub clock_at: Col<Timestamp>,
    /// Where it is in its life.
    pub state: Col<NodeState>,
    /// Every change of the catalogue up to this number is taken up.
    pub applied: i64,
    /// How long before this was said it had asked for them, in milliseconds.
    pub lag_ms: i64,
    /// Tenants that are not as they should be there.
    pub troubles: Json<NodeTroubles>,
}

/// Tenants that are not on a node as the catalogue has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NodeTroubles {
    /// How many.
    pub total: usize,
    /// The first of them.
    pub listed: Vec<NodeTrouble>,
}

/// One such tenant.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NodeTrouble {
    /// Which.
    pub tenant: TenantId,
    /// What it is called.
    pub name: String,
    /// What is wrong with it there.
    pub kind: TroubleKind,
    /// The cause, or since when.
    pub detail: String,
}

/// All nodes that are not forgotten.
#[derive(Clone, Debug)]
pub struct Roll {
    /// The number of the catalogue's last change.
    pub head: i64,
    /// What the database's clock shows.
    pub now: Timestamp,
    /// Each node with the moment of its last sign of life, by the same clock.
    pub nodes: Vec<(NodeRow, Timestamp)>,
}

/// What the clock of the database shows, whatever transaction this is in.
fn clock(database: Sql) -> SqlLiteral<DbInstant> {
    sql(match database {
        Sql::Postgres => "clock_timestamp()",
        Sql::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
    })
}

async fn now(conn: &mut Conn) -> Result<Timestamp> {
    let at: Col<Timestamp> = diesel::select(clock(conn.database())).get_result(conn).await?;
    Ok(at.0)
}

impl Catalogue {
    /// A sign of life.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn beat(&self, row: NodeRow) -> Result<()> {
        self.beating(move |conn| {
            Box::pin(async move {
                // over what this node said before
                diesel::insert_into(node::table)
                    .values((&row, node::heartbeat_at.eq(clock(conn.database()))))
                    .on_conflict(node::id)
                    .do_update()
                    .set((
                        node::heartbeat_at.eq(excluded(node::heartbeat_at)),
                        node::clock_at.eq(excluded(node::clock_at)),
                        node::state.eq(excluded(node::state)),
                        node::applied.eq(excluded(node::applied)),
                        node::lag_ms.eq(excluded(node::lag_ms)),
                        node::troubles.eq(excluded(node::troubles)),
                    ))
                    .execute(conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Says of earlier processes with this name and address that they have left: an address has room for one.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn succeed(&self, id: NodeId, name: String, address: String) -> Result<usize> {
        self.beating(move |conn| {
            Box::pin(async move {
                let earlier = node::table
                    .filter(node::name.eq(name))
                    .filter(node::address.eq(address))
                    .filter(node::id.ne(Col(id)));
                let left = node::state.eq(Col(NodeState::Left));
                Ok(diesel::update(earlier).set(left).execute(conn).await?)
            })
        })
        .await
    }

    /// Forgets nodes whose last sign of life is older than `age`.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn forget_silent_nodes(&self, age: std::time::Duration) -> Result<usize> {
        self.beating(move |conn| {
            Box::pin(async move {
                let Ok(before) = now(conn).await?.checked_sub(age) else { return Ok(0) };
                let silent = node::table.filter(node::heartbeat_at.lt(Col(before)));
                Ok(diesel::delete(silent).execute(conn).await?)
            })
        })
        .await
    }

    /// Forgets one node. A living one is back with its next sign of life.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn forget_node(&self, id: NodeId) -> Result<bool> {
        self.write(move |conn| {
            Box::pin(async move {
                let gone = diesel::delete(node::table.find(Col(id))).execute(conn).await?;
                Ok(gone == 1)
            })
        })
        .await
    }

    /// All nodes, in one snapshot with the number of the catalogue's last change.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn roll(&self) -> Result<Roll> {
        self.read(move |conn| {
            Box::pin(async move {
                let rows: Vec<(NodeRow, Col<Timestamp>)> = node::table
                    .select((columns::<NodeRow>(), node::heartbeat_at))
                    .order((node::name.asc(), node::started_at.asc(), node::id.asc()))
                    .load(conn)
                    .await?;
                let head = catalogue_version::table.select(catalogue_version::n).first(conn).await?;
                let nodes = rows.into_iter().map(|(row, at)| (row, at.0)).collect();
                Ok(Roll { head, now: now(conn).await?, nodes })
            })
        })
        .await
    }

    /// The number of the last change of a tenant's row, or of its end; `None` if there never was such a one.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn tenant_seq(&self, id: TenantId) -> Result<Option<i64>> {
        self.read(move |conn| {
            Box::pin(async move {
                let id = Col(id);
                let row: Option<i64> =
                    tenant::table.find(id).select(tenant::seq).first(conn).await.optional()?;
                if row.is_some() {
                    return Ok(row);
                }
                Ok(tenant_gone::table.find(id).select(tenant_gone::seq).first(conn).await.optional()?)
            })
        })
        .await
    }
}
