//! All rows of a tenant as lines of JSON, out of one snapshot and into an empty database of either kind.
//!
//! A line spells ids as 32 hexadecimal digits, instants as microseconds since 1970 and JSON as itself, so
//! that what one kind of database gave, the other takes. Sessions, one-time links, jobs and revisions stay
//! behind: they belong to the database they were made in.

use diesel::{QueryableByName, sql_types::Text};
use rowhouse_domain::coherence::Version;
use tokio::sync::mpsc;

use super::{
    Listed, TenantStore,
    copy_sql::{self, TABLES, Table},
    version,
};
use crate::{
    catalogue::within,
    conn::{Begin, Conn, Purpose},
    error::{Result, StoreError},
    query::RunQueryDsl,
};

/// Rows read or written at once. Bodies may be large, so it is not many.
const PAGE: usize = 100;

/// Rows of one table, in the order of their keys.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The table.
    pub table: &'static str,
    /// One JSON object each.
    pub lines: Vec<String>,
}

/// What [`TenantStore::load`] is given.
#[derive(Clone, Debug)]
pub enum Load {
    /// Rows of a table. Columns that they do not name keep their defaults.
    Rows {
        /// The table.
        table: String,
        /// The columns that the rows name.
        columns: Vec<String>,
        /// One JSON object each.
        lines: Vec<String>,
    },
    /// There are no more. Without it nothing is kept.
    End,
}

/// The tables that are copied, in an order in which they can be filled, with their columns.
pub fn copied_tables() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    TABLES.iter().map(|t| (t.name, t.columns.iter().map(|c| c.name).collect()))
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl TenantStore {
    /// Sends all rows of `tables` (of all that are copied if empty) to `sink`, out of one snapshot, and
    /// answers the version that it is of.
    ///
    /// # Errors
    /// What the database says; or when nobody takes the rows any more.
    #[crate::boxed]
    pub async fn dump(&self, tables: &[&'static str], sink: mpsc::Sender<Rows>) -> Result<Version> {
        let (this, tables) = (self.clone(), tables.to_vec());
        self.spawn(async move {
            let conn = this.connect(Purpose::Private).await?;
            let id = this.id;
            within(conn, Begin::Read, move |conn| {
                Box::pin(async move {
                    let row = version::read(conn, id).await?;
                    let wanted = |t: &&Table| tables.is_empty() || tables.contains(&t.name);
                    for table in TABLES.iter().filter(wanted) {
                        dump_table(conn, table, &sink).await?;
                    }
                    Ok(row.version)
                })
            })
            .await
        })
        .await
    }

    /// Writes rows into a database that is being built, all or nothing, and answers how many.
    ///
    /// # Errors
    /// When the source ends without [`Load::End`], names a table that is not copied, or the database refuses
    /// a row.
    #[crate::boxed]
    pub async fn load(&self, mut source: mpsc::Receiver<Load>) -> Result<u64> {
        if self.listed != Listed::Building {
            return Err(StoreError::Other("rows are only loaded into a database that is being built".into()));
        }
        let this = self.clone();
        self.spawn(async move {
            let conn = this.connect(Purpose::Provision).await?;
            let id = this.id;
            within(conn, Begin::Write, move |conn| {
                Box::pin(async move {
                    version::locked(conn, id).await?;
                    conn.batch(&copy_sql::defer(conn.is_postgres())).await?;
                    let mut rows = 0;
                    loop {
                        match source.recv().await {
                            Some(Load::Rows { table, columns, lines }) => {
                                rows += load_rows(conn, &table, &columns, &lines).await?;
                            }
                            Some(Load::End) => break,
                            None => return Err(StoreError::Corrupt("the rows end too early".into())),
                        }
                    }
                    if conn.is_postgres() {
                        conn.batch(&copy_sql::undefer()).await?;
                    }
                    Ok(rows)
                })
            })
            .await
        })
        .await
    }

    /// The bytes that the tenant's tables take.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn size(&self) -> Result<u64> {
        let this = self.clone();
        self.spawn(async move {
            let mut conn = this.connect(Purpose::Private).await?;
            let sql = copy_sql::size(conn.is_postgres(), this.target.schema.is_some());
            let row: Line = diesel::sql_query(sql).get_result(&mut conn).await?;
            row.line.parse().map_err(|_| StoreError::Corrupt(format!("a size of {:?}", row.line)))
        })
        .await
    }
}

async fn dump_table(conn: &mut Conn, table: &'static Table, sink: &mpsc::Sender<Rows>) -> Result<()> {
    let mut after: Option<String> = None;
    loop {
        let sql = copy_sql::select(table, after.as_deref(), PAGE, conn.is_postgres());
        let rows: Vec<Line> = diesel::sql_query(sql).load(conn).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(copy_sql::key_of(table, &last.line, conn.is_postgres())?);
        let full = rows.len() == PAGE;
        let lines = rows.into_iter().map(|r| r.line).collect();
        let gone = |_| StoreError::Other("nobody takes the rows any more".into());
        sink.send(Rows { table: table.name, lines }).await.map_err(gone)?;
        if !full {
            return Ok(());
        }
    }
}

async fn load_rows(conn: &mut Conn, table: &str, columns: &[String], lines: &[String]) -> Result<u64> {
    let unknown = || StoreError::Corrupt(format!("there is no table {table} to load into"));
    let table = TABLES.iter().find(|t| t.name == table).ok_or_else(unknown)?;
    let sql = copy_sql::insert(table, columns, conn.is_postgres());
    let mut rows = 0;
    for page in lines.chunks(PAGE) {
        let array = format!("[{}]", page.join(","));
        let query = diesel::sql_query(sql.clone()).bind::<Text, _>(array);
        rows += query.execute(conn).await? as u64;
    }
    Ok(rows)
}
