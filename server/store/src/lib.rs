//! Databases of Rowhouse: the catalogue and one database for each tenant, on PostgreSQL or SQLite by URL.
//!
//! [`Catalogue`] and [`TenantStore`] own connections and transactions; nothing outside this room holds
//! one. A tenant's store has three doors: [`TenantStore::read`] is one snapshot for visitors and collects
//! the tags of what was read; [`TenantStore::write`] is the only way to change what visitors see, and takes
//! the whole change through the coherence protocol; [`TenantStore::private`] is for everything visitors
//! never see. All work runs on the runtime given at start, never on the caller's: a caller that goes away
//! leaves no half-done query behind.

mod catalogue;
mod conn;
mod door;
mod error;
mod jobs;
mod link;
mod migrate;
mod pool;
mod provision;
mod query;
mod schema;
mod sql;
mod steps;
mod tenant;
#[cfg(test)]
mod testing;
mod types;
mod url;

pub use catalogue::{
    Catalogue, CatalogueEvent, DueEnd, NextWork, NodeRow, NodeTrouble, NodeTroubles, Over, Poll,
    ProvisionRow, PurgedTenant, Roll, SuperUserChange, SuperUserRow, TenantDue, TenantFilter, TenantLine,
    TenantRow, TenantSort,
};
pub use error::{Result, StoreError};
pub use jobs::{JobClaim, JobEnd, JobRow, NewJob};
pub use link::PoolLimits;
pub use migrate::{CATALOGUE, Migration, TENANT, newest};
pub use pool::{Budget, Pools, Target};
pub use provision::{create as create_place, drop_place};
pub use steps::{NoSteps, SharedSteps, Slip, Steps};
pub use tenant::*;
pub use types::{Col, Json, TextValue, UuidValue};
pub use url::{DbUrl, PgUrl};

/// Puts the future of an `async fn` into a box where it is written. The machine behind an `async fn` is compiled
/// in every room that awaits it, and all that it awaits with it; one behind a box is compiled once, in its own
/// room. So what other rooms call is boxed, at the price of one small allocation a call.
pub(crate) use async_recursion::async_recursion as boxed;

/// A boxed future, as closures over a connection give.
pub type BoxFuture<'a, T> = futures_util::future::BoxFuture<'a, T>;
