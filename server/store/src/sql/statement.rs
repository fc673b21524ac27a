//! A query written down: what is left of it when its type is forgotten.

use diesel::{QueryResult, query_builder::QueryFragment};

use super::{Bind, Sql, bind::Binds, writer::Writer};

/// What is sent to a database.
#[derive(Debug)]
pub(crate) struct Statement {
    /// Its text, with placeholders.
    pub(crate) sql: String,
    /// Their values.
    pub(crate) binds: Vec<Bind>,
    /// Whether it comes again with other values, so that it is worth being kept prepared.
    pub(crate) lasting: bool,
}

impl Statement {
    /// Writes a query down for a database.
    pub(crate) fn of(query: &dyn QueryFragment<Sql>, database: Sql) -> QueryResult<Self> {
        let mut writer = Writer::new(database);
        query.to_sql(&mut writer, &database)?;
        let mut binds = Binds::default();
        query.collect_binds(&mut binds, &mut (), &database)?;
        let lasting = query.is_safe_to_cache_prepared(&database)?;
        Ok(Self { sql: diesel::query_builder::QueryBuilder::finish(writer), binds: binds.0, lasting })
    }
}
