//! What editors read: everything, untagged, never cached.

mod dashboard;
mod imported;
mod items;
mod library;
mod structure;
mod versions;

pub use dashboard::Facts;
pub use imported::ImportedRow;
pub use items::{ItemFilter, ItemPage, ItemSort};
pub use library::{MediaFilter, MediaPage, MediaSort};
pub use versions::Autosave;
pub(in crate::tenant::query) use versions::version as find_version;
