//! Migrations: embedded, numbered, and applied in one transaction under a lock of the database's own, so
//! that many nodes may try at once. Each release only expands; what it no longer needs goes one release
//! later.

use diesel::QueryableByName;
use diesel_async::RunQueryDsl;

use crate::{
    conn::{Begin, Conn, on_conn},
    error::{Result, StoreError},
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
pub const CATALOGUE: &[Migration] = migrations!("catalogue": 1 => "2026-11-21-000001_init");
/// A tenant's migrations.
pub const TENANT: &[Migration] = migrations!("tenant": 1 => "2026-11-21-000001_init");

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

/// Takes all steps back, newest first. For tests of the `down` files.
pub(crate) async fn undo_all(conn: &mut Conn, migrations: &[Migration]) -> Result<()> {
    conn.begin(Begin::Write).await?;
    for step in migrations.iter().rev() {
        conn.batch(if conn.is_postgres() { step.postgres_down } else { step.sqlite_down }).await?;
    }
    conn.batch("DROP TABLE schema_migration").await?;
    conn.commit().await
}

async fn current(conn: &mut Conn) -> Result<i64> {
    let query = diesel::sql_query("SELECT COALESCE(MAX(number), 0) AS n FROM schema_migration");
    let row: Number = on_conn!(conn, |c| query.get_result(c).await)?;
    Ok(row.n)
}
