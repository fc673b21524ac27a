//! Where the data of a test's installation lives: a folder with a settings file, and on PostgreSQL databases
//! of its own. Several nodes and commands can share one.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use rowhouse_app::Config;
use rowhouse_engine::keys::KeyRing;
use rowhouse_store::{Catalogue, PoolLimits};
use tempfile::TempDir;
use tokio_postgres::NoTls;
use url::Url;
use uuid::Uuid;

use crate::{
    Backend,
    services::{self, ChaosProxy, Postgres},
};

/// An installation: everything but a process. Its files and databases go with it.
pub struct Home {
    folder: TempDir,
    backend: Backend,
    databases: Option<Databases>,
    chaos: Option<ChaosProxy>,
}

/// Databases whose names begin alike, on the run's server.
struct Databases {
    admin: String,
    mark: String,
    /// What its URLs begin with, up to the name of a database.
    server: String,
}

/// The top of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The public theme unit test export of WordPress, which lies beside the repository and is no part of it.
/// `None`, and a line that says so, where it does not.
///
/// # Panics
/// If it is missing where nothing may be skipped.
#[must_use]
pub fn export() -> Option<PathBuf> {
    let beside = || repository().join("../shared/data/wordpress/theme-unit-test.xml");
    let file = services::variable("ROWHOUSE_TEST_WXR").map_or_else(beside, PathBuf::from);
    if file.is_file() {
        return Some(file);
    }
    services::skip(&format!("there is no export at {}; set ROWHOUSE_TEST_WXR", file.display()));
    None
}

impl Home {
    /// An empty installation with these settings over those that every test has, as `section.key = value`.
    ///
    /// # Panics
    /// If the system has no room for it.
    pub async fn new(backend: Backend, settings: &[(&str, &str)]) -> Self {
        Self::build(backend, settings, false).await
    }

    /// An installation on PostgreSQL whose databases are reached through a proxy that can be told to cut.
    ///
    /// # Panics
    /// If the system has no room for it.
    pub async fn behind_chaos(settings: &[(&str, &str)]) -> Self {
        Self::build(Backend::Postgres, settings, true).await
    }

    async fn build(backend: Backend, settings: &[(&str, &str)], chaotic: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut chaos = None;
        let databases = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => {
                let postgres = Postgres::shared().await.expect("PostgreSQL starts").expect("PostgreSQL");
                // the end of a v7 id is random, its beginning is not
                let mark = format!("t{}", &Uuid::new_v4().simple().to_string()[..12]);
                let mut url: Url = postgres.admin_url().parse().expect("a URL");
                if chaotic {
                    let address = url.socket_addrs(|| Some(5432)).expect("an address")[0];
                    let proxy = ChaosProxy::before(address).await.expect("a proxy");
                    url.set_port(Some(proxy.address().port())).expect("a port");
                    url.set_host(Some("127.0.0.1")).expect("a host");
                    chaos = Some(proxy);
                }
                let server = Databases::server(url.as_str());
                let databases = Databases { admin: postgres.admin_url().to_owned(), mark, server };
                databases.execute(&format!("CREATE DATABASE {}_catalogue", databases.mark)).await;
                Some(databases)
            }
        };
        let home = Self { folder, backend, databases, chaos };
        std::fs::write(home.file("keys"), KeyRing::generate().to_text()).expect("a key file");
        home.configure(settings);
        home
    }

    /// Writes the settings file anew.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn configure(&self, settings: &[(&str, &str)]) {
        let (catalogue, tenants) = match &self.databases {
            None => (self.sqlite("catalogue.db"), self.sqlite("tenants/{name}.db")),
            Some(d) => (d.url(&format!("{}_catalogue", d.mark)), d.url(&format!("{}_{{name}}", d.mark))),
        };
        let media = format!("file://{}", self.file("media").display());
        let keys = self.file("keys").display().to_string();
        let own = [
            ("server.listen", "127.0.0.1:0"),
            ("server.ops_listen", "127.0.0.1:0"),
            ("server.public_url", "http://127.0.0.1:0"),
            ("server.node", "test"),
            ("server.workers", "1"),
            ("server.drain", "0s"),
            ("database.url", &catalogue),
            ("tenancy.database_url", &tenants),
            ("media.url", &media),
            ("secrets.key_file", &keys),
            ("log.level", "error"),
        ];
        let mut text = String::new();
        let mut keys: Vec<&str> = Vec::new();
        for (key, value) in settings.iter().chain(&own) {
            if keys.contains(key) {
                continue;
            }
            keys.push(key);
            let bare = value.parse::<i64>().is_ok() || value.starts_with('[');
            let value = if bare { (*value).to_owned() } else { format!("{value:?}") };
            let (section, key) = key.split_once('.').expect("section.key");
            writeln!(text, "{section}.{key} = {value}").expect("text");
        }
        std::fs::write(self.config(), text).expect("a settings file");
    }

    fn sqlite(&self, name: &str) -> String {
        format!("sqlite://{}", self.file(name).display())
    }

    /// A path in the folder.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The settings file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.file("rowhouse.toml")
    }

    /// What stands before its databases, if it was made [`Home::behind_chaos`].
    ///
    /// # Panics
    /// If it was not.
    #[must_use]
    pub const fn chaos(&self) -> &ChaosProxy {
        self.chaos.as_ref().expect("made behind a proxy")
    }

    /// The catalogue, opened beside those who run on it.
    ///
    /// # Panics
    /// If it cannot be opened.
    pub async fn catalogue(&self) -> Catalogue {
        let config = Config::load(Some(&self.config()), [], &[]).expect("settings");
        let runtime = tokio::runtime::Handle::current();
        Catalogue::open(&config.database_url, PoolLimits::default(), runtime).await.expect("a catalogue")
    }

    /// Has PostgreSQL tidy up the catalogue at once, as it does by itself some minutes after many changes.
    ///
    /// # Panics
    /// If the server does not.
    pub async fn tidy(&self) {
        let Some(databases) = &self.databases else { return };
        let url = databases.url(&format!("{}_catalogue", databases.mark));
        services::execute(&url, "VACUUM (ANALYZE)").await.expect("a tidy catalogue");
    }

    /// What kind of databases it has.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// On PostgreSQL: the URL of a database that schemas of several tenants can share.
    ///
    /// # Panics
    /// On SQLite.
    pub async fn shared_database(&self) -> String {
        let databases = self.databases.as_ref().expect("PostgreSQL");
        let name = format!("{}_shared", databases.mark);
        databases.execute(&format!("CREATE DATABASE {name}")).await;
        databases.url(&name)
    }

    /// On PostgreSQL: has the server refuse the databases of tenants and end what goes on in them, or take them
    /// again.
    ///
    /// # Panics
    /// On SQLite.
    pub async fn refuse_tenants(&self, refused: bool) {
        let databases = self.databases.as_ref().expect("PostgreSQL");
        for name in databases.names().await.iter().filter(|name| is_tenants(name)) {
            let end =
                format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            let allow = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !refused);
            databases.execute(&allow).await;
            databases.execute(&end).await;
        }
    }

    /// Where tenants' databases are: files, or databases on the server.
    ///
    /// # Panics
    /// If they cannot be listed.
    pub async fn tenant_urls(&self) -> Vec<String> {
        let Some(databases) = &self.databases else {
            let files = std::fs::read_dir(self.file("tenants")).into_iter().flatten();
            let paths = files.map(|file| file.expect("a file").path());
            let databases = paths.filter(|path| path.extension().is_some_and(|e| e == "db"));
            return databases.map(|path| format!("sqlite://{}", path.display())).collect();
        };
        let names = databases.names().await.into_iter();
        let theirs = names.filter(|name| is_tenants(name));
        theirs.map(|name| databases.url(&name)).collect()
    }

    /// How many databases of tenants there are.
    ///
    /// # Panics
    /// If they cannot be listed.
    pub async fn tenant_databases(&self) -> usize {
        self.tenant_urls().await.len()
    }
}

fn is_tenants(database: &str) -> bool {
    !database.ends_with("_catalogue") && !database.ends_with("_shared")
}

impl Databases {
    fn server(url: &str) -> String {
        url.rsplit_once('/').expect("a URL").0.to_owned()
    }

    fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.server)
    }

    async fn client(&self) -> tokio_postgres::Client {
        let (client, connection) =
            tokio_postgres::connect(&self.admin, NoTls).await.expect("PostgreSQL answers");
        tokio::spawn(connection);
        client
    }

    async fn execute(&self, statement: &str) {
        services::execute(&self.admin, statement).await.expect(statement);
    }

    async fn names(&self) -> Vec<String> {
        let find = "SELECT datname FROM pg_database WHERE datname LIKE $1 || '\\_%'";
        let rows = self.client().await.query(find, &[&self.mark]).await.expect("a list of databases");
        rows.iter().map(|row| row.get(0)).collect()
    }

    async fn drop_all(&self) {
        let client = self.client().await;
        for name in self.names().await {
            let _ = client.batch_execute(&format!("DROP DATABASE \"{name}\" WITH (FORCE)")).await;
        }
    }
}

impl Drop for Home {
    /// In a thread of its own, since the runtime of the test may be ending.
    fn drop(&mut self) {
        let Some(databases) = self.databases.take() else { return };
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(databases.drop_all());
            std::io::Result::Ok(())
        });
        let _ = gone.join();
    }
}
