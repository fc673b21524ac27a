//! Rows out of either database.

use std::ops::Range;

use diesel::{
    QueryResult,
    row::{Field, PartialRow, Row, RowIndex, RowSealed},
};
use rusqlite::types::ValueRef;
use tokio_postgres::types::{FromSql, Type};

use super::{Sql, value::Raw};

/// One row of an answer, where the database's own library has it.
#[derive(Clone, Copy)]
pub(crate) enum Line<'a> {
    Postgres(&'a tokio_postgres::Row),
    Sqlite(&'a rusqlite::Row<'a>),
}

impl Line<'_> {
    fn columns(&self) -> usize {
        match self {
            Line::Postgres(row) => row.len(),
            Line::Sqlite(row) => row.as_ref().column_count(),
        }
    }

    fn name(&self, column: usize) -> Option<&str> {
        match self {
            Line::Postgres(row) => Some(row.columns().get(column)?.name()),
            Line::Sqlite(row) => row.as_ref().column_name(column).ok(),
        }
    }
}

/// What takes the rows of an answer, one after the other.
pub(crate) type Taker<'a> = dyn FnMut(&Line<'_>) -> QueryResult<()> + Send + 'a;

/// One column of a row.
pub(crate) struct Column<'a> {
    line: Line<'a>,
    at: usize,
}

/// Bytes as PostgreSQL sent them, of whatever type.
struct Sent<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Sent<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl<'f> Field<'f, Sql> for Column<'_> {
    fn field_name(&self) -> Option<&str> {
        self.line.name(self.at)
    }

    fn value(&self) -> Option<Raw<'_>> {
        match self.line {
            Line::Sqlite(row) => match row.get_ref(self.at).ok()? {
                ValueRef::Null => None,
                value => Some(Raw::Sqlite(value)),
            },
            Line::Postgres(row) => {
                let value: Option<Sent<'_>> = row.try_get(self.at).ok()?;
                value.map(|sent| Raw::Postgres(sent.0))
            }
        }
    }
}

impl RowSealed for Line<'_> {}

impl RowIndex<usize> for Line<'_> {
    fn idx(&self, at: usize) -> Option<usize> {
        (at < self.columns()).then_some(at)
    }
}

impl<'n> RowIndex<&'n str> for Line<'_> {
    fn idx(&self, name: &'n str) -> Option<usize> {
        (0..self.columns()).find(|at| self.name(*at) == Some(name))
    }
}

impl<'a> Row<'a, Sql> for Line<'a> {
    type Field<'f>
        = Column<'a>
    where
        'a: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.columns()
    }

    fn get<'b, I>(&'b self, at: I) -> Option<Self::Field<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        Some(Column { line: *self, at: self.idx(at)? })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}
