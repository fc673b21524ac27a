//! Pulses: each tenant's version as the catalogue knows it, the intents of writers, and the poll that tells
//! a node of all of them in one question. Every change takes its `seq` under the lock of
//! `catalogue_version`, so that `seq` follows the order of commits and no reader skips one.

use diesel::prelude::*;
use futures_util::future::BoxFuture;
use rowhouse_domain::{
    TenantId,
    coherence::{Pulse, Token, Version},
};

use super::{Catalogue, TenantLine, TenantRow, lines, tenants, within};
use crate::{
    conn::{Begin, Conn, Purpose},
    error::Result,
    query::{self, RunQueryDsl},
    schema::catalogue::{catalogue_version, tenant, tenant_gone, tenant_pulse},
    types::Col,
};

/// What a poll of the catalogue answers.
#[derive(Clone, Debug, Default)]
pub struct Poll {
    /// The number of the catalogue's last change. A lower one than before means that it went back.
    pub head: i64,
    /// Pulses changed since.
    pub pulses: Vec<Pulse>,
    /// Where everything was asked for: the addresses of all tenants that are not deleted.
    pub lines: Vec<TenantLine>,
    /// Tenants whose row changed since; where everything was asked for, those that were named.
    pub rows: Vec<TenantRow>,
    /// Tenants whose row is gone since.
    pub gone: Vec<(TenantId, i64)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenant_pulse)]
struct PulseRow {
    tenant_id: Col<TenantId>,
    seq: i64,
    n: i64,
    token: Col<Token>,
    intent_token: Col<Token>,
}

fn pulse(row: PulseRow) -> Pulse {
    Pulse { tenant: row.tenant_id.0, seq: row.seq, n: row.n, token: row.token.0, intent: row.intent_token.0 }
}

/// The next number; the caller's transaction holds the lock until it ends.
#[crate::boxed]
pub(super) async fn next_seq(conn: &mut Conn) -> Result<i64> {
    Ok(diesel::update(catalogue_version::table)
        .set(catalogue_version::n.eq(catalogue_version::n + 1))
        .returning(catalogue_version::n)
        .get_result(conn)
        .await?)
}

async fn head(conn: &mut Conn) -> Result<i64> {
    Ok(catalogue_version::table.select(catalogue_version::n).first(conn).await?)
}

/// All pulses, in the order in which they lie.
async fn pulses(conn: &mut Conn) -> Result<Poll> {
    let head = head(conn).await?;
    let pulses: Vec<PulseRow> = tenant_pulse::table.select(query::columns::<PulseRow>()).load(conn).await?;
    Ok(Poll { head, pulses: pulses.into_iter().map(pulse).collect(), ..Poll::default() })
}

/// What leads to all tenants, and the rows of those that are named. Whoever is gone is missed anyway.
async fn tenants(conn: &mut Conn, named: &[TenantId]) -> Result<Poll> {
    let head = head(conn).await?;
    let (lines, rows) = (lines::lines(conn).await?, tenants::rows_of(conn, named).await?);
    Ok(Poll { head, lines, rows, ..Poll::default() })
}

async fn changed_since(conn: &mut Conn, after: i64) -> Result<Poll> {
    let head = head(conn).await?;
    let pulses: Vec<PulseRow> = tenant_pulse::table
        .select(query::columns::<PulseRow>())
        .filter(tenant_pulse::seq.gt(after))
        .load(conn)
        .await?;
    let pulses = pulses.into_iter().map(pulse).collect();
    let changed = tenant::table.filter(tenant::seq.gt(after));
    let rows = changed.select(query::columns::<TenantRow>()).load(conn).await?;
    let gone: Vec<(Col<TenantId>, i64)> =
        tenant_gone::table.filter(tenant_gone::seq.gt(after)).load(conn).await?;
    let gone = gone.into_iter().map(|(tenant, seq)| (tenant.0, seq)).collect();
    Ok(Poll { head, pulses, lines: Vec::new(), rows, gone })
}

/// Sets columns of one pulse with the next `seq`, where `guard` holds; answers whether it did.
///
/// PostgreSQL does it in one statement, so that the hot row is locked for no round trip; SQLite has one
/// writer anyway.
#[crate::boxed]
pub(super) async fn bump(conn: &mut Conn, set: &str, guard: &str, tenant: TenantId) -> Result<bool> {
    let id = tenant.0.simple();
    if conn.is_postgres() {
        let sql = format!(
            "WITH v AS (UPDATE catalogue_version SET n = n + 1 RETURNING n AS next) \
             UPDATE tenant_pulse SET seq = v.next, {set} FROM v WHERE tenant_id = '{id}' AND {guard}"
        );
        let rows = diesel::sql_query(sql).execute(conn).await?;
        return Ok(rows == 1);
    }
    conn.begin(Begin::Write).await?;
    conn.batch("UPDATE catalogue_version SET n = n + 1").await?;
    let sql = format!(
        "UPDATE tenant_pulse SET seq = (SELECT n FROM catalogue_version), {set} \
         WHERE tenant_id = x'{id}' AND {guard}"
    );
    let rows = diesel::sql_query(sql).execute(conn).await?;
    conn.commit().await?;
    Ok(rows == 1)
}

/// A token as a literal of the database at hand. Tokens are ours, never a user's text.
pub(super) fn literal(token: Token, postgres: bool) -> String {
    let hex = token.0.simple();
    if postgres { format!("'{hex}'::uuid") } else { format!("x'{hex}'") }
}

impl Catalogue {
    /// Everything that changed after `after`; for 0 everything there is, of tenants their addresses and, of those
    /// that are named, their rows.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn poll(&self, after: i64, named: Vec<TenantId>) -> Result<Poll> {
        match self.changes(after).await? {
            Some(poll) => Ok(poll),
            None => self.everything(named).await,
        }
    }

    /// Everything that changed after `after`; nothing where that is not known, or the catalogue went back.
    async fn changes(&self, after: i64) -> Result<Option<Poll>> {
        if after == 0 {
            return Ok(None);
        }
        self.reserved(Purpose::Poll, move |conn| {
            Box::pin(async move {
                let now = head(conn).await?;
                if now <= after {
                    return Ok((now == after).then(|| Poll { head: now, ..Poll::default() }));
                }
                conn.begin(Begin::Read).await?;
                let poll = changed_since(conn, after).await?;
                conn.commit().await?;
                Ok(Some(poll))
            })
        })
        .await
    }

    /// Everything there is. Two read it side by side; what they read is one state of the catalogue if its number is
    /// the same for both, and is read again by one of them if not.
    async fn everything(&self, named: Vec<TenantId>) -> Result<Poll> {
        let of = named.clone();
        let (beating, listed) = futures_util::try_join!(
            self.snapshot(|conn| Box::pin(pulses(conn))),
            self.snapshot(move |conn| Box::pin(async move { tenants(conn, &of).await })),
        )?;
        if beating.head == listed.head {
            return Ok(Poll { pulses: beating.pulses, ..listed });
        }
        self.snapshot(move |conn| {
            Box::pin(async move {
                let beating = pulses(conn).await?;
                Ok(Poll { pulses: beating.pulses, ..tenants(conn, &named).await? })
            })
        })
        .await
    }

    /// What one transaction reads for a poll.
    async fn snapshot<F>(&self, read: F) -> Result<Poll>
    where
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<Poll>> + Send + 'static,
    {
        let pools = self.pools.clone();
        self.spawn(async move {
            within(Conn::of(&pools.reserved, Purpose::Poll, None).await?, Begin::Read, read).await
        })
        .await
    }

    /// One tenant's pulse.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn pulse(&self, tenant: TenantId) -> Result<Option<Pulse>> {
        self.reserved(Purpose::Ask, move |conn| {
            Box::pin(async move {
                let row: Option<PulseRow> = tenant_pulse::table
                    .filter(tenant_pulse::tenant_id.eq(Col(tenant)))
                    .select(query::columns::<PulseRow>())
                    .first(conn)
                    .await
                    .optional()?;
                Ok(row.map(pulse))
            })
        })
        .await
    }

    /// Announces a change that is about to be committed: committed itself before this answers, so that no
    /// node takes the tenant for unchanged after a writer's death.
    ///
    /// # Errors
    /// What the database says; the change must not be committed then.
    #[crate::boxed]
    pub async fn announce(&self, tenant: TenantId, intent: Token) -> Result<bool> {
        self.reserved(Purpose::Intent, move |conn| {
            Box::pin(async move {
                let set = format!("intent_token = {}", literal(intent, conn.is_postgres()));
                bump(conn, &set, "TRUE", tenant).await
            })
        })
        .await
    }

    /// Writes the version that a committed change made, unless another writer has announced one since.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn settle(&self, tenant: TenantId, version: Version) -> Result<bool> {
        self.reserved(Purpose::Intent, move |conn| {
            Box::pin(async move {
                let token = literal(version.token, conn.is_postgres());
                let set = format!("n = {}, token = {token}", version.n);
                bump(conn, &set, &format!("intent_token = {token}"), tenant).await
            })
        })
        .await
    }

    /// Writes the version that the tenant's own row was found to hold, and clears the intent that was seen.
    /// Only for a holder of the tenant's `site_version` lock: then no writer stands between the two.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub(crate) async fn mend(&self, tenant: TenantId, version: Version, seen: Token) -> Result<bool> {
        self.reserved(Purpose::Intent, move |conn| {
            Box::pin(async move {
                let pg = conn.is_postgres();
                let token = literal(version.token, pg);
                let set = format!("n = {}, token = {token}, intent_token = {token}", version.n);
                // a pulse that says so already is left alone: every change of it wakes all nodes
                let guard = format!(
                    "intent_token = {} AND NOT (tenant_pulse.n = {} AND token = {token} AND intent_token = {token})",
                    literal(seen, pg),
                    version.n
                );
                bump(conn, &set, &guard, tenant).await
            })
        })
        .await
    }
}
