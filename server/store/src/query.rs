//! How queries are run. The type of a query tells all of it, so what sends it and reads the answer would be compiled
//! anew for each of some hundred queries. Here a query is written down first; what is left of its type is how it is
//! written, and how a row of its answer is read.

use diesel::{
    QueryResult, Selectable,
    deserialize::FromSqlRow,
    dsl::Limit,
    query_builder::{AsQuery, QueryFragment},
    query_dsl::{CompatibleType, methods::LimitDsl},
    result::Error,
};
use futures_util::future::BoxFuture;

use crate::{
    conn::Conn,
    sql::{Answer, Line, Sql, Statement},
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
        let answer = asked(conn, &self.as_query());
        Box::pin(async { read(&answer.await?, |line| U::build_from_row(line)) })
    }
}

fn asked<'a>(conn: &'a mut Conn, query: &dyn QueryFragment<Sql>) -> BoxFuture<'a, QueryResult<Answer>> {
    match Statement::of(query, conn.database()) {
        Ok(statement) => conn.rows(statement),
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}

fn changed<'a>(conn: &'a mut Conn, query: &dyn QueryFragment<Sql>) -> BoxFuture<'a, QueryResult<usize>> {
    match Statement::of(query, conn.database()) {
        Ok(statement) => conn.count(statement),
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}

fn read<U>(answer: &Answer, read: fn(&Line<'_>) -> diesel::deserialize::Result<U>) -> QueryResult<Vec<U>> {
    answer.lines().map(|line| read(&line).map_err(Error::DeserializationError)).collect()
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
