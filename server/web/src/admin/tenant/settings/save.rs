//! Saving the settings.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::preferences::{self, SettingsEdit};
use serde::Deserialize;

use crate::{
    admin::{
        frame, say,
        view::{SiteSettings, Tone},
    },
    error::Result,
    extract::{Can, Posted, need},
    flash,
    state::Web,
};

/// The form.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    version: u64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    tagline: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    home: String,
    #[serde(default)]
    home_page: String,
    #[serde(default)]
    posts_path: String,
    #[serde(default)]
    posts_per_page: String,
    #[serde(default)]
    feed_items: String,
    #[serde(default)]
    post_routes: String,
    feed_full: Option<String>,
    noindex: Option<String>,
}

impl Typed {
    fn edit(self) -> SettingsEdit {
        SettingsEdit {
            title: self.title,
            tagline: self.tagline,
            language: self.language,
            time_zone: self.time_zone,
            home: self.home,
            home_page: self.home_page,
            posts_path: self.posts_path,
            posts_per_page: self.posts_per_page,
            feed_items: self.feed_items,
            post_routes: self.post_routes,
            full_feeds: self.feed_full.is_some(),
            private_to_search: self.noindex.is_some(),
        }
    }
}

/// Saves; visitors see it in their next request.
///
/// # Errors
/// What the database says.
pub async fn save(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Settings>,
    posted: Posted<Typed>,
) -> Result {
    let typed = can.accept(posted)?;
    let version = typed.version;
    let edit = typed.edit();
    let at = &can.at;
    match preferences::edit_settings(&at.site, &can.actor(), version, &edit).await {
        Ok(()) => Ok(flash::see_other(&web, at.path(), &at.link("/admin/settings"), Tone::Good, "Saved.")),
        Err(error) => {
            let problems = say::refusal(error)?;
            let view = SiteSettings { problems, ..super::view(&request, &web, &can, edit, version).await? };
            frame::show_problems(&web, &request, at.path(), &view)
        }
    }
}
