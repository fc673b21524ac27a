//! Object storage, upload checks and image variants.
//!
//! An upload goes through [`Workshop::prepare`], which judges it by its content and makes the files that
//! will be served, and then through [`Store::keep`], which writes them under the tenant's own keys. What a
//! file means to a site (its title, who may use it, where it is shown) is the business of other rooms, and
//! so are the headers it is served with.

mod check;
mod error;
mod gif;
mod hash;
mod key;
mod kind;
mod name;
mod raster;
mod store;
mod svg;
mod variants;
mod workshop;

pub use check::{Limits, sniff};
pub use error::{StoreError, UploadError};
pub use hash::ContentHash;
pub use key::{MediaKey, UnknownVariant, Variant};
pub use kind::Kind;
pub use name::{display_name, title_from_name};
pub use store::{Kept, KeptFile, Listed, MediaUrl, Opened, Store, Stored, Total};
pub use variants::{Rendition, Size, WIDTHS};
pub use workshop::{Prepared, Workshop};
