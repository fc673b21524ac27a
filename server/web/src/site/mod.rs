//! Public pages: what visitors of a tenant see, and the little that the Default tenant shows to strangers.

pub mod asset;
pub mod host;
pub mod media;
pub mod page;
pub mod preview;
pub mod unlock;
