//! The pools of a node: made when first used, small, closed when idle or when too many, and together never
//! more connections than the node's budget.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rowhouse_domain::{Moment, clock::SharedClock};
use tokio::sync::Semaphore;

use crate::{
    conn::{Conn, Purpose},
    error::{Result, StoreError},
    link::{Db, PoolLimits},
    url::DbUrl,
};

/// How many connections a node may hold, and for how long idle ones.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Connections to tenants' databases in use at once, over all of them.
    pub connections: usize,
    /// Pools kept open; the least recently used beyond that are closed.
    pub pools: usize,
    /// A pool unused for so long is closed.
    pub idle: Duration,
    /// Limits of each tenant's pool.
    pub per_tenant: PoolLimits,
}

impl Default for Budget {
    fn default() -> Self {
        Self { connections: 64, pools: 200, idle: Duration::from_secs(60), per_tenant: PoolLimits::default() }
    }
}

/// A database, or a schema in it: what a pool belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The database.
    pub url: DbUrl,
    /// The schema whose tables are meant, on PostgreSQL.
    pub schema: Option<String>,
}

struct Kept {
    db: Db,
    used: Moment,
}

/// All pools of this node.
pub struct Pools {
    kept: Mutex<HashMap<Target, Kept>>,
    budget: Budget,
    slots: Arc<Semaphore>,
    clock: SharedClock,
}

impl Pools {
    /// No pools yet, and room for the budget's connections.
    #[must_use]
    pub fn new(budget: Budget, clock: SharedClock) -> Arc<Self> {
        Arc::new(Self {
            kept: Mutex::default(),
            slots: Arc::new(Semaphore::new(budget.connections)),
            budget,
            clock,
        })
    }

    /// A connection within the node's budget.
    #[crate::boxed]
    pub(crate) async fn connect(&self, target: &Target, purpose: Purpose) -> Result<Conn> {
        let slot = tokio::time::timeout(self.budget.per_tenant.wait, self.slots.clone().acquire_owned());
        let permit = match slot.await {
            Ok(Ok(permit)) => permit,
            _ => return Err(StoreError::Busy("all database connections of this node are in use".into())),
        };
        Conn::of(&self.pool(target)?, purpose, Some(permit)).await
    }

    fn pool(&self, target: &Target) -> Result<Db> {
        let now = self.clock.moment();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = kept.get_mut(target) {
            pool.used = now;
            return Ok(pool.db.clone());
        }
        let db = Db::open(&target.url, target.schema.as_deref(), self.budget.per_tenant)?;
        kept.insert(target.clone(), Kept { db: db.clone(), used: now });
        if kept.len() > self.budget.pools {
            let oldest = kept.iter().min_by_key(|(_, k)| k.used).map(|(t, _)| t.clone());
            if let Some(pool) = oldest.and_then(|t| kept.remove(&t)) {
                // connections in use finish; a closed pool only gives out no more
                pool.db.close();
            }
        }
        Ok(db)
    }

    /// Closes the pool of a database, before the database is dropped or replaced.
    pub fn forget(&self, target: &Target) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = kept.remove(target) {
            pool.db.close();
        }
    }

    /// Closes pools that nobody used for the idle time. To be called now and then.
    pub fn close_idle(&self) {
        let before = self.clock.moment().minus(self.budget.idle);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, pool| {
            let keep = pool.used >= before;
            if !keep {
                pool.db.close();
            }
            keep
        });
    }

    /// Pools open now and connections open in them.
    #[must_use]
    pub fn usage(&self) -> (usize, usize) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.len(), kept.values().map(|k| k.db.open_connections()).sum())
    }
}
