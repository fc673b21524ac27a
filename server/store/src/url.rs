//! Database URLs. The scheme alone decides the kind of database: an SQLite path is never guessed from
//! something else, so a mistyped PostgreSQL URL cannot quietly make an empty file.

use std::{fmt, path::PathBuf, str::FromStr};

use crate::error::StoreError;

/// Where a database is, checked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum DbUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A PostgreSQL server and database.
    Postgres(PgUrl),
}

/// A PostgreSQL URL and how far its server is to be verified.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PgUrl {
    url: url::Url,
}

/// Whether a connection to PostgreSQL is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PgTls {
    /// Plain; for loopback and private networks.
    Off,
    /// TLS, the server's certificate checked against the public roots or a file of its own.
    Verified(Option<PathBuf>),
}

impl FromStr for DbUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return match path {
                "" => Err(bad(text, "name a file, as in sqlite://data/catalogue.db")),
                path => Ok(DbUrl::Sqlite(PathBuf::from(path))),
            };
        }
        let url = url::Url::parse(text).map_err(|e| bad(text, &e.to_string()))?;
        match url.scheme() {
            "postgres" | "postgresql" => PgUrl::checked(url, text).map(DbUrl::Postgres),
            other => Err(bad(text, &format!("{other}: is not known; use sqlite://FILE or postgres://…"))),
        }
    }
}

fn bad(text: &str, reason: &str) -> StoreError {
    StoreError::BadUrl { url: redact(text), reason: reason.to_owned() }
}

/// The URL without its password, for logs and screens.
fn redact(text: &str) -> String {
    match url::Url::parse(text) {
        Ok(mut url) if url.password().is_some() => {
            // a URL that had a password can have one set again
            let _ = url.set_password(Some("***"));
            url.to_string()
        }
        _ => text.to_owned(),
    }
}

impl PgUrl {
    fn checked(url: url::Url, text: &str) -> Result<Self, StoreError> {
        if url.path().trim_matches('/').is_empty() {
            return Err(bad(text, "name a database, as in postgres://user@host/rowhouse"));
        }
        let this = Self { url };
        this.tls()?;
        this.config().map(|_| this)
    }

    /// The database's name.
    #[must_use]
    pub fn database(&self) -> &str {
        self.url.path().trim_matches('/')
    }

    /// The same server with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.url.clone();
        url.set_path(&format!("/{name}"));
        Self { url }
    }

    pub(crate) fn tls(&self) -> Result<PgTls, StoreError> {
        let get = |key: &str| self.url.query_pairs().find(|(k, _)| k == key).map(|(_, v)| v.into_owned());
        match get("sslmode").as_deref() {
            None | Some("disable" | "prefer") => Ok(PgTls::Off),
            Some("require" | "verify-ca" | "verify-full") => {
                Ok(PgTls::Verified(get("sslrootcert").map(PathBuf::from)))
            }
            Some(other) => Err(bad(
                self.url.as_str(),
                &format!("sslmode={other} is not known; use disable, require or verify-full"),
            )),
        }
    }

    /// The driver's configuration, without the options that only we understand.
    pub(crate) fn config(&self) -> Result<tokio_postgres::Config, StoreError> {
        let mut url = self.url.clone();
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(k, _)| k != "sslmode" && k != "sslrootcert")
            .map(|(k, v)| (k.into_owned(), v.into_owned()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        url.as_str().parse().map_err(|e: tokio_postgres::Error| bad(self.url.as_str(), &e.to_string()))
    }
}

impl DbUrl {
    /// The full URL, password included: for encrypted storage only.
    #[must_use]
    pub fn reveal(&self) -> String {
        match self {
            DbUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
            DbUrl::Postgres(pg) => pg.url.to_string(),
        }
    }

    /// Whether this is PostgreSQL.
    #[must_use]
    pub const fn is_postgres(&self) -> bool {
        matches!(self, DbUrl::Postgres(_))
    }

    /// `PostgreSQL` or `SQLite`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            DbUrl::Sqlite(_) => "SQLite",
            DbUrl::Postgres(_) => "PostgreSQL",
        }
    }
}

impl fmt::Display for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.reveal()))
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides() {
        assert!(matches!("sqlite://data/a.db".parse::<DbUrl>(), Ok(DbUrl::Sqlite(_))));
        assert!("postgres://u@h/db".parse::<DbUrl>().unwrap().is_postgres());
        for wrong in
            ["data/a.db", "sqlite://", "mysql://h/db", "postgres://h/", "postgres://h/db?sslmode=maybe"]
        {
            assert!(wrong.parse::<DbUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        let url: DbUrl = "postgres://u:secret@h/db".parse().unwrap();
        assert!(!format!("{url} {url:?}").contains("secret"));
        assert!(url.reveal().contains("secret"));
    }
}
