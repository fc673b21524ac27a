//! Finished pages that nodes share, as a single tenant's driver sees them. Nothing here is trusted: what comes
//! from the shelf is judged like any other page, and whoever gets no answer makes the page alone.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use rowhouse_domain::coherence::RenderKey;
use uuid::Uuid;

use crate::render::Render;

/// The right to make a page, for a short time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease(pub Uuid);

/// What came of asking for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody else makes the page: do, and give it or release the lease.
    Ours(Lease),
    /// Another node makes it just now and will push it.
    Theirs,
    /// There is nobody to ask.
    Alone,
}

/// What all nodes of a cluster share.
pub trait Shelf: Send + Sync + 'static {
    /// The page on the shelf, unjudged.
    fn take<'s>(&'s self, key: &'s RenderKey) -> BoxFuture<'s, Option<Render>>;

    /// Asks for the right to make the page.
    fn claim<'s>(&'s self, key: &'s RenderKey) -> BoxFuture<'s, Claim>;

    /// Puts a page on the shelf and pushes it to the other nodes, in the background; the lease ends.
    fn give(&self, key: &RenderKey, render: &Arc<Render>, lease: Option<Lease>);

    /// Ends a lease without a page that others could use: they make their own.
    fn release(&self, key: &RenderKey, lease: Lease);

    /// Takes pages off the shelf, in the background.
    fn forget(&self, keys: Vec<RenderKey>);
}
