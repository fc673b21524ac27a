//! When tenants next have something to do by themselves. Kept here, so that nobody has to open the databases
//! of sleeping tenants to find out. An entry may be too early, never too late: it is written before the
//! tenant's own row is, and again after it.
//!
//! A node that works for a tenant claims its entry, so that the others leave the tenant alone meanwhile. That
//! only spares work: what must happen once is decided in the tenant's own database.

use std::time::Duration;

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{TenantId, tenant::TenantState};
use uuid::Uuid;

use super::{Catalogue, jobs};
use crate::{
    conn::Conn,
    error::Result,
    jobs::JobClaim,
    query::RunQueryDsl,
    schema::catalogue::{tenant, tenant_due},
    sql::Locked,
    types::Col,
};

/// A tenant that was claimed because it has something to do.
#[derive(Clone, Copy, Debug)]
pub struct TenantDue {
    /// Which.
    pub tenant: TenantId,
    /// Since when.
    pub at: Timestamp,
    /// The claim.
    pub token: Uuid,
    /// How often in a row it could not be worked for.
    pub failures: u32,
    /// How often something was noted for it until then.
    notes: i64,
}

/// What the catalogue knows to do next.
#[derive(Clone, Copy, Debug, Default)]
pub struct NextWork {
    /// When a tenant is due that nobody works for.
    pub tenants: Option<Timestamp>,
    /// When a job of the installation's own is.
    pub own: Option<Timestamp>,
}

/// What becomes of a claimed tenant.
#[derive(Clone, Copy, Debug)]
pub enum DueEnd {
    /// All is done until then, or for good.
    Until(Option<Timestamp>),
    /// It could not be worked for; it is tried again after this time.
    Again(Duration),
}

type Seen = (Col<TenantId>, Col<Timestamp>, i64, i32);

/// Entries of tenants that run and that nobody works for.
macro_rules! free {
    ($now:expr) => {
        tenant_due::table
            .filter(diesel::dsl::exists(
                tenant::table
                    .filter(tenant::id.eq(tenant_due::tenant_id))
                    .filter(tenant::state.eq(Col(TenantState::Running))),
            ))
            .filter(tenant_due::claimed_until.is_null().or(tenant_due::claimed_until.le(Col($now))))
    };
}

/// The entry, as long as it is held by this claim.
macro_rules! held {
    ($due:expr) => {
        tenant_due::table
            .filter(tenant_due::tenant_id.eq(Col($due.tenant)))
            .filter(tenant_due::claim.eq(Some(Col($due.token))))
    };
}

impl Catalogue {
    /// Notes that a tenant has something to do at `at`, unless it has earlier.
    ///
    /// # Errors
    /// What the database says; what is to be done must not be written then.
    #[crate::boxed]
    pub async fn note_due(&self, tenant: TenantId, at: Timestamp) -> Result<()> {
        self.write(move |conn| Box::pin(note(conn, tenant, at))).await
    }

    /// When there is something to do next.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn next_work(&self, now: Timestamp) -> Result<NextWork> {
        self.read(move |conn| {
            Box::pin(async move {
                let first: Option<Col<Timestamp>> =
                    free!(now).order(tenant_due::at).select(tenant_due::at).first(conn).await.optional()?;
                Ok(NextWork { tenants: first.map(|at| at.0), own: jobs::next(conn).await? })
            })
        })
        .await
    }

    /// Claims tenants that have something to do, the most overdue first.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn claim_due(&self, claim: JobClaim, most: i64) -> Result<Vec<TenantDue>> {
        self.write(move |conn| {
            Box::pin(async move {
                let JobClaim { token, now, until } = claim;
                let due =
                    free!(now).filter(tenant_due::at.le(Col(now))).order(tenant_due::at).limit(most).select(
                        (tenant_due::tenant_id, tenant_due::at, tenant_due::notes, tenant_due::failures),
                    );
                let found: Vec<Seen> = due.locked_if_free().load(conn).await?;
                let ids: Vec<Col<TenantId>> = found.iter().map(|row| row.0).collect();
                let values =
                    (tenant_due::claim.eq(Some(Col(token))), tenant_due::claimed_until.eq(Some(Col(until))));
                let theirs = tenant_due::table.filter(tenant_due::tenant_id.eq_any(ids));
                diesel::update(theirs).set(values).execute(conn).await?;
                let due = |(tenant, at, notes, failures): Seen| TenantDue {
                    tenant: tenant.0,
                    at: at.0,
                    token,
                    failures: u32::try_from(failures).unwrap_or_default(),
                    notes,
                };
                Ok(found.into_iter().map(due).collect())
            })
        })
        .await
    }

    /// Holds a claim for longer; answers whether it was still held.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn renew_due(&self, due: TenantDue, until: Timestamp) -> Result<bool> {
        self.write(move |conn| {
            Box::pin(async move {
                let renewed = diesel::update(held!(due))
                    .set(tenant_due::claimed_until.eq(Some(Col(until))))
                    .execute(conn)
                    .await?;
                Ok(renewed == 1)
            })
        })
        .await
    }

    /// Ends a claim. What was noted in the meantime is looked at again at once: it may have been written after
    /// the tenant was asked what comes next. Answers whether the claim was still held.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn release_due(&self, due: TenantDue, end: DueEnd, now: Timestamp) -> Result<bool> {
        self.write(move |conn| Box::pin(release(conn, due, end, now))).await
    }
}

async fn release(conn: &mut Conn, due: TenantDue, end: DueEnd, now: Timestamp) -> Result<bool> {
    let (next, failures) = match end {
        DueEnd::Until(next) => (next, 0),
        DueEnd::Again(after) => (now.checked_add(after).ok(), due.failures.saturating_add(1).cast_signed()),
    };
    let free = || {
        (
            tenant_due::claim.eq(None::<Col<Uuid>>),
            tenant_due::claimed_until.eq(None::<Col<Timestamp>>),
            tenant_due::failures.eq(failures),
        )
    };
    let same = held!(due).filter(tenant_due::notes.eq(due.notes));
    let done = match next {
        Some(at) => diesel::update(same).set((tenant_due::at.eq(Col(at)), free())).execute(conn).await?,
        None => diesel::delete(same).execute(conn).await?,
    };
    if done == 1 {
        return Ok(true);
    }
    Ok(diesel::update(held!(due)).set(free()).execute(conn).await? == 1)
}

/// Notes it inside a transaction.
#[crate::boxed]
pub(super) async fn note(conn: &mut Conn, tenant: TenantId, at: Timestamp) -> Result<()> {
    let (tenant, at) = (Col(tenant), Col(at));
    diesel::insert_into(tenant_due::table)
        .values((tenant_due::tenant_id.eq(tenant), tenant_due::at.eq(at)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    let entry = || tenant_due::table.find(tenant);
    let noted = tenant_due::notes.eq(tenant_due::notes + 1);
    diesel::update(entry()).set(noted).execute(conn).await?;
    let later = entry().filter(tenant_due::at.gt(at));
    diesel::update(later).set(tenant_due::at.eq(at)).execute(conn).await?;
    Ok(())
}
