//! Changing how one is shown and reached.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::{
    EngineError,
    identity::{self, Password, ProfileEdit},
};
use serde::Deserialize;

use super::password::forms_problems;
use crate::{
    admin::{
        frame,
        view::{Account, Problem, Tone},
    },
    error::{Result, WebError},
    extract::{Member, Posted},
    flash,
    state::Web,
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    bio: String,
    #[serde(default)]
    present: String,
}

/// Saves it.
///
/// # Errors
/// What the database says.
pub async fn save(request: HttpRequest, web: Data<Web>, member: Member, posted: Posted<Typed>) -> Result {
    let typed = member.accept(posted)?;
    let edit = ProfileEdit {
        email: typed.email.clone(),
        name: typed.name.clone(),
        bio: typed.bio.clone(),
        current: Password(typed.present),
    };
    let at = &member.at;
    let Err(error) = identity::edit_profile(&at.site, &member.who, &edit).await else {
        return Ok(flash::see_other(&web, at.path(), &at.link("/admin/account"), Tone::Good, "Saved."));
    };
    let now = super::view(&request, &web, &member).await?;
    let view =
        Account { problems: problems(error)?, name: typed.name, email: typed.email, bio: typed.bio, ..now };
    frame::show_problems(&web, &request, at.path(), &view)
}

/// What is wrong with the form. The screen has a field `current` in another form.
///
/// # Errors
/// The error, if another page has to answer it.
pub fn problems(error: EngineError) -> Result<Vec<Problem>, WebError> {
    let mut problems = forms_problems(error)?;
    for problem in problems.iter_mut().filter(|problem| problem.field == "current") {
        problem.field = "present".into();
    }
    Ok(problems)
}
