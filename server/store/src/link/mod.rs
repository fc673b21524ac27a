//! Links to databases: how one is made, and how it runs a statement, for either kind of database.

mod fault;
mod lite;
mod pg;
mod pool;

use diesel::QueryResult;

pub use self::pool::PoolLimits;
pub(crate) use self::pool::{Db, Kept};
use crate::sql::{Sql, Statement, Taker};

/// Statements kept prepared on one link at most.
const PREPARED: usize = 128;

/// A connection of one kind.
pub(crate) enum Link {
    Pg(pg::Pg),
    Lite(lite::Lite),
}

impl Link {
    pub(crate) const fn database(&self) -> Sql {
        match self {
            Link::Pg(_) => Sql::Postgres,
            Link::Lite(_) => Sql::Sqlite,
        }
    }

    /// Runs statements that take no values and have no answer.
    pub(crate) async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        match self {
            Link::Pg(link) => link.batch(sql).await,
            Link::Lite(link) => link.batch(sql),
        }
    }

    /// Opens a transaction that only reads.
    pub(crate) async fn begin_reading(&mut self) -> QueryResult<()> {
        match self {
            Link::Pg(link) => {
                link.begin_reading();
                Ok(())
            }
            Link::Lite(link) => link.run("BEGIN DEFERRED"),
        }
    }

    /// Opens a transaction that writes. SQLite's write lock is taken at once, so that it is never asked for too
    /// late.
    pub(crate) async fn begin_writing(&mut self) -> QueryResult<()> {
        match self {
            Link::Pg(link) => link.batch("BEGIN").await,
            Link::Lite(link) => link.run("BEGIN IMMEDIATE"),
        }
    }

    /// Ends a transaction that only read.
    pub(crate) async fn end_reading(&mut self) -> QueryResult<()> {
        match self {
            Link::Pg(link) => link.end_reading(),
            Link::Lite(link) => link.run("COMMIT"),
        }
    }

    /// Gives all rows of the answer to `take`.
    pub(crate) async fn rows(&mut self, statement: Statement, take: &mut Taker<'_>) -> QueryResult<()> {
        match self {
            Link::Pg(link) => link.rows(statement, take).await,
            Link::Lite(link) => link.rows(&statement, take),
        }
    }

    /// How many rows were changed.
    pub(crate) async fn count(&mut self, statement: Statement) -> QueryResult<usize> {
        match self {
            Link::Pg(link) => link.count(statement).await,
            Link::Lite(link) => link.count(&statement),
        }
    }
}
