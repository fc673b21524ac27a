//! One PostgreSQL for all tests of a run, a fresh database for each.

use anyhow::Context;
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;
use url::Url;
use uuid::Uuid;

use super::{is_skipped, keep::Kept, variable};

static SHARED: OnceCell<Postgres> = OnceCell::const_new();

/// A PostgreSQL server that forgets everything when the run ends.
pub struct Postgres {
    admin: Url,
    kept: Option<Kept>,
}

impl Postgres {
    /// The server of this run: the one `tests/run` has started, else one of this process, started by
    /// whoever asks first. `None` if there is no PostgreSQL and `tests/run` has said so.
    ///
    /// # Errors
    /// The server does not start.
    pub async fn shared() -> anyhow::Result<Option<&'static Self>> {
        if is_skipped("postgres") {
            return Ok(None);
        }
        let open = || async {
            match variable("ROWHOUSE_TEST_POSTGRES") {
                Some(url) => Ok(Self { admin: url.parse()?, kept: None }),
                None => Self::start().await,
            }
        };
        SHARED.get_or_try_init(open).await.map(Some)
    }

    /// A server of the caller's own, for tests that freeze or kill it.
    ///
    /// # Errors
    /// The server does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let kept = Kept::start(&["postgres"]).await?;
        Ok(Self { admin: kept.address.parse()?, kept: Some(kept) })
    }

    /// The URL of the database `postgres`, as a superuser.
    #[must_use]
    pub fn admin_url(&self) -> &str {
        self.admin.as_str()
    }

    /// The URL of another database on this server; `{name}` and the like stay as they are.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let admin = self.admin.as_str();
        admin.rsplit_once('/').map_or_else(String::new, |(server, _)| format!("{server}/{database}"))
    }

    /// A new, empty database, removed again when it is dropped.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn fresh_database(&self) -> anyhow::Result<Database> {
        let name = format!("test_{}", Uuid::now_v7().simple());
        execute(self.admin.as_str(), &format!("CREATE DATABASE {name}")).await?;
        Ok(Database { admin: self.admin.to_string(), url: self.url(&name), name })
    }

    /// Sends a signal (`STOP`, `CONT`, `KILL`) to a server that [`Postgres::start`] has started.
    ///
    /// # Errors
    /// The server is shared with others.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        let kept = self.kept.as_ref();
        kept.ok_or_else(|| anyhow::anyhow!("this server is shared with other tests"))?.signal(name)
    }

    /// Restarts a server that [`Postgres::start`] has started, ending it with this signal: `INT` cuts all
    /// connections and ends in order, `QUIT` ends at once, so that it recovers as from a crash.
    ///
    /// # Errors
    /// The server is shared with others, or does not start again.
    pub async fn restart(&self, signal: &str) -> anyhow::Result<()> {
        let kept = self.kept.as_ref().context("this server is shared with other tests")?;
        kept.stop(signal).await?;
        kept.start_again().await
    }
}

/// A database of one test.
pub struct Database {
    admin: String,
    url: String,
    name: String,
}

impl Database {
    /// How to connect to it, as a superuser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database {
    /// In the background: a failure only leaves the database to the end of the run.
    fn drop(&mut self) {
        let (admin, statement) = (self.admin.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(execute(&admin, &statement))
        });
    }
}

/// Runs statements, separated by semicolons, on a connection of their own.
pub(crate) async fn execute(url: &str, statements: &str) -> anyhow::Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let driver = tokio::spawn(connection);
    let done = client.batch_execute(statements).await;
    drop(client);
    driver.await??;
    Ok(done?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_test_has_a_database_of_its_own() {
        let Some(postgres) = Postgres::shared().await.unwrap() else { return };
        let (one, two) = tokio::join!(postgres.fresh_database(), postgres.fresh_database());
        let (one, two) = (one.unwrap(), two.unwrap());
        execute(one.url(), "CREATE TABLE mark (n int); INSERT INTO mark VALUES (1)").await.unwrap();
        assert!(execute(one.url(), "SELECT n FROM mark").await.is_ok());
        assert!(execute(two.url(), "SELECT n FROM mark").await.is_err());
        assert_eq!(postgres.url(one.name()), one.url());
    }

    #[tokio::test]
    async fn a_dropped_database_goes() {
        let Some(postgres) = Postgres::shared().await.unwrap() else { return };
        let database = postgres.fresh_database().await.unwrap();
        let url = database.url().to_owned();
        drop(database);
        let gone = async {
            while execute(&url, "SELECT 1").await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), gone).await.expect("it is still there");
    }

    #[tokio::test]
    async fn a_restarted_server_has_what_it_had() {
        if is_skipped("postgres") {
            return;
        }
        let own = Postgres::start().await.unwrap();
        execute(own.admin_url(), "CREATE TABLE mark (n int); CHECKPOINT").await.unwrap();
        for signal in ["INT", "QUIT"] {
            own.restart(signal).await.unwrap();
            execute(own.admin_url(), "SELECT n FROM mark").await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_private_server_ends_with_its_owner() {
        if is_skipped("postgres") {
            return;
        }
        let own = Postgres::start().await.unwrap();
        let url = own.admin_url().to_owned();
        execute(&url, "SELECT 1").await.unwrap();
        assert!(Postgres::shared().await.unwrap().unwrap().admin_url() != url);
        drop(own);
        assert!(execute(&url, "SELECT 1").await.is_err());
    }
}
