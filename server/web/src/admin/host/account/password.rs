//! Changing one's own password.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::identity::{Password, supers};
use serde::Deserialize;

use crate::{
    admin::{
        frame,
        host::see,
        tenant::account::password::forms_problems,
        view::{Account, Problem, Tone},
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Changes it; other sessions end.
///
/// # Errors
/// What the catalogue says.
pub async fn change(request: HttpRequest, web: Data<Web>, who: SuperUser, posted: Posted<Typed>) -> Result {
    let typed = who.accept(posted)?;
    let problems = if typed.password == typed.again {
        let (current, new) = (Password(typed.current), Password(typed.password));
        match supers::change_password(web.node().core(), &who.who, &current, &new).await {
            Ok(()) => {
                let text = "Your password is changed. You are signed out everywhere else.";
                return Ok(see(&web, "/admin/account", Tone::Good, text));
            }
            Err(error) => forms_problems(error)?,
        }
    } else {
        vec![Problem::new("again", "The two passwords are not the same.")]
    };
    let view = Account { problems, ..super::view(&request, &web, &who).await? };
    frame::show_problems(&web, &request, "", &view)
}
