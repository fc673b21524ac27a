//! The nodes of an installation together: how each is, what differs between them, and waiting until all know
//! what was just done to a tenant. What a node says of itself is put together in `node/registry.rs`.

mod differences;
mod forget;
mod status;
#[cfg(test)]
mod tests;
mod wait;

pub use differences::Difference;
pub use forget::forget;
pub use rowhouse_domain::node::TroubleKind;
pub use rowhouse_store::{NodeTrouble, NodeTroubles};
pub use status::{ClusterStatus, Condition, NodeStatus, Problem, ago, status};
pub use wait::{Behind, Wait, until_applied};

use crate::{
    actor::Actor,
    error::{EngineError, Result},
};

/// Refuses everybody but the operator and super users.
fn operator(actor: &Actor) -> Result<()> {
    if actor.is_super { Ok(()) } else { Err(EngineError::Denied { need: "super user".into() }) }
}
