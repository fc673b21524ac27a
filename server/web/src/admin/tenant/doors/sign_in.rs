//! Signing in.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Query},
};
use rowhouse_engine::{
    EngineError, SignInError,
    identity::{self, Attempt, Password},
};
use serde::Deserialize;

use super::{address, agent, keep_session, next, wait};
use crate::{
    admin::{
        frame, say,
        view::{Problem, SignIn},
    },
    error::Result,
    extract::{At, Form, session_scope, signed_in},
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

/// The form; whoever is signed in goes on.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, at: At, asked: Query<Asked>) -> Result {
    let next = next(&at.link("/admin"), &asked.next);
    if signed_in(&web, &request, &at).await?.is_some() {
        return Ok(reply::see_other(&next));
    }
    let view = SignIn { shell: frame::door(&web, &request, &at, "Sign in"), next, ..SignIn::default() };
    frame::show(&web, &request, at.path(), &view)
}

/// Begins a session.
///
/// # Errors
/// What the database says.
pub async fn enter(request: HttpRequest, web: Data<Web>, at: At, typed: Form<Typed>) -> Result {
    let attempt = Attempt {
        login: typed.user.clone(),
        password: Password(typed.password.clone()),
        address: address(&web, &request),
        agent: agent(&request),
        before: web.cookies().read(&request, &session_scope(&web, &at)),
    };
    let begun = match identity::sign_in(&at.site, &attempt).await {
        Ok(begun) => begun,
        Err(EngineError::SignIn(refused)) => return again(&request, &web, &at, &typed, &refused),
        Err(other) => return Err(other.into()),
    };
    let to =
        if begun.must_change { at.link("/admin/account") } else { next(&at.link("/admin"), &typed.next) };
    let mut answer = reply::see_other(&to);
    keep_session(&web, &at, &begun, &mut answer);
    Ok(answer)
}

fn again(
    request: &HttpRequest,
    web: &Web,
    at: &At,
    typed: &Typed,
    refused: &SignInError,
) -> Result<HttpResponse> {
    let mut view = SignIn {
        shell: frame::door(web, request, at, "Sign in"),
        user: typed.user.clone(),
        next: next(&at.link("/admin"), &typed.next),
        ..SignIn::default()
    };
    let SignInError::TooMany { retry_after } = refused else {
        view.problems = vec![Problem::new("", &say::sentence(&refused.to_string()))];
        return frame::show_problems(web, request, at.path(), &view);
    };
    view.wait = Some(wait(*retry_after));
    let mut answer = frame::show(web, request, at.path(), &view)?;
    too_many(&mut answer, *retry_after);
    Ok(answer)
}

/// Marks an answer as one to too many tries.
pub(super) fn too_many(answer: &mut HttpResponse, retry_after: Duration) {
    *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let seconds = retry_after.as_secs().saturating_add(1);
    answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
}
