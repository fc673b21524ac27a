//! A link to a PostgreSQL server.

use std::collections::HashMap;

use diesel::QueryResult;
use futures_util::{FutureExt, TryStreamExt, future::OptionFuture};
use tokio_postgres::{Client, RowStream};

use super::{PREPARED, fault::of_postgres};
use crate::sql::{Bind, Line, Statement, Taker};

const READING: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(crate) struct Pg {
    client: Client,
    prepared: HashMap<String, tokio_postgres::Statement>,
    /// A transaction that reads is to be opened: its beginning travels with its first statement.
    beginning: bool,
}

/// The server answers in the order that it is asked in, so both are sent before the first answer is waited for.
macro_rules! after_beginning {
    ($self:ident, $statement:expr) => {{
        let begun = std::mem::take(&mut $self.beginning).then(|| $self.client.batch_execute(READING));
        let (begun, done) = futures_util::join!(OptionFuture::from(begun), $statement);
        begun.transpose().and(done).map_err(of_postgres)
    }};
}

impl Pg {
    pub(super) fn new(client: Client) -> Self {
        Self { client, prepared: HashMap::new(), beginning: false }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(super) fn begin_reading(&mut self) {
        self.beginning = true;
    }

    /// Nobody waits for the end of what changed nothing: whatever is asked next on this link comes after it.
    pub(super) fn end_reading(&mut self) -> QueryResult<()> {
        if std::mem::take(&mut self.beginning) {
            return Ok(());
        }
        match self.client.batch_execute("COMMIT").now_or_never() {
            Some(done) => done.map_err(of_postgres),
            None => Ok(()),
        }
    }

    pub(super) async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        after_beginning!(self, self.client.batch_execute(sql))
    }

    pub(super) async fn rows(&mut self, statement: Statement, take: &mut Taker<'_>) -> QueryResult<()> {
        let Statement { sql, binds, lasting } = statement;
        if lasting {
            let prepared = self.prepared(sql, &binds).await?;
            return after_beginning!(self, async {
                taken(self.client.query_raw(&prepared, binds).await?, take).await
            })?;
        }
        after_beginning!(self, async {
            taken(self.client.query_typed_raw(&sql, typed(binds)).await?, take).await
        })?
    }

    pub(super) async fn count(&mut self, statement: Statement) -> QueryResult<usize> {
        let Statement { sql, binds, lasting } = statement;
        let rows: u64 = if lasting {
            let prepared = self.prepared(sql, &binds).await?;
            after_beginning!(self, self.client.execute_raw(&prepared, binds))?
        } else {
            after_beginning!(self, async {
                let answer = self.client.query_typed_raw(&sql, typed(binds)).await?;
                let mut answer = std::pin::pin!(answer);
                while answer.try_next().await?.is_some() {}
                Ok(answer.rows_affected().unwrap_or_default())
            })?
        };
        Ok(usize::try_from(rows).unwrap_or(usize::MAX))
    }

    /// The statement as the server has it prepared; the kinds of its values belong to its text.
    async fn prepared(&mut self, sql: String, binds: &[Bind]) -> QueryResult<tokio_postgres::Statement> {
        if let Some(known) = self.prepared.get(&sql) {
            return Ok(known.clone());
        }
        let types: Vec<_> = binds.iter().map(Bind::pg_type).collect();
        let fresh = after_beginning!(self, self.client.prepare_typed(&sql, &types))?;
        if self.prepared.len() >= PREPARED {
            self.prepared.clear();
        }
        self.prepared.insert(sql, fresh.clone());
        Ok(fresh)
    }
}

/// Gives the rows on as they come; after one that cannot be read the others are passed over.
async fn taken(answer: RowStream, take: &mut Taker<'_>) -> Result<QueryResult<()>, tokio_postgres::Error> {
    let (mut answer, mut done) = (std::pin::pin!(answer), Ok(()));
    while let Some(row) = answer.try_next().await? {
        done = done.and_then(|()| take(&Line::Postgres(&row)));
    }
    Ok(done)
}

fn typed(binds: Vec<Bind>) -> impl Iterator<Item = (Bind, tokio_postgres::types::Type)> {
    binds.into_iter().map(|bind| {
        let kind = bind.pg_type();
        (bind, kind)
    })
}
