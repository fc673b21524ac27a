//! The site's settings and its theme: each one JSON value under a key of its own.

use std::collections::HashMap;

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
    parsed(found, key)
}

fn parsed<T: DeserializeOwned + Default>(found: Option<Json<serde_json::Value>>, key: &str) -> Result<T> {
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
    /// The theme and its settings.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn theme_choice(&mut self) -> Result<ThemeChoice> {
        self.depends_on(Tag::Theme);
        value(&mut self.conn, THEME).await
    }

    /// The site's settings, and the theme with its own, by one statement: every page needs both.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn settings_and_theme(&mut self) -> Result<(SiteSettings, ThemeChoice)> {
        self.depends_on(Tag::Settings);
        self.depends_on(Tag::Theme);
        let rows: Vec<(String, Json<serde_json::Value>)> = site_setting::table
            .filter(site_setting::key.eq_any([SITE, THEME]))
            .select((site_setting::key, site_setting::value))
            .load(&mut self.conn)
            .await?;
        let mut rows: HashMap<String, Json<serde_json::Value>> = rows.into_iter().collect();
        Ok((parsed(rows.remove(SITE), SITE)?, parsed(rows.remove(THEME), THEME)?))
    }
}
