//! Changes of what visitors see. Each touches the tags of the old and of the new state, read under the
//! tenant's lock.

mod face;
mod import;
mod item;
mod library;
mod menu;
mod redirect;
mod settings;
mod term;

pub use import::ImportedItem;
pub use item::Publication;
