//! The rowhouse program as a library: command line, settings, boot and shutdown. The binary only calls
//! [`cli::run`]; tests build nodes with parts of their own.

pub mod boot;
pub mod cli;
pub mod config;
pub mod demo;
mod keys;
mod telemetry;

pub use boot::{Booted, Hooks, boot};
pub use config::Config;
