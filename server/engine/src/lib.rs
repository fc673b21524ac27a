//! The use cases of Rowhouse: the life of tenants, publishing, serving pages, identity, import, backup. The
//! only room that combines databases, the render cache, themes and media; web and command line call it.
//!
//! [`Node`] is one process; [`Site`] is one tenant in it. Every use case takes the site it is about and the
//! [`Actor`] who wants it, and answers [`EngineError`]s that say what to do, without the words of HTTP.

mod actor;
pub mod backup;
pub mod cluster;
pub mod content;
mod error;
pub mod identity;
pub mod import;
pub mod jobs;
pub mod keys;
pub mod mail;
mod node;
pub mod pages;
pub mod preferences;
mod recipes;
mod site;
mod tenant_info;
pub mod tenants;
#[cfg(test)]
mod testing;

/// Puts the future of an `async fn` into a box where it is written. The machine behind an `async fn` is compiled
/// in every room that awaits it, and all that it awaits with it; one behind a box is compiled once, in its own
/// room. So what other rooms call is boxed, at the price of one small allocation a call.
pub(crate) use async_recursion::async_recursion as boxed;

pub use actor::Actor;
pub use error::{EngineError, FieldError, Result, SignInError};
pub use node::{
    CacheSettings, Core, Membership, Mode, Node, NodeParts, RedisSettings, Registration, Settings,
};
pub use rowhouse_cluster::{bus::BusSettings, redis::RedisUrl};
pub use site::Site;
pub use tenant_info::TenantInfo;
