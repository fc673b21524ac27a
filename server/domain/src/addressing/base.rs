//! The place at which a tenant is shown, put in front of its tenant-relative paths when links are made.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::{HostName, Prefix, RoutePath};

/// A host of the tenant's own, or the common base host (`None`), and the prefix there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Base {
    /// The tenant's host; `None` at the base host, whose name is a setting and not part of any key.
    pub host: Option<HostName>,
    /// The prefix; `None` if the tenant has the host for itself.
    pub prefix: Option<Prefix>,
}

impl Base {
    /// What stands before every path of the tenant: `""` or `"/acme"`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.prefix.as_ref().map_or("", Prefix::as_str)
    }

    /// The path of a page of the tenant on its host, percent-encoded: `/acme/` for its front page.
    #[must_use]
    pub fn url_path(&self, route: &RoutePath) -> String {
        format!("{}{}", self.path(), route.to_url_path())
    }
}

impl fmt::Display for Base {
    /// `/acme`, `//www.acme.org` or `//www.acme.org/eu`; nothing for the bare base host.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(host) = &self.host {
            write!(f, "//{}", host.to_url_host())?;
        }
        f.write_str(self.path())
    }
}
