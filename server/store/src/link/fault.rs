//! What the databases' own libraries say went wrong, as the query builder's errors.

use std::error::Error as _;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error};
use rusqlite::ffi;
use tokio_postgres::error::SqlState;

/// What a database said.
struct Said {
    message: String,
    constraint: Option<String>,
}

impl DatabaseErrorInformation for Said {
    fn message(&self) -> &str {
        &self.message
    }

    fn details(&self) -> Option<&str> {
        None
    }

    fn hint(&self) -> Option<&str> {
        None
    }

    fn table_name(&self) -> Option<&str> {
        None
    }

    fn column_name(&self) -> Option<&str> {
        None
    }

    fn constraint_name(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    fn statement_position(&self) -> Option<i32> {
        None
    }
}

fn said(kind: Kind, message: String, constraint: Option<String>) -> Error {
    Error::DatabaseError(kind, Box::new(Said { message, constraint }))
}

pub(super) fn of_postgres(error: tokio_postgres::Error) -> Error {
    let Some(server) = error.as_db_error() else {
        return said(Kind::UnableToSendCommand, text_of(&error), None);
    };
    let kind = match *server.code() {
        SqlState::UNIQUE_VIOLATION => Kind::UniqueViolation,
        SqlState::FOREIGN_KEY_VIOLATION => Kind::ForeignKeyViolation,
        SqlState::T_R_SERIALIZATION_FAILURE => Kind::SerializationFailure,
        SqlState::READ_ONLY_SQL_TRANSACTION => Kind::ReadOnlyTransaction,
        SqlState::NOT_NULL_VIOLATION => Kind::NotNullViolation,
        SqlState::CHECK_VIOLATION => Kind::CheckViolation,
        _ => Kind::Unknown,
    };
    said(kind, server.message().to_owned(), server.constraint().map(str::to_owned))
}

/// With its cause: the error's own text often says only in which part of the work it happened.
pub(super) fn text_of(error: &tokio_postgres::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

pub(super) fn of_sqlite(error: rusqlite::Error) -> Error {
    let kind = match error.sqlite_error().map(|e| e.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => Kind::UniqueViolation,
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Kind::ForeignKeyViolation,
        Some(ffi::SQLITE_CONSTRAINT_NOTNULL) => Kind::NotNullViolation,
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => Kind::CheckViolation,
        _ => Kind::Unknown,
    };
    let message = match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message,
        other => other.to_string(),
    };
    said(kind, message, None)
}
