//! Imports from other systems.

mod apply;
pub mod wxr;

pub use apply::{Ending, FileNote, ImportOptions, Notice, Phase, Progress, Report, Tally, import_wordpress};
