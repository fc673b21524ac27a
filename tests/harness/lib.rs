//! The harness.

pub mod services;
