//! The coherence protocol, the render cache and node coordination.
//!
//! [`protocol`] is the pure core: what a node knows of a tenant and what follows from it. The rest is thin:
//! a cache in memory, single flight for fills, and a driver that asks, polls and obeys. Where the rows come
//! from is the caller's matter, through traits.

pub mod bus;
pub mod cache;
pub mod clock;
pub mod driver;
pub mod flight;
pub mod protocol;
pub mod redis;
pub mod render;
pub mod wire;
