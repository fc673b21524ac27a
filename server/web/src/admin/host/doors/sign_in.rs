//! Signing in as a super user.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Query},
};
use rowhouse_engine::{
    EngineError, SignInError,
    identity::{Attempt, Password, supers},
};
use serde::Deserialize;

use super::keep_session;
use crate::{
    admin::{
        frame, say,
        tenant::doors::{address, agent, next, wait},
        view::{Problem, SignIn},
    },
    error::Result,
    extract::{Form, super_scope},
    reply,
    state::Web,
};

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// The form; whoever is signed in goes on, and before the first set-up that comes first.
///
/// # Errors
/// What the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, asked: Query<Asked>) -> Result {
    let next = next("/admin", &asked.next);
    let core = web.node().core();
    if let Some(token) = web.cookies().read(&request, &super_scope(&web))
        && supers::resolve_session(core, &token).await?.is_some()
    {
        return Ok(reply::see_other(&next));
    }
    if supers::is_first_run(core).await? {
        return Ok(reply::see_other("/setup"));
    }
    let view = SignIn { shell: frame::host_door(&web, &request, "Sign in"), next, ..SignIn::default() };
    frame::show(&web, &request, "", &view)
}

/// Begins a session.
///
/// # Errors
/// What the catalogue says.
pub async fn enter(request: HttpRequest, web: Data<Web>, typed: Form<Typed>) -> Result {
    let attempt = Attempt {
        login: typed.user.clone(),
        password: Password(typed.password.clone()),
        address: address(&web, &request),
        agent: agent(&request),
        before: web.cookies().read(&request, &super_scope(&web)),
    };
    match supers::sign_in(web.node().core(), &attempt).await {
        Ok(begun) => {
            let mut answer = reply::see_other(&next("/admin", &typed.next));
            keep_session(&web, &begun, &mut answer);
            Ok(answer)
        }
        Err(EngineError::SignIn(refused)) => again(&request, &web, &typed, &refused),
        Err(other) => Err(other.into()),
    }
}

fn again(request: &HttpRequest, web: &Web, typed: &Typed, refused: &SignInError) -> Result<HttpResponse> {
    let mut view = SignIn {
        shell: frame::host_door(web, request, "Sign in"),
        user: typed.user.clone(),
        next: next("/admin", &typed.next),
        ..SignIn::default()
    };
    let SignInError::TooMany { retry_after } = refused else {
        let words = match refused {
            // there is no administrator above a super user
            SignInError::Disabled => "This account is disabled; ask another super user.".to_owned(),
            SignInError::Wrong | SignInError::TooMany { .. } => say::sentence(&refused.to_string()),
        };
        view.problems = vec![Problem::new("", &words)];
        return frame::show_problems(web, request, "", &view);
    };
    view.wait = Some(wait(*retry_after));
    let mut answer = frame::show(web, request, "", &view)?;
    *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let seconds = retry_after.as_secs().saturating_add(1);
    answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    Ok(answer)
}
