//! Wearing another theme.

use actix_web::web::Data;
use rowhouse_engine::preferences;
use serde::Deserialize;

use crate::{
    admin::view::Tone,
    error::Result,
    extract::{Can, Posted, need},
    flash,
    state::Web,
};

/// Which one.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    theme: String,
}

/// Dresses the site in it; visitors see it in their next request.
///
/// # Errors
/// For a theme that the site may not wear, or what the database says.
pub async fn choose(web: Data<Web>, can: Can<need::Themes>, posted: Posted<Chosen>) -> Result {
    let chosen = can.accept(posted)?;
    let at = &can.at;
    let theme = preferences::choose_theme(&at.site, &can.actor(), &chosen.theme).await?;
    let text = format!("The site now wears {}.", theme.manifest.title);
    let site = format!("{}/", at.path());
    let link = Some(("View site", site.as_str()));
    Ok(flash::with_link(&web, at.path(), &at.link("/admin/theme"), Tone::Good, &text, link))
}
