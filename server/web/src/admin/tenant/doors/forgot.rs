//! Asking for a link to choose a new password. What is answered never tells whether there is such a user.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::{EngineError, identity};
use serde::Deserialize;

use super::{address, reset_address, sign_in::too_many, wait};
use crate::{
    admin::{
        frame,
        view::{Forgot, Problem},
    },
    error::Result,
    extract::{At, Form},
    state::Web,
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    user: String,
}

fn view(request: &HttpRequest, web: &Web, at: &At) -> Forgot {
    Forgot { shell: frame::door(web, request, at, "Forgotten password"), ..Forgot::default() }
}

/// The form.
///
/// # Errors
/// A fault in the template.
pub async fn show(request: HttpRequest, web: Data<Web>, at: At) -> Result {
    frame::show(&web, &request, at.path(), &view(&request, &web, &at))
}

/// Sends a link, if there is whom to send it to.
///
/// # Errors
/// What the database says.
pub async fn send(request: HttpRequest, web: Data<Web>, at: At, typed: Form<Typed>) -> Result {
    let mut view = Forgot { user: typed.user.clone(), ..view(&request, &web, &at) };
    if typed.user.trim().is_empty() {
        view.problems = vec![Problem::new("user", "Say who you are: a user name or an e-mail address.")];
        return frame::show_problems(&web, &request, at.path(), &view);
    }
    let link = reset_address(&web, &at);
    match identity::request_reset(&at.site, &typed.user, address(&web, &request), &link).await {
        Ok(()) => {
            view.sent = true;
            frame::show(&web, &request, at.path(), &view)
        }
        Err(EngineError::TooMany { retry_after }) => {
            let text = format!("Too many tries. Wait {}, then try again.", wait(retry_after));
            view.problems = vec![Problem::new("", &text)];
            let mut answer = frame::show(&web, &request, at.path(), &view)?;
            too_many(&mut answer, retry_after);
            Ok(answer)
        }
        Err(other) => Err(other.into()),
    }
}
