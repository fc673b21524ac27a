//! How queries are run. The type of a query tells all of it, so what prepares it, sends it and reads the answer
//! would be compiled anew for each of some hundred queries, for each kind of database. Here a query's type is
//! forgotten before it is run; what is left of it is how it is written and which values it takes.

use diesel::{
    QueryResult, Selectable,
    backend::Backend,
    deserialize::FromSqlRow,
    dsl::Limit,
    pg::Pg,
    query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId},
    query_dsl::{CompatibleType, methods::LimitDsl},
    result::Error,
    row::Row,
    sql_types::Untyped,
    sqlite::Sqlite,
};
use diesel_async::AsyncConnectionCore;
use futures_util::{TryStreamExt, future::BoxFuture};

use crate::conn::{Conn, Inner, LiteConn, PgConn};

/// A query of a type that nobody knows any more.
pub(crate) struct Forgotten<'q, DB: Backend>(Box<dyn QueryFragment<DB> + Send + 'q>);

impl<DB: Backend> QueryFragment<DB> for Forgotten<'_, DB> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

impl<DB: Backend> QueryId for Forgotten<'_, DB> {
    type QueryId = ();
    // prepared statements are found by their text
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> Query for Forgotten<'_, DB> {
    type SqlType = Untyped;
}

/// A connection to one kind of database, which runs such queries.
trait Runner: Send {
    type Db: Backend;
    type Row: for<'r> Row<'r, Self::Db> + Send;

    /// All rows of the answer.
    fn rows<'a>(&'a mut self, query: Forgotten<'a, Self::Db>) -> BoxFuture<'a, QueryResult<Vec<Self::Row>>>;

    /// How many rows were changed.
    fn count<'a>(&'a mut self, query: Forgotten<'a, Self::Db>) -> BoxFuture<'a, QueryResult<usize>>;
}

/// A query that changes rows by way of `C`: of one kind of database, or of either.
pub(crate) trait Change<C>: Sized {
    fn change<'a>(self, conn: &'a mut C) -> BoxFuture<'a, QueryResult<usize>>
    where
        Self: 'a;
}

/// A query that is answered with rows of `U` by way of `C`.
pub(crate) trait Ask<C, U>: Sized {
    fn all<'a>(self, conn: &'a mut C) -> BoxFuture<'a, QueryResult<Vec<U>>>
    where
        Self: 'a,
        U: 'a;
}

macro_rules! runner {
    ($conn:ty, $db:ty) => {
        impl Runner for $conn {
            type Db = $db;
            type Row = <Self as AsyncConnectionCore>::Row<'static, 'static>;

            fn rows<'a>(
                &'a mut self,
                query: Forgotten<'a, $db>,
            ) -> BoxFuture<'a, QueryResult<Vec<Self::Row>>> {
                let answer = AsyncConnectionCore::load(self, query);
                Box::pin(async { answer.await?.try_collect().await })
            }

            fn count<'a>(&'a mut self, query: Forgotten<'a, $db>) -> BoxFuture<'a, QueryResult<usize>> {
                self.execute_returning_count(query)
            }
        }

        impl<Q: QueryFragment<$db> + Send> Change<$conn> for Q {
            fn change<'a>(self, conn: &'a mut $conn) -> BoxFuture<'a, QueryResult<usize>>
            where
                Self: 'a,
            {
                conn.count(Forgotten(Box::new(self)))
            }
        }

        impl<Q, U, ST> Ask<$conn, U> for Q
        where
            Q: AsQuery,
            Q::Query: QueryFragment<$db> + Send,
            Q::SqlType: CompatibleType<U, $db, SqlType = ST>,
            U: FromSqlRow<ST, $db> + Send,
        {
            fn all<'a>(self, conn: &'a mut $conn) -> BoxFuture<'a, QueryResult<Vec<U>>>
            where
                Self: 'a,
                U: 'a,
            {
                Box::pin(read(conn.rows(Forgotten(Box::new(self.as_query()))), U::build_from_row))
            }
        }
    };
}
runner!(PgConn, Pg);
runner!(LiteConn, Sqlite);

async fn read<R, U>(
    rows: BoxFuture<'_, QueryResult<Vec<R>>>,
    read: fn(&R) -> diesel::deserialize::Result<U>,
) -> QueryResult<Vec<U>> {
    rows.await?.iter().map(|row| read(row).map_err(Error::DeserializationError)).collect()
}

impl<Q: Change<PgConn> + Change<LiteConn>> Change<Conn> for Q {
    fn change<'a>(self, conn: &'a mut Conn) -> BoxFuture<'a, QueryResult<usize>>
    where
        Self: 'a,
    {
        match conn.inner() {
            Inner::Pg(conn) => self.change(conn),
            Inner::Lite(conn) => self.change(conn),
        }
    }
}

impl<U, Q: Ask<PgConn, U> + Ask<LiteConn, U>> Ask<Conn, U> for Q {
    fn all<'a>(self, conn: &'a mut Conn) -> BoxFuture<'a, QueryResult<Vec<U>>>
    where
        Self: 'a,
        U: 'a,
    {
        match conn.inner() {
            Inner::Pg(conn) => self.all(conn),
            Inner::Lite(conn) => self.all(conn),
        }
    }
}

/// The ends that queries take, named as diesel names them.
pub(crate) trait RunQueryDsl<C>: Sized {
    /// Runs it and tells how many rows were changed.
    fn execute<'a>(self, conn: &'a mut C) -> BoxFuture<'a, QueryResult<usize>>
    where
        Self: Change<C> + 'a,
    {
        self.change(conn)
    }

    /// All rows.
    fn load<'a, U>(self, conn: &'a mut C) -> BoxFuture<'a, QueryResult<Vec<U>>>
    where
        Self: Ask<C, U> + 'a,
        U: 'a,
    {
        self.all(conn)
    }

    /// The only row, or the first of several; [`Error::NotFound`] if there is none.
    fn get_result<'a, U>(self, conn: &'a mut C) -> BoxFuture<'a, QueryResult<U>>
    where
        Self: Ask<C, U> + 'a,
        U: Send + 'a,
    {
        Box::pin(first_of(self.all(conn)))
    }

    /// The first row, and no more is asked for; [`Error::NotFound`] if there is none.
    fn first<'a, U>(self, conn: &'a mut C) -> BoxFuture<'a, QueryResult<U>>
    where
        Self: LimitDsl,
        Limit<Self>: Ask<C, U> + 'a,
        U: Send + 'a,
    {
        Box::pin(first_of(self.limit(1).all(conn)))
    }
}

impl<Q, C> RunQueryDsl<C> for Q {}

async fn first_of<U>(all: BoxFuture<'_, QueryResult<Vec<U>>>) -> QueryResult<U> {
    all.await?.into_iter().next().ok_or(Error::NotFound)
}

/// The columns of a row, for either kind of database, in the order that it is read in.
pub(crate) fn columns<R: Selectable<Pg>>() -> R::SelectExpression {
    R::construct_selection()
}
