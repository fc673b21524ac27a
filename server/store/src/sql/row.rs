//! Rows out of either database.

use std::ops::Range;

use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use rusqlite::types::ValueRef;
use tokio_postgres::types::{FromSql, Type};

use super::{Sql, value::Raw};

/// All rows that a statement was answered with.
#[derive(Debug)]
pub(crate) enum Answer {
    Postgres(Vec<tokio_postgres::Row>),
    Sqlite(LiteRows),
}

impl Answer {
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let rows = match self {
            Answer::Postgres(rows) => rows.len(),
            Answer::Sqlite(rows) => rows.count,
        };
        (0..rows).map(|at| Line { answer: self, at })
    }

    fn columns(&self) -> usize {
        match self {
            Answer::Postgres(rows) => rows.first().map_or(0, tokio_postgres::Row::len),
            Answer::Sqlite(rows) => rows.names.len(),
        }
    }

    fn name(&self, column: usize) -> Option<&str> {
        match self {
            Answer::Postgres(rows) => Some(rows.first()?.columns().get(column)?.name()),
            Answer::Sqlite(rows) => rows.names.get(column).map(String::as_str),
        }
    }
}

/// Rows of SQLite: all their texts and bytes stand in one place, one after the other.
#[derive(Debug, Default)]
pub(crate) struct LiteRows {
    names: Vec<String>,
    count: usize,
    cells: Vec<Cell>,
    heap: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
    Blob(Range<usize>),
}

impl LiteRows {
    /// No rows yet.
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self { names, ..Self::default() }
    }

    /// Takes over one row more.
    pub(crate) fn push(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
        for column in 0..self.names.len() {
            let cell = match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(value) => Cell::Integer(value),
                ValueRef::Real(value) => Cell::Real(value),
                ValueRef::Text(bytes) => Cell::Text(self.keep(bytes)),
                ValueRef::Blob(bytes) => Cell::Blob(self.keep(bytes)),
            };
            self.cells.push(cell);
        }
        self.count += 1;
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.heap.len();
        self.heap.extend_from_slice(bytes);
        start..self.heap.len()
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        match self.cells.get(row * self.names.len() + column)? {
            Cell::Null => None,
            Cell::Integer(value) => Some(ValueRef::Integer(*value)),
            Cell::Real(value) => Some(ValueRef::Real(*value)),
            Cell::Text(range) => self.heap.get(range.clone()).map(ValueRef::Text),
            Cell::Blob(range) => self.heap.get(range.clone()).map(ValueRef::Blob),
        }
    }
}

/// One row of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    answer: &'a Answer,
    at: usize,
}

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
        self.line.answer.name(self.at)
    }

    fn value(&self) -> Option<Raw<'_>> {
        match self.line.answer {
            Answer::Sqlite(rows) => rows.value(self.line.at, self.at).map(Raw::Sqlite),
            Answer::Postgres(rows) => {
                let value: Option<Sent<'_>> = rows.get(self.line.at)?.try_get(self.at).ok()?;
                value.map(|sent| Raw::Postgres(sent.0))
            }
        }
    }
}

impl RowSealed for Line<'_> {}

impl RowIndex<usize> for Line<'_> {
    fn idx(&self, at: usize) -> Option<usize> {
        (at < self.answer.columns()).then_some(at)
    }
}

impl<'n> RowIndex<&'n str> for Line<'_> {
    fn idx(&self, name: &'n str) -> Option<usize> {
        (0..self.answer.columns()).find(|at| self.answer.name(*at) == Some(name))
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
        self.answer.columns()
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
