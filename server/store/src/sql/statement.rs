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

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use rowhouse_domain::TenantId;

    use super::*;
    use crate::{schema::catalogue::tenant, sql::Locked, types::Col};

    fn of(database: Sql, ids: usize) -> Statement {
        let ids: Vec<Col<TenantId>> = (0..ids).map(|_| Col(TenantId::fresh())).collect();
        let query = tenant::table.filter(tenant::id.eq_any(ids)).select(tenant::title).limit(7).locked();
        Statement::of(&query, database).unwrap()
    }

    #[test]
    fn a_query_has_the_words_of_the_database_that_it_is_for() {
        let (pg, lite) = (of(Sql::Postgres, 2), of(Sql::Sqlite, 2));
        let words =
            r#"SELECT "tenant"."title" FROM "tenant" WHERE ("tenant"."id" IN ($1, $2)) LIMIT $3 FOR UPDATE"#;
        assert_eq!(pg.sql.split_whitespace().collect::<Vec<_>>().join(" "), words);
        let words = "SELECT `tenant`.`title` FROM `tenant` WHERE (`tenant`.`id` IN (?, ?)) LIMIT ?";
        assert_eq!(lite.sql.split_whitespace().collect::<Vec<_>>().join(" "), words);
        assert!(pg.lasting && lite.lasting);
        assert_eq!((pg.binds.len(), pg.binds.last()), (3, Some(&Bind::Long(7))));
    }

    #[test]
    fn lists_of_about_the_same_length_are_one_statement() {
        let (five, eight) = (of(Sql::Postgres, 5), of(Sql::Postgres, 8));
        assert_eq!(five.sql, eight.sql);
        assert_eq!(five.binds.len(), 9);
        assert_eq!(five.binds.get(4), five.binds.get(7), "the last value fills the list up");
        assert!(of(Sql::Sqlite, 0).sql.contains("1=0"));
    }
}
