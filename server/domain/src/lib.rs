//! Tenant, content, permission and revision types of Rowhouse.
//!
//! Everything here is a value or a pure rule: no I/O, no clock, no async. A value that exists is valid,
//! because every type with rules has one parsing constructor. Other rooms decide where values come from
//! and go to.

pub mod addressing;
pub mod clock;
pub mod coherence;
pub mod content;
pub mod id;
pub mod job;
pub mod name;
pub mod node;
pub mod permission;
pub mod settings;
pub mod tenant;

pub use clock::{Clock, Moment};
pub use id::*;
pub use tenant::UnknownWord;
