//! What the catalogue knows of a tenant: its state, isolation, limits and allow-lists.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A closed set of words kept as text in databases, shown in forms and given on the command line.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every word, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The word as it is stored and shown.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok($name::$variant),)*
                    other => Err($crate::UnknownWord {
                        given: other.to_owned(),
                        known: [$($word,)*].join(", "),
                    }),
                }
            }
        }
    };
}

/// A word that is not of the set asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is not known here; use one of: {known}")]
pub struct UnknownWord {
    /// What was given.
    pub given: String,
    /// What would have been understood.
    pub known: String,
}

words! {
    /// Where a tenant is in its life.
    pub enum TenantState {
        /// Its database stands; its own administrator has yet to set it up.
        Uninitialised = "uninitialised",
        /// It serves.
        Running = "running",
        /// Taken out of service by a super user; answers 503.
        Suspended = "suspended",
        /// In quarantine, with a reason; answers 503.
        Failed = "failed",
        /// Deleted, and still to be had back within the grace period.
        Deleted = "deleted",
    }
}

impl TenantState {
    /// Whether visitors get pages.
    #[must_use]
    pub const fn serves(self) -> bool {
        matches!(self, TenantState::Running)
    }
}

words! {
    /// How a tenant's data is kept apart.
    pub enum Isolation {
        /// A database (or SQLite file) of its own.
        Database = "database",
        /// A set of tables of its own in a shared PostgreSQL database.
        Schema = "schema",
    }
}

words! {
    /// What a new tenant starts with.
    pub enum Recipe {
        /// A home page and nothing else.
        Blank = "blank",
        /// Pages of a company.
        Company = "company",
        /// Posts of a journal.
        Blog = "blog",
    }
}

words! {
    /// A part of the product that a tenant may be allowed or denied.
    pub enum Feature {
        /// Posts, archives and feeds.
        Posts = "posts",
        /// Uploads and the picker.
        Media = "media",
        /// Import from other systems.
        Import = "import",
        /// Choosing and configuring themes.
        Themes = "themes",
        /// Redirects from old addresses.
        Redirects = "redirects",
        /// Pages protected by a password.
        Passwords = "passwords",
    }
}

/// An allow-list; empty means everything is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AllowList<T: Ord>(pub BTreeSet<T>);

impl<T: Ord> Default for AllowList<T> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<T: Ord> AllowList<T> {
    /// Whether `what` may be used.
    pub fn allows<Q: Ord + ?Sized>(&self, what: &Q) -> bool
    where
        T: std::borrow::Borrow<Q>,
    {
        self.0.is_empty() || self.0.contains(what)
    }
}

/// What a tenant may use at most. Zero means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// Bytes of media, variants included.
    pub media_bytes: u64,
    /// Content items, those in the bin included.
    pub items: u64,
    /// User accounts.
    pub users: u64,
}

/// A former prefix, answered with 301 until the given time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldPrefix {
    /// The prefix that was.
    pub prefix: crate::name::Prefix,
    /// Until when it is answered; for ever if absent.
    pub until: Option<jiff::Timestamp>,
}

impl OldPrefix {
    /// Those that still lead to the tenant at `now`.
    #[must_use]
    pub fn still_leading(all: &[Self], now: jiff::Timestamp) -> Vec<crate::name::Prefix> {
        let still = |old: &&Self| old.until.is_none_or(|until| until > now);
        all.iter().filter(still).map(|old| old.prefix.clone()).collect()
    }
}

/// The name of a ring: a named group of nodes that serves a named group of tenants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ring(pub String);

impl Default for Ring {
    fn default() -> Self {
        Self("main".to_owned())
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Ring {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}
