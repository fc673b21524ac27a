//! Where the two differ in words, or where the query builder leaves the words to its backends.

use diesel::{
    QueryResult,
    backend::sql_dialect::on_conflict_clause::{
        PgLikeOnConflictClause, SupportsOnConflictClause, SupportsOnConflictClauseWhere,
    },
    expression::array_comparison::{In, InExpression, Many, NotIn},
    query_builder::{
        AstPass, BoxedLimitOffsetClause, IntoBoxedClause, LimitClause, LimitOffsetClause, NoLimitClause,
        NoOffsetClause, OffsetClause, Query, QueryFragment, QueryId,
    },
    serialize::ToSql,
    sql_types::{HasSqlType, SingleValue},
};

use super::Sql;

/// `ON CONFLICT` as both understand it.
#[derive(Clone, Copy, Debug)]
pub struct OnConflict;

impl SupportsOnConflictClause for OnConflict {}
impl SupportsOnConflictClauseWhere for OnConflict {}
impl PgLikeOnConflictClause for OnConflict {}

/// `IN` with a list.
#[derive(Clone, Copy, Debug)]
pub struct ListComparison;

macro_rules! comparison {
    ($node:ident, $word:literal, $of_nothing:literal) => {
        impl<T, U> QueryFragment<Sql, ListComparison> for $node<T, U>
        where
            T: QueryFragment<Sql>,
            U: QueryFragment<Sql> + InExpression,
        {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sql>) -> QueryResult<()> {
                if self.values.is_empty() {
                    out.push_sql($of_nothing);
                    return Ok(());
                }
                self.left.walk_ast(out.reborrow())?;
                out.push_sql($word);
                self.values.walk_ast(out.reborrow())?;
                out.push_sql(")");
                Ok(())
            }
        }
    };
}
comparison!(In, " IN (", "1=0");
comparison!(NotIn, " NOT IN (", "1=1");

/// Lists are filled up with their last value to one of few lengths, so that the query has one of few texts and
/// stays prepared.
impl<ST, I> QueryFragment<Sql, ListComparison> for Many<ST, I>
where
    Sql: HasSqlType<ST>,
    ST: SingleValue,
    I: ToSql<ST, Sql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sql>) -> QueryResult<()> {
        let filled = self.values.len().next_power_of_two();
        let last = self.values.last();
        let padded = self.values.iter().chain(last.into_iter().cycle()).take(filled);
        for (at, value) in padded.enumerate() {
            if at > 0 {
                out.push_sql(", ");
            }
            out.push_bind_param::<ST, I>(value)?;
        }
        Ok(())
    }
}

impl QueryFragment<Sql> for LimitOffsetClause<NoLimitClause, NoOffsetClause> {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, Sql>) -> QueryResult<()> {
        Ok(())
    }
}

impl<L> QueryFragment<Sql> for LimitOffsetClause<LimitClause<L>, NoOffsetClause>
where
    LimitClause<L>: QueryFragment<Sql>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sql>) -> QueryResult<()> {
        self.limit_clause.walk_ast(out)
    }
}

impl<L, O> QueryFragment<Sql> for LimitOffsetClause<LimitClause<L>, OffsetClause<O>>
where
    LimitClause<L>: QueryFragment<Sql>,
    OffsetClause<O>: QueryFragment<Sql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sql>) -> QueryResult<()> {
        self.limit_clause.walk_ast(out.reborrow())?;
        self.offset_clause.walk_ast(out)
    }
}

/// SQLite has no offset without a limit, and no query has one either.
impl QueryFragment<Sql> for BoxedLimitOffsetClause<'_, Sql> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sql>) -> QueryResult<()> {
        for part in [&self.limit, &self.offset].into_iter().flatten() {
            part.walk_ast(out.reborrow())?;
        }
        Ok(())
    }
}

impl<'a> IntoBoxedClause<'a, Sql> for LimitOffsetClause<NoLimitClause, NoOffsetClause> {
    type BoxedClause = BoxedLimitOffsetClause<'a, Sql>;

    fn into_boxed(self) -> Self::BoxedClause {
        BoxedLimitOffsetClause { limit: None, offset: None }
    }
}

/// A query whose rows stay locked until the transaction ends. SQLite's one writer holds everything anyway.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locking<Q> {
    query: Q,
    words: &'static str,
}

/// Queries that lock what they read.
pub(crate) trait Locked: Sized {
    /// Waits for rows that others hold.
    fn locked(self) -> Locking<Self> {
        Locking { query: self, words: " FOR UPDATE" }
    }

    /// Leaves out rows that others hold.
    fn locked_if_free(self) -> Locking<Self> {
        Locking { query: self, words: " FOR UPDATE SKIP LOCKED" }
    }
}

impl<Q: Query> Locked for Q {}

impl<Q: QueryFragment<Sql>> QueryFragment<Sql> for Locking<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sql>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        if *out.backend() == Sql::Postgres {
            out.push_sql(self.words);
        }
        Ok(())
    }
}

impl<Q> QueryId for Locking<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Locking<Q> {
    type SqlType = Q::SqlType;
}
