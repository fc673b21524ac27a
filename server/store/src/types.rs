//! One SQL type per logical type, mapped to what each database has for it, so that one table set and one
//! query body serve both: ids are `uuid` or 16 bytes, instants `timestamptz` or microseconds, JSON `jsonb`
//! or text, and words (parsed domain values) are text that is parsed when it is read.

use std::io::Write;

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{self, SqlType},
    sqlite::{Sqlite, SqliteValue},
};
use jiff::Timestamp;
use rowhouse_domain::{content, id, tenant};
use uuid::Uuid;

/// An id: `uuid`, or `BLOB` of 16 bytes.
#[derive(SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct DbUuid;

/// An instant: `timestamptz`, or `INTEGER` of microseconds since 1970.
#[derive(SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct DbInstant;

/// JSON: `jsonb`, or `TEXT`.
#[derive(SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct DbJson;

/// A parsed domain value kept as `text`.
#[derive(SqlType, QueryId)]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
#[diesel(sqlite_type(name = "Text"))]
pub struct DbText;

impl sql_types::SqlOrd for DbInstant {}
impl sql_types::SqlOrd for DbUuid {}
impl sql_types::SqlOrd for DbText {}

/// A domain value as a column holds it. The domain knows nothing of databases, so its values are wrapped
/// where they meet one; `Deref` gives the value back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = DbUuid)]
#[diesel(sql_type = DbText)]
#[diesel(sql_type = DbInstant)]
pub struct Col<T: std::fmt::Debug + Send + Sync + 'static>(pub T);

impl<T: std::fmt::Debug + Send + Sync> std::ops::Deref for Col<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: std::fmt::Debug + Send + Sync> From<T> for Col<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// A domain value that is a UUID.
pub trait UuidValue: std::fmt::Debug + Send + Sync + 'static {
    /// The UUID.
    fn uuid(&self) -> &Uuid;
    /// The value for a UUID.
    fn of(uuid: Uuid) -> Self;
}

macro_rules! uuids {
    ($($t:path),* $(,)?) => {$(
        impl UuidValue for $t {
            fn uuid(&self) -> &Uuid {
                &self.0
            }

            fn of(uuid: Uuid) -> Self {
                $t(uuid)
            }
        }
    )*};
}

uuids!(
    id::TenantId,
    id::UserId,
    id::RoleId,
    id::ItemId,
    id::VersionId,
    id::TermId,
    id::MediaId,
    id::MenuEntryId,
    id::RedirectId,
    id::JobId,
    id::NodeId,
    rowhouse_domain::coherence::Token,
);

impl UuidValue for Uuid {
    fn uuid(&self) -> &Uuid {
        self
    }

    fn of(uuid: Uuid) -> Self {
        uuid
    }
}

impl<T: UuidValue> ToSql<DbUuid, Pg> for Col<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<T: UuidValue> FromSql<DbUuid, Pg> for Col<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Col(T::of(Uuid::from_slice(value.as_bytes())?)))
    }
}
impl<T: UuidValue> ToSql<DbUuid, Sqlite> for Col<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.uuid().as_bytes().as_slice());
        Ok(IsNull::No)
    }
}
impl<T: UuidValue> FromSql<DbUuid, Sqlite> for Col<T> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<sql_types::Binary, Sqlite>>::from_sql(value)?;
        Ok(Col(T::of(Uuid::from_slice(&bytes)?)))
    }
}

/// A domain value that is kept as the text it prints and parses.
pub trait TextValue: std::fmt::Display + std::fmt::Debug + Sized + Send + Sync + 'static {
    /// Reads the stored text.
    ///
    /// # Errors
    /// If it is not of this type: somebody else wrote into the database.
    fn read(text: &str) -> deserialize::Result<Self>;
}

macro_rules! texts {
    ($($t:ty),* $(,)?) => {$(
        impl TextValue for $t {
            fn read(text: &str) -> deserialize::Result<Self> {
                Ok(text.parse()?)
            }
        }
    )*};
}

texts!(
    tenant::TenantState,
    tenant::Isolation,
    tenant::Recipe,
    content::Kind,
    content::Status,
    content::Format,
    content::Taxonomy,
    content::MenuPlace,
    rowhouse_domain::job::JobState,
    rowhouse_domain::node::NodeState,
    rowhouse_domain::name::TenantName,
    rowhouse_domain::name::Prefix,
    rowhouse_domain::name::Slug,
    rowhouse_domain::name::RoutePath,
);

impl<T: TextValue> ToSql<DbText, Pg> for Col<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write!(out, "{}", self.0)?;
        Ok(IsNull::No)
    }
}
impl<T: TextValue> FromSql<DbText, Pg> for Col<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Col(T::read(std::str::from_utf8(value.as_bytes())?)?))
    }
}
impl<T: TextValue> ToSql<DbText, Sqlite> for Col<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}
impl<T: TextValue> FromSql<DbText, Sqlite> for Col<T> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Col(T::read(&text)?))
    }
}

/// 2000-01-01, the origin of PostgreSQL's timestamps, in microseconds since 1970.
const PG_EPOCH: i64 = 946_684_800_000_000;

impl ToSql<DbInstant, Pg> for Col<Timestamp> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&(self.0.as_microsecond() - PG_EPOCH).to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<DbInstant, Pg> for Col<Timestamp> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
        Ok(Col(Timestamp::from_microsecond(micros + PG_EPOCH)?))
    }
}
impl ToSql<DbInstant, Sqlite> for Col<Timestamp> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_microsecond());
        Ok(IsNull::No)
    }
}
impl FromSql<DbInstant, Sqlite> for Col<Timestamp> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<sql_types::BigInt, Sqlite>>::from_sql(value)?;
        Ok(Col(Timestamp::from_microsecond(micros)?))
    }
}

/// Any serde value kept as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = DbJson)]
pub struct Json<T: Send + Sync + 'static>(pub T);

impl<T: serde::Serialize + std::fmt::Debug + Send + Sync> ToSql<DbJson, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        // jsonb's wire format begins with a version byte
        out.write_all(&[1])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}
impl<T: serde::de::DeserializeOwned + Send + Sync> FromSql<DbJson, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((1, json)) => Ok(Json(serde_json::from_slice(json)?)),
            _ => Err("jsonb of an unknown version".into()),
        }
    }
}
impl<T: serde::Serialize + std::fmt::Debug + Send + Sync> ToSql<DbJson, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<T: serde::de::DeserializeOwned + Send + Sync> FromSql<DbJson, Sqlite> for Json<T> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Json(serde_json::from_str(&text)?))
    }
}
