//! Choosing what the base address shows.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::pages::{self, Landing};
use serde::Deserialize;

use crate::{
    admin::{
        frame,
        host::see,
        say,
        view::{LandingPage, Tone},
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    to: String,
}

/// Saves it.
///
/// # Errors
/// What the catalogue says.
pub async fn save(request: HttpRequest, web: Data<Web>, who: SuperUser, posted: Posted<Typed>) -> Result {
    let Typed { kind, title, text, to } = who.accept(posted)?;
    let landing = match kind.as_str() {
        "redirect" => Landing::Redirect { to: to.trim().to_owned() },
        _ => Landing::Text { title: title.trim().to_owned(), text: text.clone() },
    };
    let Err(error) = pages::set_landing(web.node(), &who.actor(), &landing).await else {
        return Ok(see(&web, "/admin/landing", Tone::Good, "Saved. Strangers see it from now on."));
    };
    let problems = say::refusal(error)?;
    let view = super::view(&request, &web, &who, landing);
    // also what belongs to the other choice is kept
    let view = LandingPage { problems, title, text, to, ..view };
    frame::show_problems(&web, &request, "", &view)
}
