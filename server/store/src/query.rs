//! How queries are run. The type of a query tells all of it, so what sends it and reads the answer would be compiled
//! anew for each of some hundred queries. Here a query is written down first; what is left of its type is how it is
//! written, and how a row of its answer is read.

use diesel::{
    QueryResult, Selectable,
    deserialize::{self, FromSqlRow},
    dsl::Limit,
    query_builder::{AsQuery, QueryFragment},
    query_dsl::{CompatibleType, methods::LimitDsl},
    result::Error,
};
use futures_util::future::BoxFuture;

use crate::{
    conn::Conn,
    sql::{Line, Sql, Statement},
};

/// A query that is answered with rows of `U`.
pub(crate) trait Ask<U>: Sized {
    fn all<'a>(self, conn: &'a mut Conn) -> BoxFuture<'a, QueryResult<Vec<U>>>
    where
        Self: 'a,
        U: 'a;
}

impl<Q, U, ST> Ask<U> for Q
where
    Q: AsQuery,
    Q::Query: QueryFragment<Sql>,
    Q::SqlType: CompatibleType<U, Sql, SqlType = ST>,
    U: FromSqlRow<ST, Sql> + Send,
{
    fn all<'a>(self, conn: &'a mut Conn) -> BoxFuture<'a, QueryResult<Vec<U>>>
    where
        Self: 'a,
        U: 'a,
    {
        let statement = Statement::of(&self.as_query(), conn.database());
        Box::pin(gathered(conn, statement, |line| U::build_from_row(line)))
    }
}

async fn gathered<U: Send>(
    conn: &mut Conn,
    statement: QueryResult<Statement>,
    read: fn(&Line<'_>) -> deserialize::Result<U>,
) -> QueryResult<Vec<U>> {
    let mut all = Vec::new();
    let mut take = |line: &Line<'_>| {
        all.push(read(line).map_err(Error::DeserializationError)?);
        Ok(())
    };
    conn.rows(statement?, &mut take).await?;
    Ok(all)
}

fn changed<'a>(conn: &'a mut Conn, query: &dyn QueryFragment<Sql>) -> BoxFuture<'a, QueryResult<usize>> {
    match Statement::of(query, conn.database()) {
        Ok(statement) => conn.count(statement),
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}

/// Runs queries; in the words of the query builder's own connections.
pub(crate) trait RunQueryDsl: Sized {
    /// How many rows were changed.
    fn execute<'a>(self, conn: &'a mut Conn) -> BoxFuture<'a, QueryResult<usize>>
    where
        Self: QueryFragment<Sql>,
    {
        changed(conn, &self)
    }

    /// All rows.
    fn load<'a, U>(self, conn: &'a mut Conn) -> BoxFuture<'a, QueryResult<Vec<U>>>
    where
        Self: Ask<U> + 'a,
        U: 'a,
    {
        self.all(conn)
    }

    /// The only row, or the first of several; [`Error::NotFound`] if there is none.
    fn get_result<'a, U>(self, conn: &'a mut Conn) -> BoxFuture<'a, QueryResult<U>>
    where
        Self: Ask<U> + 'a,
        U: Send + 'a,
    {
        Box::pin(first_of(self.all(conn)))
    }

    /// The first row, and no more is asked for; [`Error::NotFound`] if there is none.
    fn first<'a, U>(self, conn: &'a mut Conn) -> BoxFuture<'a, QueryResult<U>>
    where
        Self: LimitDsl,
        Limit<Self>: Ask<U> + 'a,
        U: Send + 'a,
    {
        Box::pin(first_of(self.limit(1).all(conn)))
    }
}

impl<Q> RunQueryDsl for Q {}

async fn first_of<U>(all: BoxFuture<'_, QueryResult<Vec<U>>>) -> QueryResult<U> {
    all.await?.into_iter().next().ok_or(Error::NotFound)
}

/// The columns of a row, in the order that it is read in.
pub(crate) fn columns<R: Selectable<Sql>>() -> R::SelectExpression {
    R::construct_selection()
}
