//! What a committed change is: a number that rises by one and a random token that never repeats. After a
//! restored backup the number comes back with other content, the token does not.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{VOCABULARY, tag_set::TagSet};
use crate::id::TenantId;

/// A random 128-bit name of one committed state of one tenant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(pub Uuid);

impl Token {
    /// A new random token.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.0)
    }
}

impl FromStr for Token {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// One committed state of a tenant: the row `site_version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Version {
    /// How many changes were committed up to here.
    pub n: i64,
    /// The name of exactly this state.
    pub token: Token,
}

/// One committed change: a row of the table `revision`, and what a hint tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The number after the change.
    pub n: i64,
    /// The token after the change.
    pub token: Token,
    /// The token before it.
    pub prev: Token,
    /// What it touched, in the writer's words.
    pub tags: TagSet,
    /// The writer's vocabulary.
    pub vocabulary: i32,
}

impl Change {
    /// The state after the change.
    #[must_use]
    pub fn version(&self) -> Version {
        Version { n: self.n, token: self.token }
    }

    /// Whether every page must count as touched: the writer said so, or spoke another vocabulary.
    #[must_use]
    pub fn touches_everything(&self) -> bool {
        self.vocabulary != VOCABULARY || self.tags.is_everything()
    }
}

/// A row of the catalogue's table `tenant_pulse`: the tenant's version as last written there, and the
/// token of the change that a writer was about to commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// Whose pulse.
    pub tenant: TenantId,
    /// Its place in the order of all changes of the catalogue.
    pub seq: i64,
    /// The number of the last settled change.
    pub n: i64,
    /// The token of the last settled change.
    pub token: Token,
    /// The token last announced; differs from `token` while a change is under way or its writer is dead.
    pub intent: Token,
}

impl Pulse {
    /// Whether no announced change is open.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.intent == self.token
    }

    /// The version it names.
    #[must_use]
    pub fn version(&self) -> Version {
        Version { n: self.n, token: self.token }
    }
}
