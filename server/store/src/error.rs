//! What can go wrong with a database, in words that say what to do.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// A failure of the store. "Not there" is never one: queries answer `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something that must be unique is taken.
    #[error("{0} is already taken")]
    Taken(String),
    /// The database is busy: no free connection or lock within the time allowed.
    #[error("the database is busy ({0}); try again in a moment")]
    Busy(String),
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The tenant is being moved, restored or reset; nothing may be written now.
    #[error("this site is being moved or restored and takes no changes now; try again in a moment")]
    Fenced,
    /// The database belongs to another tenant.
    #[error("this database belongs to tenant {found}, not to {wanted}")]
    WrongTenant {
        /// Whose database was asked for.
        wanted: rowhouse_domain::TenantId,
        /// Whose it is.
        found: rowhouse_domain::TenantId,
    },
    /// The database was made by a newer release.
    #[error("the database has schema {found}, this program knows {known}; start a newer release")]
    TooNew {
        /// The schema in the database.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// A database URL that cannot be used.
    #[error("database URL {url}: {reason}")]
    BadUrl {
        /// The URL, without its password.
        url: String,
        /// What is wrong with it and what would be right.
        reason: String,
    },
    /// What was read is not what was written.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
    /// A change was refused by the caller's own rules; the transaction is rolled back.
    #[error("{0}")]
    Refused(Box<dyn std::error::Error + Send + Sync>),
    /// Anything else the database said.
    #[error("database: {0}")]
    Other(String),
}

/// A store result.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl From<Diesel> for StoreError {
    fn from(error: Diesel) -> Self {
        match error {
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                StoreError::Taken(info.constraint_name().unwrap_or(info.message()).to_owned())
            }
            Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                StoreError::Unavailable(info.message().to_owned())
            }
            Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, info) => {
                StoreError::Busy(info.message().to_owned())
            }
            Diesel::DatabaseError(_, info) => classify(info.message()),
            Diesel::DeserializationError(cause) => StoreError::Corrupt(cause.to_string()),
            other => StoreError::Other(other.to_string()),
        }
    }
}

/// Sorts the messages that have no kind of their own in diesel: locks that were not had in time, and
/// servers that went away.
fn classify(message: &str) -> StoreError {
    const BUSY: &[&str] = &["database is locked", "lock timeout", "statement timeout", "deadlock detected"];
    const GONE: &[&str] =
        &["connection", "terminating", "shutting down", "starting up", "does not exist", "unable to open"];
    let has = |words: &[&str]| words.iter().any(|w| message.contains(w));
    if has(BUSY) {
        StoreError::Busy(message.to_owned())
    } else if has(GONE) && !message.contains("relation") && !message.contains("column") {
        StoreError::Unavailable(message.to_owned())
    } else {
        StoreError::Other(message.to_owned())
    }
}

impl StoreError {
    /// Wraps a refusal of the caller's own, so that it can come out of a transaction.
    pub fn refused(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        StoreError::Refused(cause.into())
    }

    /// Whether the database itself, not the request, is at fault.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, StoreError::Unavailable(_) | StoreError::Busy(_))
    }
}
