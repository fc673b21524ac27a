//! One process: what all its use cases share.

mod core;
mod settings;

pub use core::Core;
pub use settings::{CacheSettings, Mode, Settings};
