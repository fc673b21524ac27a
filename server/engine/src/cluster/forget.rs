//! Forgetting a node that is not coming back, before time does.

use rowhouse_domain::NodeId;

use super::{operator, status};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    node::Core,
};

/// Forgets a node that has left or is silent; answers what it was called. One that was only silent is back with
/// its next sign of life.
///
/// # Errors
/// [`EngineError::NotFound`], or [`EngineError::Conflict`] if it lives.
#[crate::boxed]
pub async fn forget(core: &Core, id: NodeId, actor: &Actor) -> Result<String> {
    operator(actor)?;
    let nodes = status(core, actor).await?.nodes;
    let node = nodes.into_iter().find(|node| node.id == id).ok_or(EngineError::NotFound("node"))?;
    if node.state.lives() {
        return Err(EngineError::Conflict(format!(
            "the node {} is {}; only nodes that left or are silent can be forgotten",
            node.name, node.state
        )));
    }
    core.catalogue.forget_node(id).await?;
    tracing::info!(node = node.name, by = actor.name, "a node is forgotten");
    Ok(node.name)
}
