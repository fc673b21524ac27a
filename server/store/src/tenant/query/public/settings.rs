//! The site's settings and its theme: each one JSON value under a key of its own.

use diesel::prelude::*;
use jiff::tz::TimeZone;
use rowhouse_domain::{
    coherence::Tag,
    settings::{SiteSettings, ThemeChoice},
};
use serde::de::DeserializeOwned;

use super::super::super::snapshot::Snapshot;
use crate::{
    conn::Conn,
    error::{Result, StoreError},
    query::RunQueryDsl,
    schema::tenant::site_setting,
    types::Json,
};

/// The key of [`SiteSettings`].
pub(in crate::tenant::query) const SITE: &str = "site";
/// The key of [`ThemeChoice`].
pub(in crate::tenant::query) const THEME: &str = "theme";

/// The value under `key`, or the defaults where nothing was set.
pub(in crate::tenant::query) async fn value<T: DeserializeOwned + Default>(
    conn: &mut Conn,
    key: &str,
) -> Result<T> {
    let found: Option<Json<serde_json::Value>> =
        site_setting::table.find(key).select(site_setting::value).first(conn).await.optional()?;
    found.map_or_else(
        || Ok(T::default()),
        |json| serde_json::from_value(json.0).map_err(|e| StoreError::Corrupt(format!("setting {key}: {e}"))),
    )
}

/// The site's time zone; UTC if this machine does not know it.
#[crate::boxed]
pub(in crate::tenant::query) async fn zone(conn: &mut Conn) -> Result<TimeZone> {
    let settings: SiteSettings = value(conn, SITE).await?;
    Ok(TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC))
}

impl Snapshot {
    /// The site's settings.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn site_settings(&mut self) -> Result<SiteSettings> {
        self.depends_on(Tag::Settings);
        value(&mut self.conn, SITE).await
    }

    /// The theme and its settings.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn theme_choice(&mut self) -> Result<ThemeChoice> {
        self.depends_on(Tag::Theme);
        value(&mut self.conn, THEME).await
    }
}
