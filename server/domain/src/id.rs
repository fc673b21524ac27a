//! Identities. Each is a time-ordered 128-bit UUID (version 7) behind a type of its own, so that a user
//! can never be passed where a tenant is meant, and an id is never reused.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasherDefault, Hasher},
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A map by an id, or by a name that only operators give.
pub type Ours<K, V> = HashMap<K, V, BuildHasherDefault<OurHasher>>;

/// A hasher for keys that no visitor chooses: quick, and no defence against those who look for collisions.
#[derive(Clone, Copy, Debug, Default)]
pub struct OurHasher(u64);

impl Hasher for OurHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| self.write_u64(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            self.write_u64(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_u64(&mut self, word: u64) {
        // an odd number near 2^64 divided by the golden ratio spreads every bit upwards
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identity, ordered by the time of its making.
            #[must_use]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A tenant: one site with its own database. Never reused, so nothing kept for a deleted tenant can
    /// ever be taken for another's.
    TenantId;
    /// A user of one tenant, or a super user of the catalogue.
    UserId;
    /// A role of one tenant.
    RoleId;
    /// A content item: a page or a post, through all its versions.
    ItemId;
    /// One saved state of a content item.
    VersionId;
    /// A category or a tag.
    TermId;
    /// An uploaded file.
    MediaId;
    /// An entry of a menu.
    MenuEntryId;
    /// A redirect from an old address.
    RedirectId;
    /// A durable job.
    JobId;
    /// One running node.
    NodeId;
}

impl TenantId {
    /// The last eight hexadecimal digits: the suffix of database, schema and file names.
    #[must_use]
    pub fn suffix(self) -> String {
        let text = self.0.simple().to_string();
        text.chars().skip(24).collect()
    }
}
