//! Queries about content, a folder for each door: what visitors read (with tags), what the admin reads,
//! private writes, and changes that visitors see (with tags).

mod change;
mod desk;
mod look;
mod model;
mod month;
mod public;
mod tags;
#[cfg(test)]
mod tests;

pub use change::*;
pub use desk::*;
pub use look::*;
pub use model::*;
pub use month::{Month, MonthError};
