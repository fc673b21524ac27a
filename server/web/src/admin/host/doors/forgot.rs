//! Asking for a link to choose a new password. What is answered never tells whether there is such a super user.

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
    web::Data,
};
use rowhouse_engine::{EngineError, identity::supers};
use serde::Deserialize;

use crate::{
    admin::{
        frame,
        tenant::doors::{address, wait},
        view::{Forgot, Problem},
    },
    error::Result,
    extract::Form,
    state::Web,
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    user: String,
}

fn view(request: &HttpRequest, web: &Web) -> Forgot {
    Forgot { shell: frame::host_door(web, request, "Forgotten password"), ..Forgot::default() }
}

/// The form.
///
/// # Errors
/// A fault in the template.
pub async fn show(request: HttpRequest, web: Data<Web>) -> Result {
    frame::show(&web, &request, "", &view(&request, &web))
}

/// Sends a link, if there is whom to send it to.
///
/// # Errors
/// What the catalogue says.
pub async fn send(request: HttpRequest, web: Data<Web>, typed: Form<Typed>) -> Result {
    let mut view = Forgot { user: typed.user.clone(), ..view(&request, &web) };
    if typed.user.trim().is_empty() {
        view.problems = vec![Problem::new("user", "Say who you are: a user name or an e-mail address.")];
        return frame::show_problems(&web, &request, "", &view);
    }
    let node = web.node();
    let link = format!("{}admin/reset/", node.settings().public_url);
    match supers::request_reset(node.core(), &typed.user, address(&web, &request), &link).await {
        Ok(()) => {
            view.sent = true;
            frame::show(&web, &request, "", &view)
        }
        Err(EngineError::TooMany { retry_after }) => {
            let text = format!("Too many tries. Wait {}, then try again.", wait(retry_after));
            view.problems = vec![Problem::new("", &text)];
            let mut answer = frame::show(&web, &request, "", &view)?;
            *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            let seconds = retry_after.as_secs().saturating_add(1);
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            Ok(answer)
        }
        Err(other) => Err(other.into()),
    }
}
