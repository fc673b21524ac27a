//! Saving what is set for the theme in use. Without a script the buttons of the logo also save: one goes on to
//! the library, one takes the picture away.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web::Data};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rowhouse_engine::{
    EngineError,
    preferences::{self, SettingProblem, ThemePage},
};

use super::{flat, view};
use crate::{
    admin::{
        frame, say,
        view::{Problem, ThemeSettings, Tone},
    },
    error::{Result, WebError},
    extract::{Can, Member, Posted, need},
    flash, reply,
    state::Web,
};

async fn change(
    member: &Member,
    page: &ThemePage,
    given: &BTreeMap<String, String>,
) -> Result<Vec<Problem>, WebError> {
    let version = given.get("version").and_then(|text| text.parse().ok()).unwrap_or_default();
    let told = |p: &SettingProblem| Problem::new(&p.key, &say::sentence(&p.problem));
    let edit = match page.read(version, given) {
        Ok(edit) => edit,
        Err(problems) => return Ok(problems.iter().map(told).collect()),
    };
    match preferences::edit_theme(&member.at.site, &member.actor(), edit).await {
        Ok(()) => Ok(Vec::new()),
        Err(error @ (EngineError::Invalid(_) | EngineError::Conflict(_))) => say::refusal(error),
        Err(other) => Err(other.into()),
    }
}

/// Saves; visitors see it in their next request.
///
/// # Errors
/// What the database says.
pub async fn save(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Themes>,
    posted: Posted<BTreeMap<String, Vec<String>>>,
) -> Result {
    let mut given = flat(can.accept(posted)?);
    if given.get("clear").is_some_and(|field| field == "logo") {
        given.insert("logo".into(), String::new());
    }
    let at = &can.at;
    let page = preferences::theme_page(&at.site, &can.actor()).await?;
    let problems = change(&can, &page, &given).await?;
    if !problems.is_empty() {
        let version = given.get("version").and_then(|text| text.parse().ok()).unwrap_or(page.mark);
        let again = ThemeSettings { problems, version, ..view(&request, &web, &can, &page, &given) };
        return frame::show_problems(&web, &request, at.path(), &again);
    }
    let here = at.link("/admin/theme");
    if given.contains_key("pick") {
        let back = utf8_percent_encode(&format!("{here}?"), NON_ALPHANUMERIC).to_string();
        let picker = at.link("/admin/media/picker");
        return Ok(reply::see_other(&format!("{picker}?field=logo&return_to={back}")));
    }
    let site = format!("{}/", at.path());
    let link = Some(("View site", site.as_str()));
    Ok(flash::with_link(&web, at.path(), &here, Tone::Good, "The look is saved.", link))
}
