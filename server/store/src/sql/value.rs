//! Values as the databases have them, and what they are in Rust.

use diesel::{
    deserialize::{self, FromSql, FromSqlRef},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, Binary, Bool, Integer, Text},
};
use rusqlite::types::ValueRef;

use super::{Bind, Sql};

/// A value out of a row.
#[derive(Clone, Copy, Debug)]
pub enum Raw<'a> {
    /// As PostgreSQL sends it.
    Postgres(&'a [u8]),
    /// As SQLite keeps it.
    Sqlite(ValueRef<'a>),
}

impl<'a> Raw<'a> {
    /// Names the kind alone: what stands in a database may be a secret, and errors are logged.
    fn is_not<T>(self, wanted: &str) -> deserialize::Result<T> {
        let found = match self {
            Raw::Sqlite(value) => value.data_type().to_string(),
            Raw::Postgres(bytes) => format!("{} bytes", bytes.len()),
        };
        Err(format!("{wanted} was expected, and {found} is there").into())
    }

    /// A whole number.
    pub(crate) fn long(self) -> deserialize::Result<i64> {
        match self {
            Raw::Sqlite(ValueRef::Integer(value)) => Ok(value),
            Raw::Postgres(bytes) => Ok(i64::from_be_bytes(bytes.try_into()?)),
            Raw::Sqlite(_) => self.is_not("a whole number"),
        }
    }

    /// Text.
    pub(crate) fn text(self) -> deserialize::Result<&'a str> {
        match self {
            Raw::Postgres(bytes) | Raw::Sqlite(ValueRef::Text(bytes)) => Ok(std::str::from_utf8(bytes)?),
            Raw::Sqlite(_) => self.is_not("text"),
        }
    }

    /// Bytes.
    pub(crate) fn bytes(self) -> deserialize::Result<&'a [u8]> {
        match self {
            Raw::Postgres(bytes) | Raw::Sqlite(ValueRef::Blob(bytes)) => Ok(bytes),
            Raw::Sqlite(_) => self.is_not("bytes"),
        }
    }

    /// Microseconds since 1970.
    pub(crate) fn instant(self) -> deserialize::Result<i64> {
        let value = self.long()?;
        Ok(if matches!(self, Raw::Postgres(_)) { value + super::bind::PG_EPOCH } else { value })
    }

    /// A document, written as JSON.
    pub(crate) fn json(self) -> deserialize::Result<&'a [u8]> {
        match self {
            Raw::Sqlite(_) => Ok(self.text()?.as_bytes()),
            Raw::Postgres(bytes) => match bytes.split_first() {
                Some((1, json)) => Ok(json),
                _ => Err("jsonb of an unknown version".into()),
            },
        }
    }
}

impl FromSql<Bool, Sql> for bool {
    fn from_sql(value: Raw<'_>) -> deserialize::Result<Self> {
        match value {
            Raw::Postgres([byte]) => Ok(*byte != 0),
            Raw::Sqlite(ValueRef::Integer(value)) => Ok(value != 0),
            _ => value.is_not("yes or no"),
        }
    }
}

impl FromSql<Integer, Sql> for i32 {
    fn from_sql(value: Raw<'_>) -> deserialize::Result<Self> {
        match value {
            Raw::Postgres(bytes) => Ok(i32::from_be_bytes(bytes.try_into()?)),
            Raw::Sqlite(_) => Ok(i32::try_from(value.long()?)?),
        }
    }
}

impl FromSql<BigInt, Sql> for i64 {
    fn from_sql(value: Raw<'_>) -> deserialize::Result<Self> {
        value.long()
    }
}

impl<'a> FromSqlRef<'a, Text, Sql> for &'a str {
    fn from_sql(value: &'a mut Raw<'_>) -> deserialize::Result<Self> {
        value.text()
    }
}

impl<'a> FromSqlRef<'a, Binary, Sql> for &'a [u8] {
    fn from_sql(value: &'a mut Raw<'_>) -> deserialize::Result<Self> {
        value.bytes()
    }
}

macro_rules! binds {
    ($($value:ty as $sql:ty => |$from:ident| $bind:expr),* $(,)?) => {$(
        impl ToSql<$sql, Sql> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sql>) -> serialize::Result {
                let $from = self;
                out.set_value($bind);
                Ok(IsNull::No)
            }
        }
    )*};
}

binds!(
    bool as Bool => |value| Bind::Bool(*value),
    i32 as Integer => |value| Bind::Int(*value),
    i64 as BigInt => |value| Bind::Long(*value),
    str as Text => |value| Bind::Text(value.to_owned()),
    [u8] as Binary => |value| Bind::Bytes(value.to_vec()),
);
