//! What can go wrong in a use case, in the words of the field and without those of HTTP. Public words are in
//! the message; causes that are nobody's business outside stay in the `Store` and `Other` variants, which
//! the web never shows.

use std::time::Duration;

use rowhouse_store::StoreError;

use crate::content::StaleSave;

/// One field of a form, and what is wrong with what was typed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field's name, as in the form.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl FieldError {
    /// An error at a field.
    pub fn new(field: &'static str, problem: impl std::fmt::Display) -> Self {
        Self { field, problem: problem.to_string() }
    }
}

/// Why somebody is not signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Name or password; it is never said which.
    #[error("that name and password do not go together; try again or have a new password sent")]
    Wrong,
    /// The account exists and is not to be used.
    #[error("this account is disabled; ask an administrator of the site")]
    Disabled,
    /// Too many tries.
    #[error("too many tries; wait {} seconds and try again", retry_after.as_secs().max(1))]
    TooMany {
        /// When the next try is heard.
        retry_after: Duration,
    },
}

/// A failed use case.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The actor may not.
    #[error("this needs the permission {need}; ask an administrator of the site for it")]
    Denied {
        /// The missing permission.
        need: String,
    },
    /// What was typed cannot be taken; nothing was changed.
    #[error("{}", say(.0))]
    Invalid(Vec<FieldError>),
    /// Something else stands in the way.
    #[error("{0}")]
    Conflict(String),
    /// A name or an address is another's by now: at each field, whose.
    #[error("{}", .0.iter().map(|p| p.problem.as_str()).collect::<Vec<_>>().join("; "))]
    Taken(Vec<FieldError>),
    /// Somebody saved in between; nothing was overwritten.
    #[error("somebody saved another version in the meantime; yours was kept beside it for you to compare")]
    Stale(Box<StaleSave>),
    /// Too many requests of a kind.
    #[error("too many tries; wait {} seconds and try again", retry_after.as_secs().max(1))]
    TooMany {
        /// When the next one is heard.
        retry_after: Duration,
    },
    /// Not signed in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// A quota or a limit would be passed.
    #[error("{0}")]
    Quota(String),
    /// A database, a store of files or a mail server cannot be reached.
    #[error("this cannot be done at the moment: {0}")]
    Unavailable(String),
    /// Too much is going on; a moment later it will work.
    #[error("too much is going on ({0}); try again in a moment")]
    Busy(String),
    /// The tenant is being moved, restored or reset.
    #[error("this site is being moved or restored and takes no changes now; try again in a moment")]
    Fenced,
    /// The database said something else.
    #[error(transparent)]
    Store(StoreError),
    /// A template or theme failed.
    #[error("the page could not be rendered: {0}")]
    Render(String),
    /// An upload that cannot be taken, or the store of files failed.
    #[error("{0}")]
    Media(String),
    /// A file that was to be read is not what it should be.
    #[error("{0}")]
    Input(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// The engine's results.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;

fn say(problems: &[FieldError]) -> String {
    problems.iter().map(|p| format!("{}: {}", p.field, p.problem)).collect::<Vec<_>>().join("; ")
}

impl EngineError {
    /// One field's error.
    pub fn invalid(field: &'static str, problem: impl std::fmt::Display) -> Self {
        Self::Invalid(vec![FieldError::new(field, problem)])
    }

    /// One field's value that is another's.
    pub fn taken(field: &'static str, problem: impl std::fmt::Display) -> Self {
        Self::Taken(vec![FieldError::new(field, problem)])
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(cause) => match cause.downcast::<EngineError>() {
                Ok(own) => *own,
                Err(other) => EngineError::Other(other.to_string()),
            },
            StoreError::Fenced => EngineError::Fenced,
            StoreError::Busy(what) => EngineError::Busy(what),
            StoreError::Unavailable(what) => EngineError::Unavailable(what),
            StoreError::Taken(what) => EngineError::Conflict(format!("{what} is already taken")),
            other @ (StoreError::WrongTenant { .. }
            | StoreError::TooNew { .. }
            | StoreError::BadUrl { .. }
            | StoreError::Corrupt(_)
            | StoreError::Other(_)) => EngineError::Store(other),
        }
    }
}

impl From<EngineError> for StoreError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(inner) => inner,
            other => StoreError::refused(other),
        }
    }
}
