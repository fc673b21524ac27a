//! Making and dropping the databases, schemas and files that tenants live in.

use std::path::Path;

use diesel::QueryableByName;
use rowhouse_domain::tenant::Isolation;

use crate::{
    conn::{Conn, Purpose},
    error::{Result, StoreError},
    link::{Db, PoolLimits},
    migrate,
    pool::Target,
    query::RunQueryDsl,
    url::{DbUrl, PgUrl},
};

/// The name of the template that new databases are copied from; never altered, a new schema has a new one.
fn template_name() -> String {
    format!("rowhouse_template_{}", migrate::newest(migrate::TENANT))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Makes the place that `target` names, empty or with the newest tables, and fails if it is already there.
///
/// # Errors
/// [`StoreError::Taken`] if it exists and holds tables, or what the database says.
#[crate::boxed]
pub async fn create(target: &Target, isolation: Isolation) -> Result<()> {
    match (&target.url, isolation) {
        (DbUrl::Sqlite(path), Isolation::Database) => create_file(path).await?,
        (DbUrl::Sqlite(_), Isolation::Schema) => {
            return Err(StoreError::BadUrl {
                url: target.url.to_string(),
                reason: "isolation by schema needs PostgreSQL; use isolation database".into(),
            });
        }
        (DbUrl::Postgres(pg), Isolation::Database) => create_database(pg).await?,
        (DbUrl::Postgres(pg), Isolation::Schema) => {
            let schema = target.schema.as_deref().unwrap_or_default();
            let mut conn = single(pg).await?;
            conn.batch(&format!("CREATE SCHEMA {}", quoted(schema))).await?;
        }
    }
    Ok(())
}

/// Removes the place and everything in it. What is already gone is no error.
///
/// # Errors
/// What the database or the file system says.
#[crate::boxed]
pub async fn drop_place(target: &Target) -> Result<()> {
    match (&target.url, &target.schema) {
        (DbUrl::Sqlite(path), _) => remove_files(path).await,
        (DbUrl::Postgres(pg), Some(schema)) => {
            let mut conn = single(pg).await?;
            conn.batch(&format!("DROP SCHEMA IF EXISTS {} CASCADE", quoted(schema))).await
        }
        (DbUrl::Postgres(pg), None) => {
            let mut conn = single(&pg.with_database("postgres")).await?;
            conn.batch(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(pg.database()))).await
        }
    }
}

async fn create_file(path: &Path) -> Result<()> {
    let io = |e: std::io::Error| StoreError::Other(format!("{}: {e}", path.display()));
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(io)?;
    }
    match tokio::fs::OpenOptions::new().write(true).create_new(true).open(path).await {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Taken(format!("the file {}", path.display())))
        }
        Err(e) => Err(io(e)),
    }
}

async fn remove_files(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let file = format!("{}{suffix}", path.display());
        match tokio::fs::remove_file(&file).await {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(StoreError::Other(format!("{file}: {e}"))),
        }
    }
    Ok(())
}

/// One connection outside all pools and budgets, for statements about whole databases.
async fn single(url: &PgUrl) -> Result<Conn> {
    let limits =
        PoolLimits { size: 1, statement: std::time::Duration::from_secs(60), ..PoolLimits::default() };
    Conn::of(&Db::open(&DbUrl::Postgres(url.clone()), None, limits)?, Purpose::Provision, None).await
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    found: bool,
}

async fn asks(conn: &mut Conn, sql: &str) -> Result<bool> {
    let row: Found = diesel::sql_query(sql).get_result(conn).await?;
    Ok(row.found)
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

async fn database_exists(conn: &mut Conn, name: &str) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = {}) AS found", literal(name));
    asks(conn, &sql).await
}

/// A database from the template; one that exists and is empty is taken as it is.
async fn create_database(url: &PgUrl) -> Result<()> {
    let mut conn = single(&url.with_database("postgres")).await?;
    let name = url.database();
    if database_exists(&mut conn, name).await? {
        let mut inside = single(url).await?;
        let sql = "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema()) AS found";
        return match asks(&mut inside, sql).await? {
            true => Err(StoreError::Taken(format!("the database {name} (it holds tables)"))),
            false => Ok(()),
        };
    }
    ensure_template(&mut conn, url).await?;
    let sql = format!("CREATE DATABASE {} TEMPLATE {}", quoted(name), quoted(&template_name()));
    // copying refuses while another copy or its maker is connected to the template
    for _ in 0..40 {
        match conn.batch(&sql).await {
            Err(StoreError::Other(text)) if text.contains("being accessed by other users") => {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            done => return done,
        }
    }
    Err(StoreError::Busy("the template database stays in use".into()))
}

/// Makes the template under a server-wide lock, so that two creations do not make it twice. It is built
/// under another name and renamed when it is complete: a template that exists is whole.
async fn ensure_template(conn: &mut Conn, url: &PgUrl) -> Result<()> {
    let name = template_name();
    if database_exists(conn, &name).await? {
        return Ok(());
    }
    conn.batch("SELECT pg_advisory_lock(hashtext('rowhouse template'))").await?;
    let made = build_template(conn, url, &name).await;
    conn.batch("SELECT pg_advisory_unlock(hashtext('rowhouse template'))").await?;
    made
}

async fn build_template(conn: &mut Conn, url: &PgUrl, name: &str) -> Result<()> {
    if database_exists(conn, name).await? {
        return Ok(());
    }
    let draft = format!("{name}_draft");
    conn.batch(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(&draft))).await?;
    conn.batch(&format!("CREATE DATABASE {}", quoted(&draft))).await?;
    {
        let mut inside = single(&url.with_database(&draft)).await?;
        migrate::run(&mut inside, migrate::TENANT).await?;
    }
    let rename = format!("ALTER DATABASE {} RENAME TO {}", quoted(&draft), quoted(name));
    for _ in 0..50 {
        match conn.batch(&rename).await {
            Err(StoreError::Other(text)) if text.contains("being accessed by other users") => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            done => return done,
        }
    }
    Err(StoreError::Busy("the template database stays in use".into()))
}
