//! One language for both databases. To the query builder they are one backend, [`Sql`], so that every query is
//! compiled once; which of the two is meant is known when a query is written down, not before.

mod bind;
mod fragment;
mod row;
mod statement;
mod value;
mod writer;

use diesel::{
    backend::{Backend, DieselReserveSpecialization, SqlDialect, TrustedBackend, sql_dialect},
    sql_types::{self, HasSqlType, TypeMetadata},
};

use self::{bind::Binds, writer::Writer};
pub(crate) use self::{
    bind::{Bind, Kind},
    fragment::Locked,
    row::{Line, Taker},
    statement::Statement,
    value::Raw,
};
use crate::types::{DbInstant, DbJson, DbText, DbUuid};

/// Which database a query is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sql {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Backend for Sql {
    type QueryBuilder = Writer;
    type RawValue<'a> = Raw<'a>;
    type BindCollector<'a> = Binds;
}

impl TypeMetadata for Sql {
    type TypeMetadata = Kind;
    type MetadataLookup = ();
}

/// What both understand. Where they differ, [`fragment`] has words of its own.
impl SqlDialect for Sql {
    type ReturningClause = sql_dialect::returning_clause::PgLikeReturningClause;
    type OnConflictClause = fragment::OnConflict;
    // SQLite has no such keyword; rows name all their columns, so that it never comes up
    type InsertWithDefaultKeyword = sql_dialect::default_keyword_for_insert::IsoSqlDefaultKeyword;
    type BatchInsertSupport = sql_dialect::batch_insert_support::PostgresLikeBatchInsertSupport;
    type ConcatClause = sql_dialect::concat_clause::ConcatWithPipesClause;
    type DefaultValueClauseForInsert = sql_dialect::default_value_clause::AnsiDefaultValueClause;
    type EmptyFromClauseSyntax = sql_dialect::from_clause_syntax::AnsiSqlFromClauseSyntax;
    type ExistsSyntax = sql_dialect::exists_syntax::AnsiSqlExistsSyntax;
    type ArrayComparison = fragment::ListComparison;
    type SelectStatementSyntax = sql_dialect::select_statement_syntax::AnsiSqlSelectStatement;
    type AliasSyntax = sql_dialect::alias_syntax::AsAliasSyntax;
    type WindowFrameClauseGroupSupport =
        sql_dialect::window_frame_clause_group_support::IsoGroupWindowFrameUnit;
    type WindowFrameExclusionSupport = sql_dialect::window_frame_exclusion_support::FrameExclusionSupport;
    type AggregateFunctionExpressions =
        sql_dialect::aggregate_function_expressions::PostgresLikeAggregateFunctionExpressions;
    type BuiltInWindowFunctionRequireOrder =
        sql_dialect::built_in_window_function_require_order::NoOrderRequired;
}

impl DieselReserveSpecialization for Sql {}
impl TrustedBackend for Sql {}

macro_rules! kinds {
    ($($sql:ty => $kind:ident),* $(,)?) => {$(
        impl HasSqlType<$sql> for Sql {
            fn metadata(_: &mut ()) -> Kind {
                Kind::$kind
            }
        }
    )*};
}

kinds!(
    sql_types::Bool => Bool,
    sql_types::SmallInt => Small,
    sql_types::Integer => Int,
    sql_types::BigInt => Long,
    sql_types::Float => Float,
    sql_types::Double => Double,
    sql_types::Text => Text,
    sql_types::Binary => Bytes,
    // no column has these; the query builder wants to know them
    sql_types::Date => Text,
    sql_types::Time => Text,
    sql_types::Timestamp => Text,
    DbUuid => Uuid,
    DbInstant => Instant,
    DbJson => Json,
    DbText => Text,
);
