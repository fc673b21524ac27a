//! A link to a file of SQLite. Its statements run where they are asked for: the doors of the stores see to it that
//! this is a thread that may wait.

use std::{path::Path, time::Duration};

use diesel::QueryResult;
use rusqlite::{Connection, OpenFlags, Statement as Prepared};

use super::{PREPARED, fault::of_sqlite};
use crate::sql::{Line, Statement, Taker};

/// How long another's write lock is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Lite(Connection);

impl Lite {
    /// Opens a file that is there: a database that was dropped must not come back empty.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        connection.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; \
             PRAGMA temp_store=MEMORY;",
        )?;
        Ok(Self(connection))
    }

    pub(super) fn batch(&mut self, sql: &str) -> QueryResult<()> {
        self.0.execute_batch(sql).map_err(of_sqlite)
    }

    /// Runs one statement without values, which stays prepared.
    pub(super) fn run(&mut self, sql: &str) -> QueryResult<()> {
        let done = self.0.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
        done.map(drop).map_err(of_sqlite)
    }

    pub(super) fn rows(&mut self, statement: &Statement, take: &mut Taker<'_>) -> QueryResult<()> {
        self.answered(statement, |prepared| {
            let mut rows = prepared.raw_query();
            while let Some(row) = rows.next()? {
                if let Err(unreadable) = take(&Line::Sqlite(row)) {
                    return Ok(Err(unreadable));
                }
            }
            Ok(Ok(()))
        })?
    }

    pub(super) fn count(&mut self, statement: &Statement) -> QueryResult<usize> {
        self.answered(statement, |prepared| prepared.raw_execute())
    }

    fn answered<T>(
        &mut self,
        statement: &Statement,
        run: impl FnOnce(&mut Prepared<'_>) -> rusqlite::Result<T>,
    ) -> QueryResult<T> {
        let bound = |prepared: &mut Prepared<'_>| {
            for (at, bind) in statement.binds.iter().enumerate() {
                prepared.raw_bind_parameter(at + 1, bind)?;
            }
            run(prepared)
        };
        let answer = match statement.lasting {
            true => self.0.prepare_cached(&statement.sql).and_then(|mut prepared| bound(&mut prepared)),
            false => self.0.prepare(&statement.sql).and_then(|mut prepared| bound(&mut prepared)),
        };
        answer.map_err(of_sqlite)
    }
}
