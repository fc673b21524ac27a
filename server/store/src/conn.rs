//! One connection in use: its transaction, and the count of its statements.

use diesel::QueryResult;
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    error::Result,
    link::{Db, Kept, Link},
    sql::{Sql, Statement, Taker},
};

/// A pooled connection. It goes back to its pool when dropped, unless a transaction is still open on it:
/// then it is closed, so that nobody inherits half a transaction.
pub(crate) struct Conn {
    /// Only emptied in `drop`.
    kept: Option<Kept>,
    transaction: Option<Begin>,
    purpose: Purpose,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Conn {
    /// A connection to `db`, for statements with this purpose.
    pub(crate) async fn of(db: &Db, purpose: Purpose, permit: Option<OwnedSemaphorePermit>) -> Result<Self> {
        Ok(Self { kept: Some(db.get().await?), transaction: None, purpose, _permit: permit })
    }

    /// The link for one statement, which is counted by its purpose.
    fn link(&mut self) -> &mut Link {
        metrics::counter!("rowhouse_db_statements_total", "purpose" => self.purpose.as_str()).increment(1);
        match &mut self.kept {
            Some(kept) => kept,
            None => unreachable!("a connection is used after it was dropped"),
        }
    }

    /// Which kind of database it leads to.
    pub(crate) fn database(&self) -> Sql {
        self.kept.as_ref().map_or(Sql::Sqlite, |kept| kept.database())
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.database() == Sql::Postgres
    }

    /// Gives all rows of the answer to `take`.
    #[crate::boxed]
    pub(crate) async fn rows(&mut self, statement: Statement, take: &mut Taker<'_>) -> QueryResult<()> {
        self.link().rows(statement, take).await
    }

    /// How many rows were changed.
    #[crate::boxed]
    pub(crate) async fn count(&mut self, statement: Statement) -> QueryResult<usize> {
        self.link().count(statement).await
    }

    /// Runs statements that take no values.
    #[crate::boxed]
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.link().batch(sql).await?)
    }

    /// Opens a transaction of the given kind.
    #[crate::boxed]
    pub(crate) async fn begin(&mut self, kind: Begin) -> Result<()> {
        self.transaction = Some(kind);
        match kind {
            Begin::Read => self.link().begin_reading().await?,
            Begin::Write => self.link().begin_writing().await?,
        }
        Ok(())
    }

    #[crate::boxed]
    pub(crate) async fn commit(&mut self) -> Result<()> {
        match self.transaction {
            Some(Begin::Read) => self.link().end_reading().await?,
            Some(Begin::Write) | None => self.link().batch("COMMIT").await?,
        }
        self.transaction = None;
        Ok(())
    }

    /// Has the connection closed instead of going back to its pool: something may still be under way on it.
    pub(crate) fn give_up(&mut self) {
        self.transaction = Some(Begin::Write);
    }

    #[crate::boxed]
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        self.batch("ROLLBACK").await?;
        self.transaction = None;
        Ok(())
    }
}

rowhouse_domain::words! {
    /// What statements are for, as the metric `rowhouse_db_statements_total` counts them.
    pub enum Purpose {
        /// Pages for visitors.
        Read = "read",
        /// Changes that visitors see.
        Write = "write",
        /// Everything that visitors do not see.
        Private = "private",
        /// A question to a tenant's own version row, or its repair.
        Ask = "ask",
        /// The poll of the catalogue.
        Poll = "poll",
        /// Intents of writers.
        Intent = "intent",
        /// Signs of life of this node.
        Heartbeat = "heartbeat",
        /// Other work on the catalogue.
        Catalogue = "catalogue",
        /// Migrations, and making and dropping databases.
        Provision = "provision",
    }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// One snapshot, nothing changed.
    Read,
    /// Changes.
    Write,
}

impl Drop for Conn {
    fn drop(&mut self) {
        if self.transaction.is_some()
            && let Some(kept) = self.kept.take()
        {
            drop(Kept::take(kept));
        }
    }
}
