//! Names as people type them, parsed once: tenant names, prefixes, hosts, slugs, routes, logins and mail
//! addresses. Each type has one parsing constructor, so whoever holds a value holds a valid one; the
//! errors are written for the person who typed the text and say what to do. Where a name leads is decided
//! in [`crate::addressing`].

mod host;
mod person;
mod prefix;
mod reserved;
mod route;
mod slug;
mod tenant;

pub use host::{HostError, HostName, HostPattern};
pub use person::{EmailAddress, EmailError, UserName, UserNameError};
pub use prefix::{Prefix, PrefixError};
pub use reserved::{is_reserved_at_base, is_reserved_in_tenant};
pub use route::{Canonical, RoutePath, RoutePathError};
pub use slug::{Slug, SlugError};
pub use tenant::{TenantName, TenantNameError};

/// The conversions every name shares: text out, `parse` in, and serde as a plain string that is parsed
/// on the way in. Names are `Arc<str>` inside, because requests clone them.
macro_rules! name_type {
    ($type:ident, $error:ty) => {
        impl $type {
            /// The text, in its one canonical form.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($type), &self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0.as_ref().to_owned()
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}
use name_type;
