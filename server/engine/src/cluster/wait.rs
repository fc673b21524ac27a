//! Waiting until every node that lives knows what was done to a tenant.

use std::time::{Duration, Instant};

use rowhouse_domain::TenantId;
use serde::Serialize;

use super::{Condition, NodeStatus, operator, status};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    node::Core,
};

/// How often nodes are looked at.
const PACE: Duration = Duration::from_millis(50);

/// How far the news of a tenant has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// The number of the change that is waited for.
    pub seq: i64,
    /// Nodes that live and know it.
    pub applied: Vec<String>,
    /// Nodes that live and do not know it yet.
    pub behind: Vec<Behind>,
    /// Nodes that are silent; they are not waited for.
    pub silent: Vec<String>,
}

/// A node that does not know a change yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Behind {
    /// What it is called.
    pub node: String,
    /// What it had taken up when it was last heard of.
    pub applied: i64,
    /// How long ago that was, in milliseconds.
    pub seen_ms: i64,
}

impl Wait {
    fn of(seq: i64, nodes: &[NodeStatus]) -> Self {
        let mut wait = Self { seq, ..Self::default() };
        for node in nodes {
            let name = node.name.clone();
            match node.state {
                Condition::Left => {}
                Condition::Silent => wait.silent.push(name),
                _ if node.applied >= seq => wait.applied.push(name),
                _ => wait.behind.push(Behind { node: name, applied: node.applied, seen_ms: node.seen_ms }),
            }
        }
        wait
    }

    /// Whether nobody is waited for any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.behind.is_empty()
    }
}

/// Waits until all nodes that live know the last change of the tenant's row, also its end, or `limit` is over:
/// the answer tells. `told` hears how far it is.
///
/// # Errors
/// [`EngineError::NotFound`] if there never was such a tenant, or what the catalogue says.
pub async fn until_applied(
    core: &Core,
    tenant: TenantId,
    limit: Duration,
    actor: &Actor,
    mut told: impl FnMut(&Wait),
) -> Result<Wait> {
    operator(actor)?;
    let seq = core.catalogue.tenant_seq(tenant).await?.ok_or(EngineError::NotFound("tenant"))?;
    let begun = Instant::now();
    loop {
        let wait = Wait::of(seq, &status(core, actor).await?.nodes);
        told(&wait);
        if wait.is_over() || begun.elapsed() >= limit {
            return Ok(wait);
        }
        tokio::time::sleep(PACE).await;
    }
}
