//! Which tenant a request is for, as a pure function of its `Host` and its path.
//!
//! [`Directory`] holds where every tenant is to be found and answers [`Resolution`]s; it never asks
//! anybody. Reading the tenants from the catalogue, asking it again for an unknown name, and what a
//! suspended tenant says are left to the caller. Answering costs the same with ten tenants as with ten
//! thousand.

mod base;
mod directory;
mod entry;
mod known;
mod path;
mod slot;
#[cfg(test)]
mod tests;

use crate::{id::TenantId, name::HostName, tenant::TenantState};
pub use base::Base;
pub use directory::{Conflict, Directory};
pub use entry::Entry;
pub use known::Known;
pub use path::RequestPath;

/// Whom a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A tenant, in whatever state: one that does not serve answers for itself and never falls through.
    Tenant {
        /// The tenant.
        tenant: TenantId,
        /// Its state when the directory was built.
        state: TenantState,
        /// Where it was met.
        base: Base,
        /// What is asked of it.
        rest: RequestPath,
    },
    /// The same thing has another address, for good. The query of the request goes along unchanged.
    Redirect {
        /// The host to go to; `None` for the one that was asked. Scheme and port are those of the base.
        host: Option<HostName>,
        /// The path to go to, percent-encoded; begins with exactly one slash.
        path: String,
    },
    /// The Default tenant.
    Default {
        /// What is asked of it.
        rest: RequestPath,
        /// The host is neither the node's own nor any tenant's; it may be that of a tenant so new that
        /// the directory does not have it yet.
        strange_host: bool,
    },
    /// Nobody here has this first segment (lower case), but a tenant could. After one more look at the
    /// catalogue it is "not found".
    UnknownPrefix {
        /// The first segment.
        segment: String,
    },
    /// Not found, and nothing that the catalogue says could change that: the path cannot be anybody's.
    BadPath,
}
