//! The truth of a site, from its own database: a trigger that takes down, in the transaction of each revision,
//! which marks stand on what is published. Rows are numbered under the lock that orders all changes, so their
//! order is that of the commits; what was not committed left no row.

use anyhow::Context;
use tokio_postgres::{Client, NoTls};

use crate::{
    history::Moment,
    model::{Marks, marks},
};

const NOTE: &str = r"
CREATE TABLE soak_truth (
  id bigserial PRIMARY KEY, n bigint NOT NULL, marks text NOT NULL, rolled_back bigint
);
CREATE FUNCTION soak_marks() RETURNS text LANGUAGE sql AS $$
  SELECT coalesce(string_agg(m[1], ' '), '') FROM (
    SELECT regexp_matches(i.title || ' ' || v.body, 'mark-[0-9]+-[0-9]+-', 'g') AS m
      FROM item i JOIN version v ON v.id = i.published_version
      WHERE i.route IS NOT NULL AND i.deleted_at IS NULL
    UNION ALL
    SELECT regexp_matches(t.name || ' ' || t.description, 'mark-[0-9]+-[0-9]+-', 'g') FROM term t
    UNION ALL
    SELECT regexp_matches(e.title, 'mark-[0-9]+-[0-9]+-', 'g') FROM menu_entry e
  ) AS shown
$$;
CREATE FUNCTION soak_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO soak_truth (n, marks) VALUES (NEW.n, soak_marks());
  RETURN NULL;
END $$;
CREATE TRIGGER soak_note AFTER INSERT ON revision FOR EACH ROW EXECUTE FUNCTION soak_note();
INSERT INTO soak_truth (n, marks) SELECT n, soak_marks() FROM site_version;
";

/// A revision as the database took it down.
#[derive(Clone, Debug)]
pub struct Revision {
    pub marks: Marks,
    /// When it was made by losing the ones before it, if it was.
    pub rolled_back: Option<Moment>,
}

/// A connection beside those of the nodes.
///
/// # Errors
/// If PostgreSQL does not answer.
pub async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        let _ended = connection.await;
    });
    Ok(client)
}

/// Begins to take down what happens in the database of a site.
///
/// # Errors
/// What the database says.
pub async fn watch(url: &str) -> anyhow::Result<()> {
    connect(url).await?.batch_execute(NOTE).await.context("the truth cannot be taken down")
}

/// What stands there now, when everybody who is committing has finished.
///
/// # Errors
/// What the database says.
pub async fn last(url: &str) -> anyhow::Result<Marks> {
    let client = connect(url).await?;
    client.batch_execute("BEGIN; SELECT n FROM site_version FOR UPDATE").await?;
    let row = client.query_one("SELECT marks FROM soak_truth ORDER BY id DESC LIMIT 1", &[]).await?;
    Ok(marks(row.get::<_, String>(0).as_bytes()).collect())
}

/// Everything that was committed since, oldest first.
///
/// # Errors
/// What the database says.
pub async fn told(url: &str) -> anyhow::Result<Vec<Revision>> {
    let client = connect(url).await?;
    // whoever holds the lock is still committing
    client.batch_execute("BEGIN; SELECT n FROM site_version FOR UPDATE").await?;
    let rows = client.query("SELECT marks, rolled_back FROM soak_truth ORDER BY id", &[]).await?;
    let revision = |row: &tokio_postgres::Row| Revision {
        marks: marks(row.get::<_, String>(0).as_bytes()).collect(),
        rolled_back: row.get::<_, Option<i64>>(1).and_then(|at| Moment::try_from(at).ok()),
    };
    Ok(rows.iter().map(revision).collect())
}

/// Empties the log of changes, as it is cut when there are many.
///
/// # Errors
/// What the database says.
pub async fn forget(url: &str) -> anyhow::Result<()> {
    Ok(connect(url).await?.batch_execute("DELETE FROM revision").await?)
}

/// A site's database as it was.
pub struct Saved(Client);

/// What visitors see, and the row and the log that order its changes.
const TABLES: [&str; 7] = ["item", "version", "item_term", "term", "menu_entry", "revision", "site_version"];

/// Saves what stands in the database of a site.
///
/// # Errors
/// What the database says.
pub async fn save(url: &str) -> anyhow::Result<Saved> {
    let client = connect(url).await?;
    for table in TABLES {
        client.batch_execute(&format!("CREATE TEMPORARY TABLE saved_{table} AS TABLE {table}")).await?;
    }
    Ok(Saved(client))
}

impl Saved {
    /// Loses everything since, as a fail-over to a server that was behind does.
    ///
    /// # Errors
    /// What the database says.
    pub async fn restore(mut self, now: Moment) -> anyhow::Result<()> {
        let change = self.0.transaction().await?;
        // without the checks between the tables, and without taking the old log for new revisions
        change.batch_execute("LOCK site_version; SET LOCAL session_replication_role = replica").await?;
        for table in TABLES {
            let back = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM saved_{table}");
            change.batch_execute(&back).await?;
        }
        let note =
            "INSERT INTO soak_truth (n, marks, rolled_back) SELECT n, soak_marks(), $1 FROM site_version";
        change.execute(note, &[&i64::try_from(now)?]).await?;
        Ok(change.commit().await?)
    }
}
