//! Values on their way into a database.

use std::error::Error;

use diesel::{
    QueryResult,
    query_builder::bind_collector::BindCollector,
    result::Error::SerializationError,
    serialize::{IsNull, Output, ToSql},
    sql_types::HasSqlType,
};
use rusqlite::types::{Null, ToSqlOutput, ValueRef};
use tokio_postgres::types::{self as pg, Type, private::BytesMut};
use uuid::Uuid;

use super::Sql;

/// The kinds of values that columns hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Bool,
    /// 16 bits.
    Small,
    /// 32 bits.
    Int,
    /// 64 bits.
    Long,
    /// 32 bits with a point.
    Float,
    /// 64 bits with a point.
    Double,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// An id.
    Uuid,
    /// A moment.
    Instant,
    /// A document.
    Json,
}

impl Kind {
    /// As PostgreSQL calls it.
    const fn of_postgres(self) -> Type {
        match self {
            Kind::Bool => Type::BOOL,
            Kind::Small => Type::INT2,
            Kind::Int => Type::INT4,
            Kind::Long => Type::INT8,
            Kind::Float => Type::FLOAT4,
            Kind::Double => Type::FLOAT8,
            Kind::Text => Type::TEXT,
            Kind::Bytes => Type::BYTEA,
            Kind::Uuid => Type::UUID,
            Kind::Instant => Type::TIMESTAMPTZ,
            Kind::Json => Type::JSONB,
        }
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Bind {
    /// None, of this kind.
    Null(Kind),
    /// Yes or no.
    Bool(bool),
    /// 32 bits.
    Int(i32),
    /// 64 bits.
    Long(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An id.
    Uuid(Uuid),
    /// A moment, in microseconds since 1970.
    Instant(i64),
    /// A document, written as JSON.
    Json(String),
}

/// 2000-01-01, the origin of PostgreSQL's moments, in microseconds since 1970.
pub(super) const PG_EPOCH: i64 = 946_684_800_000_000;

impl Bind {
    /// What PostgreSQL is told that it is.
    pub(crate) const fn pg_type(&self) -> Type {
        let kind = match self {
            Bind::Null(kind) => *kind,
            Bind::Bool(_) => Kind::Bool,
            Bind::Int(_) => Kind::Int,
            Bind::Long(_) => Kind::Long,
            Bind::Text(_) => Kind::Text,
            Bind::Bytes(_) => Kind::Bytes,
            Bind::Uuid(_) => Kind::Uuid,
            Bind::Instant(_) => Kind::Instant,
            Bind::Json(_) => Kind::Json,
        };
        kind.of_postgres()
    }
}

impl pg::ToSql for Bind {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<pg::IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Bind::Null(_) => return Ok(pg::IsNull::Yes),
            Bind::Bool(value) => return pg::ToSql::to_sql(value, ty, out),
            Bind::Int(value) => return pg::ToSql::to_sql(value, ty, out),
            Bind::Long(value) => return pg::ToSql::to_sql(value, ty, out),
            Bind::Text(text) => out.extend_from_slice(text.as_bytes()),
            Bind::Bytes(bytes) => out.extend_from_slice(bytes),
            Bind::Uuid(id) => out.extend_from_slice(id.as_bytes()),
            Bind::Instant(micros) => out.extend_from_slice(&(micros - PG_EPOCH).to_be_bytes()),
            Bind::Json(text) => {
                // its wire format begins with a version
                out.extend_from_slice(&[1]);
                out.extend_from_slice(text.as_bytes());
            }
        }
        Ok(pg::IsNull::No)
    }

    /// A statement is prepared with the types of its values, so that each is the one that it was made for.
    fn accepts(_: &Type) -> bool {
        true
    }

    pg::to_sql_checked!();
}

impl rusqlite::ToSql for Bind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Bind::Null(_) => Null.into(),
            Bind::Bool(value) => (*value).into(),
            Bind::Int(value) => (*value).into(),
            Bind::Long(value) | Bind::Instant(value) => (*value).into(),
            Bind::Text(text) | Bind::Json(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Bind::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Bind::Uuid(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
        })
    }
}

/// The values of a query, in the order of its placeholders.
#[derive(Debug, Default)]
pub struct Binds(pub(super) Vec<Bind>);

impl<'a> BindCollector<'a, Sql> for Binds {
    type Buffer = Bind;

    fn push_bound_value<T, U>(&mut self, bind: &'a U, lookup: &mut ()) -> QueryResult<()>
    where
        Sql: HasSqlType<T>,
        U: ToSql<T, Sql> + ?Sized + 'a,
    {
        let kind = <Sql as HasSqlType<T>>::metadata(lookup);
        let mut out = Output::new(Bind::Null(kind), lookup);
        let value = match bind.to_sql(&mut out).map_err(SerializationError)? {
            IsNull::No => out.into_inner(),
            IsNull::Yes => Bind::Null(kind),
        };
        self.0.push(value);
        Ok(())
    }

    fn push_null_value(&mut self, kind: Kind) -> QueryResult<()> {
        self.0.push(Bind::Null(kind));
        Ok(())
    }
}
