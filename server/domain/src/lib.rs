//! Tenant, content, permission and revision types of Rowhouse.
//!
//! Everything here is a value or a pure rule: no I/O, no clock, no async. A value that exists is valid,
//! because every type with rules has one parsing constructor. Other rooms decide where values come from
//! and go to.

pub mod clock;
pub mod coherence;
pub mod id;

pub use clock::{Clock, Moment};
pub use id::*;
