//! How a query is spelled.

use diesel::{QueryResult, query_builder::QueryBuilder};

use super::Sql;

/// Writes one query down for one database.
pub struct Writer {
    sql: String,
    database: Sql,
    binds: usize,
}

impl Writer {
    pub(super) const fn new(database: Sql) -> Self {
        Self { sql: String::new(), database, binds: 0 }
    }
}

impl QueryBuilder<Sql> for Writer {
    fn push_sql(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn push_identifier(&mut self, identifier: &str) -> QueryResult<()> {
        // SQLite takes a name in double quotes that it does not know for a text
        let quote = match self.database {
            Sql::Postgres => '"',
            Sql::Sqlite => '`',
        };
        self.sql.push(quote);
        for c in identifier.chars() {
            if c == quote {
                self.sql.push(quote);
            }
            self.sql.push(c);
        }
        self.sql.push(quote);
        Ok(())
    }

    fn push_bind_param(&mut self) {
        self.binds += 1;
        match self.database {
            Sql::Postgres => {
                self.sql.push('$');
                self.sql.push_str(&self.binds.to_string());
            }
            Sql::Sqlite => self.sql.push('?'),
        }
    }

    fn push_bind_param_value_only(&mut self) {
        self.binds += 1;
    }

    fn finish(self) -> String {
        self.sql
    }
}
