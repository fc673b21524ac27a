//! Changing how one is shown and reached.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::identity::{Password, ProfileEdit, supers};
use serde::Deserialize;

use crate::{
    admin::{
        frame,
        host::see,
        tenant::account::profile::problems,
        view::{Account, Tone},
    },
    error::Result,
    extract::{Posted, SuperUser},
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
    present: String,
}

/// Saves it.
///
/// # Errors
/// What the catalogue says.
pub async fn save(request: HttpRequest, web: Data<Web>, who: SuperUser, posted: Posted<Typed>) -> Result {
    let Typed { name, email, present } = who.accept(posted)?;
    let edit = ProfileEdit {
        email: email.clone(),
        name: name.clone(),
        bio: String::new(),
        current: Password(present),
    };
    match supers::edit_profile(web.node().core(), &who.who, &edit).await {
        Ok(()) => Ok(see(&web, "/admin/account", Tone::Good, "Saved.")),
        Err(error) => {
            let now = super::view(&request, &web, &who).await?;
            let view = Account { problems: problems(error)?, name, email, ..now };
            frame::show_problems(&web, &request, "", &view)
        }
    }
}
