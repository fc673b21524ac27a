//! Finishing the set-up: the site runs and its administrator is signed in.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use rowhouse_engine::{
    EngineError,
    identity::{self, Attempt, NewPerson, Password},
    tenants::SetUpTenant,
};
use serde::Deserialize;

use super::{Asked, place, view};
use crate::{
    admin::{
        frame, say,
        tenant::doors::{address, agent, keep_session},
        view::{Problem, TenantSetup, Tone},
    },
    error::Result,
    extract::{At, AtUnfinished, Form},
    flash,
    state::Web,
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    title: String,
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

impl Typed {
    fn set_up(&self) -> SetUpTenant {
        let person = NewPerson {
            user: self.user.clone(),
            email: self.email.clone(),
            name: self.name.clone(),
            bio: String::new(),
        };
        SetUpTenant { title: self.title.clone(), person, password: Password(self.password.clone()) }
    }
}

/// Takes the form and uses the link up.
///
/// # Errors
/// What the databases say.
pub async fn finish(
    request: HttpRequest,
    web: Data<Web>,
    at: AtUnfinished,
    asked: Query<Asked>,
    typed: Form<Typed>,
) -> Result {
    let at = place(&request, &at);
    let open = identity::setup_open(&at.site, &asked.token).await?.is_some();
    if open && typed.password != typed.again {
        let problems = vec![Problem::new("again", "The two passwords are not the same.")];
        return again(&request, &web, &at, &typed, problems, false);
    }
    match web.node().lifecycle().set_up(&at.site, &asked.token, typed.set_up()).await {
        Ok(_) => {
            web.node().refresh().await?;
            enter(&request, &web, &at, &typed).await
        }
        Err(EngineError::NotFound(_)) => again(&request, &web, &at, &typed, Vec::new(), true),
        Err(error) => again(&request, &web, &at, &typed, say::refusal(error)?, false),
    }
}

async fn enter(request: &HttpRequest, web: &Web, at: &At, typed: &Typed) -> Result {
    let attempt = Attempt {
        login: typed.user.clone(),
        password: Password(typed.password.clone()),
        address: address(web, request),
        agent: agent(request),
        before: None,
    };
    let begun = identity::sign_in(&at.site, &attempt).await?;
    let text = "Your site is set up. This is where you look after it.";
    let mut answer = flash::see_other(web, at.path(), &at.link("/admin"), Tone::Good, text);
    keep_session(web, at, &begun, &mut answer);
    Ok(answer)
}

fn again(
    request: &HttpRequest,
    web: &Web,
    at: &At,
    typed: &Typed,
    problems: Vec<Problem>,
    expired: bool,
) -> Result<HttpResponse> {
    let view = TenantSetup {
        problems,
        title: typed.title.clone(),
        user: typed.user.clone(),
        name: typed.name.clone(),
        email: typed.email.clone(),
        ..view(request, web, at, expired)
    };
    frame::show_problems(web, request, at.path(), &view)
}
