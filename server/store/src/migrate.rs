//! Migrations: embedded, numbered, and applied in one transaction under a lock of the database's own, so
//! that many nodes may try at once. Each release only expands; what it no longer needs goes one release
//! later.

use diesel::QueryableByName;

use crate::{
    conn::{Begin, Conn},
    error::{Result, StoreError},
    query::RunQueryDsl,
};

/// One step, in the words of both databases.
pub struct Migration {
    /// Its number; they count from 1 without gaps.
    pub number: i64,
    /// Its folder's name.
    pub name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
    postgres_down: &'static str,
    sqlite_down: &'static str,
}

impl Migration {
    /// What takes the step back.
    #[must_use]
    pub const fn down(&self, postgres: bool) -> &'static str {
        if postgres { self.postgres_down } else { self.sqlite_down }
    }
}

macro_rules! migrations {
    ($kind:literal: $($number:literal => $name:literal),* $(,)?) => {
        &[$(Migration {
            number: $number,
            name: $name,
            postgres: include_str!(concat!("../../../migrations/", $kind, "/postgres/", $name, "/up.sql")),
            sqlite: include_str!(concat!("../../../migrations/", $kind, "/sqlite/", $name, "/up.sql")),
            postgres_down: include_str!(concat!("../../../migrations/", $kind, "/postgres/", $name, "/down.sql")),
            sqlite_down: include_str!(concat!("../../../migrations/", $kind, "/sqlite/", $name, "/down.sql")),
        },)*]
    };
}

/// The catalogue's migrations.
pub const CATALOGUE: &[Migration] = migrations!("catalogue":
    1 => "2026-11-21-000001_init",
    2 => "2026-11-29-000002_jobs",
);
/// A tenant's migrations.
pub const TENANT: &[Migration] = migrations!("tenant":
    1 => "2026-11-21-000001_init",
    2 => "2026-11-29-000002_jobs",
);

/// The schema number that this program writes and reads.
#[must_use]
pub fn newest(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |m| m.number)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration \
    (number BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL)";

/// Brings the database to the newest schema; answers its number and how many steps were taken.
///
/// # Errors
/// [`StoreError::TooNew`] if a newer release was here, else what the database says; nothing is kept then.
#[crate::boxed]
pub(crate) async fn run(conn: &mut Conn, migrations: &[Migration]) -> Result<(i64, usize)> {
    conn.begin(Begin::Write).await?;
    if conn.is_postgres() {
        // inside the transaction, so that the lock dies with the connection; per schema, as the tables are
        conn.batch("SELECT pg_advisory_xact_lock(hashtext('rowhouse migrate ' || current_schema()))").await?;
    }
    conn.batch(TABLE).await?;
    let have = current(conn).await?;
    let known = newest(migrations);
    if have > known {
        return Err(StoreError::TooNew { found: have, known });
    }
    let mut steps = 0;
    for step in migrations.iter().filter(|m| m.number > have) {
        conn.batch(if conn.is_postgres() { step.postgres } else { step.sqlite }).await?;
        let row = format!("INSERT INTO schema_migration VALUES ({}, '{}')", step.number, step.name);
        conn.batch(&row).await?;
        steps += 1;
    }
    conn.commit().await?;
    Ok((known, steps))
}

async fn current(conn: &mut Conn) -> Result<i64> {
    let query = diesel::sql_query("SELECT COALESCE(MAX(number), 0) AS n FROM schema_migration");
    let row: Number = query.get_result(conn).await?;
    Ok(row.n)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        conn::Purpose,
        link::{Db, PoolLimits},
        url::DbUrl,
    };

    #[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Column {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }

    const LITE: &str = "SELECT m.name || '.' || p.name || ' ' || CASE WHEN p.\"notnull\" = 1 THEN 'set' ELSE 'null' END \
        AS line FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' \
        AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'schema_migration'";
    const PG: &str = "SELECT table_name || '.' || column_name || ' ' || \
        CASE WHEN is_nullable = 'NO' THEN 'set' ELSE 'null' END AS line FROM information_schema.columns \
        WHERE table_schema = current_schema() AND table_name <> 'schema_migration'";

    async fn open(url: &str) -> Conn {
        let url: DbUrl = url.parse().unwrap();
        if let DbUrl::Sqlite(path) = &url {
            std::fs::File::create(path).unwrap();
        }
        let db = Db::open(&url, None, PoolLimits::default()).unwrap();
        Conn::of(&db, Purpose::Provision, None).await.unwrap()
    }

    async fn columns(conn: &mut Conn) -> BTreeSet<Column> {
        let query = diesel::sql_query(if conn.is_postgres() { PG } else { LITE });
        query.load(conn).await.unwrap().into_iter().collect()
    }

    /// What the table set that queries are written against says, read from its source.
    fn declared(source: &str) -> BTreeSet<Column> {
        let (mut all, mut table) = (BTreeSet::new(), String::new());
        for line in source.lines().map(str::trim) {
            if let Some((column, kind)) = line.split_once(" -> ") {
                let kind = if kind.starts_with("Nullable") { "null" } else { "set" };
                all.insert(Column { line: format!("{table}.{column} {kind}") });
            } else if line.ends_with(") {") {
                table = line.split(' ').next().unwrap_or_default().to_owned();
            }
        }
        all
    }

    async fn up_and_down(conn: &mut Conn, steps: &[Migration], source: &str) {
        assert_eq!(run(conn, steps).await.unwrap(), (newest(steps), steps.len()));
        assert_eq!(run(conn, steps).await.unwrap().1, 0, "a second run has nothing to do");
        assert_eq!(columns(conn).await, declared(source));
        for step in steps.iter().rev() {
            conn.batch(step.down(conn.is_postgres())).await.unwrap();
        }
        assert!(columns(conn).await.is_empty(), "the steps back leave nothing");
        conn.batch("DROP TABLE schema_migration").await.unwrap();
    }

    const SETS: [(&[Migration], &str); 2] =
        [(CATALOGUE, include_str!("schema/catalogue.rs")), (TENANT, include_str!("schema/tenant.rs"))];

    #[tokio::test(flavor = "multi_thread")]
    async fn migrations_make_what_queries_are_written_against_on_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        for (number, (steps, source)) in SETS.iter().enumerate() {
            let url = format!("sqlite://{}/{number}.db", folder.path().display());
            up_and_down(&mut open(&url).await, steps, source).await;
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn migrations_make_what_queries_are_written_against_on_postgresql() {
        let Some(base) = crate::testing::postgres() else { return };
        let mut server = open(&base).await;
        for (steps, source) in SETS {
            let name = format!("migrate_{}", uuid::Uuid::now_v7().simple());
            server.batch(&format!("CREATE DATABASE {name}")).await.unwrap();
            let mut url = url::Url::parse(&base).unwrap();
            url.set_path(&name);
            up_and_down(&mut open(url.as_str()).await, steps, source).await;
            server.batch(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_of_a_newer_release_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = open(&format!("sqlite://{}/new.db", folder.path().display())).await;
        run(&mut conn, TENANT).await.unwrap();
        conn.batch("INSERT INTO schema_migration VALUES (999, 'future')").await.unwrap();
        assert!(matches!(run(&mut conn, TENANT).await, Err(StoreError::TooNew { found: 999, .. })));
    }
}
