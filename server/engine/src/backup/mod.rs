//! One tenant in one file: a `.tar.gz` with its rows as lines of JSON (the same for both kinds of database),
//! its media, and at the end a manifest with the checksum of everything before it. A file without a manifest
//! is not whole.
//!
//! Sessions, one-time links and revisions are not in it: a restored tenant is a new one, in which everybody
//! signs in anew.

mod archive;
mod manifest;
mod write;

use std::{fmt, sync::Arc};

pub use archive::Archive;
pub use manifest::{Entry, Manifest, MediaFacts, TableFacts, TenantFacts};
pub(crate) use write::write;

/// Told of bytes done and bytes in all, about a named part of the work.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(&'static str, u64, u64) + Send + Sync>);

impl Progress {
    /// Calls `tell` with what is being done, bytes done and bytes in all.
    pub fn new(tell: impl Fn(&'static str, u64, u64) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Tells nobody.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|_, _, _| {})
    }

    pub(crate) fn tell(&self, what: &'static str, done: u64, total: u64) {
        (self.0)(what, done.min(total), total);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}
