//! Named steps of the work that must survive a death between any two of them. A node in service passes
//! them without a thought; tests bring their own and die, wait or fail there.

use std::sync::Arc;

use futures_util::future::BoxFuture;

/// Told of each step when it is reached.
pub trait Steps: Send + Sync + 'static {
    /// The work goes on when the future ends.
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()>;
}

/// Passes every step.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSteps;

impl Steps for NoSteps {
    fn reached(&self, _step: &'static str) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Steps to hand around.
pub type SharedSteps = Arc<dyn Steps>;
