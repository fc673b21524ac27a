//! First set-up: the first super user is made with the one-time token from the log.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use rowhouse_engine::identity::{Attempt, NewPerson, PASSWORD_MINIMUM_SUPER, Password, supers};
use serde::Deserialize;

use super::keep_session;
use crate::{
    admin::{
        frame,
        host::see,
        say,
        tenant::doors::{address, agent},
        view::{FirstRun, Problem, Tone},
    },
    error::{Result, WebError},
    extract::Form,
    state::Web,
};

/// The token, where it came with the address.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    token: String,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    token: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

fn view(request: &HttpRequest, web: &Web) -> FirstRun {
    let shell = frame::host_door(web, request, "Set up Rowhouse");
    FirstRun { shell, minimum: PASSWORD_MINIMUM_SUPER, ..FirstRun::default() }
}

/// Once somebody manages the row there is nothing here.
async fn still_open(web: &Web) -> Result<(), WebError> {
    if supers::is_first_run(web.node().core()).await? { Ok(()) } else { Err(WebError::NotFound) }
}

/// The form, while nobody manages the row.
///
/// # Errors
/// [`WebError::NotFound`] afterwards, or what the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, asked: Query<Asked>) -> Result {
    still_open(&web).await?;
    let view = FirstRun { token: asked.into_inner().token, ..view(&request, &web) };
    frame::show(&web, &request, "", &view)
}

/// Makes the first super user and signs them in.
///
/// # Errors
/// What the catalogue says.
pub async fn finish(request: HttpRequest, web: Data<Web>, typed: Form<Typed>) -> Result {
    still_open(&web).await?;
    let Form(typed) = typed;
    let core = web.node().core();
    let person = NewPerson {
        user: typed.user.clone(),
        email: typed.email.clone(),
        name: typed.name.clone(),
        bio: String::new(),
    };
    let password = Password(typed.password.clone());
    let problems = if typed.password == typed.again {
        match supers::first_run(core, &typed.token, &person, &password).await {
            Ok(_) => Vec::new(),
            Err(error) => say::refusal(error)?,
        }
    } else {
        vec![Problem::new("again", "The two passwords are not the same.")]
    };
    if !problems.is_empty() {
        let Typed { token, user, name, email, .. } = typed;
        let view = FirstRun { problems, token, user, name, email, ..view(&request, &web) };
        return frame::show_problems(&web, &request, "", &view);
    }
    let attempt = Attempt {
        login: typed.user,
        password,
        address: address(&web, &request),
        agent: agent(&request),
        before: None,
    };
    let begun = supers::sign_in(core, &attempt).await?;
    let text = "Rowhouse is set up. Make the first tenant.";
    let mut answer = see(&web, "/admin/tenants", Tone::Good, text);
    keep_session(&web, &begun, &mut answer);
    Ok(answer)
}
