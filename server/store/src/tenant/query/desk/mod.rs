//! Private writes: drafts, autosave, edit locks, plans. None of them alters what visitors see: an item's
//! own columns follow its latest version only while it is not published.

mod draft;
mod lock;

pub use draft::{NewItem, NewVersion};
pub(in crate::tenant::query) use draft::{insert_version, replace_terms, still_there};
pub use lock::LockState;
