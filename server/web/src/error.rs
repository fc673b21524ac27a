//! From what went wrong to what is answered. The status is chosen in one exhaustive match; causes go to the
//! log once, never to the visitor.

use std::time::Duration;

use actix_web::{HttpResponse, http::StatusCode};
use rowhouse_engine::{EngineError, SignInError};

/// Why a request is not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// A use case failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Nobody is signed in; `back` is where the visitor wanted to go.
    #[error("sign in to see this page")]
    SignInNeeded {
        /// Where signing in happens.
        sign_in: String,
    },
    /// There is nothing at this address.
    #[error("there is nothing at this address")]
    NotFound,
    /// A form came from another site, or from a page that is too old.
    #[error(
        "this form was open for too long or came from another page; go back, reload it and send it again"
    )]
    Forged,
    /// A body that cannot be read.
    #[error("{0}")]
    BadRequest(String),
    /// A body that is too large.
    #[error("this is larger than the {0} MiB that are taken here")]
    TooLarge(usize),
    /// A template failed.
    #[error("a page could not be rendered: {0}")]
    Template(String),
}

/// A handler's result.
pub type Result<T = HttpResponse, E = WebError> = std::result::Result<T, E>;

impl From<rowhouse_render::RenderError> for WebError {
    fn from(error: rowhouse_render::RenderError) -> Self {
        WebError::Template(error.to_string())
    }
}

impl WebError {
    /// The status; every kind of failure has one, and a new kind will not compile without.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            WebError::Engine(error) => engine_status(error),
            WebError::SignInNeeded { .. } => StatusCode::UNAUTHORIZED,
            WebError::NotFound => StatusCode::NOT_FOUND,
            WebError::Forged => StatusCode::FORBIDDEN,
            WebError::BadRequest(_) => StatusCode::BAD_REQUEST,
            WebError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            WebError::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// After how long another try makes sense.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            WebError::Engine(
                EngineError::TooMany { retry_after }
                | EngineError::SignIn(SignInError::TooMany { retry_after }),
            ) => Some(*retry_after),
            error if error.status() == StatusCode::SERVICE_UNAVAILABLE => Some(Duration::from_secs(5)),
            _ => None,
        }
    }

    /// What the visitor is told: for faults of ours nothing of the cause.
    #[must_use]
    pub fn public_words(&self) -> String {
        match self.status() {
            StatusCode::INTERNAL_SERVER_ERROR => "Something went wrong on our side.".into(),
            StatusCode::SERVICE_UNAVAILABLE => "This site cannot be reached at the moment.".into(),
            _ => self.to_string(),
        }
    }
}

const fn engine_status(error: &EngineError) -> StatusCode {
    match error {
        EngineError::NotFound(_) => StatusCode::NOT_FOUND,
        EngineError::Denied { .. } | EngineError::SignIn(SignInError::Disabled) => StatusCode::FORBIDDEN,
        EngineError::Invalid(_) | EngineError::Media(_) | EngineError::Input(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        EngineError::Conflict(_) | EngineError::Taken(_) | EngineError::Stale(_) | EngineError::Quota(_) => {
            StatusCode::CONFLICT
        }
        EngineError::TooMany { .. } | EngineError::SignIn(SignInError::TooMany { .. }) => {
            StatusCode::TOO_MANY_REQUESTS
        }
        EngineError::SignIn(SignInError::Wrong) => StatusCode::UNAUTHORIZED,
        EngineError::Unavailable(_) | EngineError::Busy(_) | EngineError::Fenced => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        EngineError::Store(_) | EngineError::Render(_) | EngineError::Other(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
