//! Imports from other systems.

pub mod wxr;
