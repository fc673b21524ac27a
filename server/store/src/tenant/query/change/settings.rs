//! The site's settings and its theme.

use diesel::prelude::*;
use rowhouse_domain::{
    coherence::Tag,
    name::RoutePath,
    settings::{Home, SiteSettings, ThemeChoice},
};
use serde::Serialize;

use super::super::{super::change::Change, public::settings};
use crate::{
    error::{Result, StoreError},
    query::RunQueryDsl,
    schema::tenant::site_setting,
    types::Json,
};

impl Change {
    async fn set_value(&mut self, key: &'static str, value: &(impl Serialize + Sync)) -> Result<()> {
        let value = serde_json::to_value(value).map_err(|e| StoreError::Other(e.to_string()))?;
        let value = Json(value);
        diesel::insert_into(site_setting::table)
            .values((site_setting::key.eq(key), site_setting::value.eq(&value)))
            .on_conflict(site_setting::key)
            .do_update()
            .set(site_setting::value.eq(&value))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Writes the site's settings.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_site_settings(&mut self, new: &SiteSettings) -> Result<()> {
        let old = self.site_settings().await?;
        self.set_value(settings::SITE, new).await?;
        self.touch(Tag::Settings);
        if old.home == new.home {
            return Ok(());
        }
        // the page that is the home answers at the root and no longer at its own path
        self.touch_path(&RoutePath::root());
        for home in [old.home, new.home] {
            if let Home::Page(page) = home
                && let Some(face) = self.face(page).await?
            {
                self.touch_path(&face.route);
            }
        }
        Ok(())
    }

    /// Writes the theme and its settings.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_theme_choice(&mut self, new: &ThemeChoice) -> Result<()> {
        self.set_value(settings::THEME, new).await?;
        self.touch(Tag::Theme);
        Ok(())
    }
}
