//! One SQL type per logical type, mapped to what each database has for it, so that one table set and one
//! query body serve both: ids are `uuid` or 16 bytes, instants `timestamptz` or microseconds, JSON `jsonb`
//! or text, and words (parsed domain values) are text that is parsed when it is read.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{self, SqlType},
};
use jiff::Timestamp;
use rowhouse_domain::{content, id, tenant};
use uuid::Uuid;

use crate::sql::{Bind, Raw, Sql};

/// An id: `uuid`, or `BLOB` of 16 bytes.
#[derive(SqlType, QueryId)]
pub struct DbUuid;

/// An instant: `timestamptz`, or `INTEGER` of microseconds since 1970.
#[derive(SqlType, QueryId)]
pub struct DbInstant;

/// JSON: `jsonb`, or `TEXT`.
#[derive(SqlType, QueryId)]
pub struct DbJson;

/// A parsed domain value kept as `text`.
#[derive(SqlType, QueryId)]
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

impl<T: UuidValue> ToSql<DbUuid, Sql> for Col<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sql>) -> serialize::Result {
        out.set_value(Bind::Uuid(*self.0.uuid()));
        Ok(IsNull::No)
    }
}
impl<T: UuidValue> FromSql<DbUuid, Sql> for Col<T> {
    fn from_sql(value: Raw<'_>) -> deserialize::Result<Self> {
        Ok(Col(T::of(Uuid::from_slice(value.bytes()?)?)))
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

impl<T: TextValue> ToSql<DbText, Sql> for Col<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sql>) -> serialize::Result {
        out.set_value(Bind::Text(self.0.to_string()));
        Ok(IsNull::No)
    }
}
impl<T: TextValue> FromSql<DbText, Sql> for Col<T> {
    fn from_sql(value: Raw<'_>) -> deserialize::Result<Self> {
        Ok(Col(T::read(value.text()?)?))
    }
}

impl ToSql<DbInstant, Sql> for Col<Timestamp> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sql>) -> serialize::Result {
        out.set_value(Bind::Instant(self.0.as_microsecond()));
        Ok(IsNull::No)
    }
}
impl FromSql<DbInstant, Sql> for Col<Timestamp> {
    fn from_sql(value: Raw<'_>) -> deserialize::Result<Self> {
        Ok(Col(Timestamp::from_microsecond(value.instant()?)?))
    }
}

/// Any serde value kept as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = DbJson)]
pub struct Json<T: Send + Sync + 'static>(pub T);

impl<T: serde::Serialize + std::fmt::Debug + Send + Sync> ToSql<DbJson, Sql> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sql>) -> serialize::Result {
        out.set_value(Bind::Json(serde_json::to_string(&self.0)?));
        Ok(IsNull::No)
    }
}
impl<T: serde::de::DeserializeOwned + Send + Sync> FromSql<DbJson, Sql> for Json<T> {
    fn from_sql(value: Raw<'_>) -> deserialize::Result<Self> {
        Ok(Json(serde_json::from_slice(value.json()?)?))
    }
}
