//! Choosing a password by a one-time link, the first one or a new one.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_engine::{
    EngineError,
    identity::{LinkOwner, PASSWORD_MINIMUM_SUPER, Password, supers},
};
use serde::Deserialize;

use crate::{
    admin::{
        frame,
        host::see,
        say,
        view::{ChooseNew, Problem, Tone},
    },
    error::Result,
    extract::Form,
    state::Web,
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

fn view(request: &HttpRequest, web: &Web, owner: Option<LinkOwner>) -> ChooseNew {
    let title = match &owner {
        Some(owner) if owner.first => "Choose a password",
        _ => "Choose a new password",
    };
    ChooseNew {
        shell: frame::host_door(web, request, title),
        minimum: PASSWORD_MINIMUM_SUPER,
        expired: owner.is_none(),
        user: owner.map(|o| o.name).unwrap_or_default(),
        ..ChooseNew::default()
    }
}

/// The form, while the link works.
///
/// # Errors
/// What the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, token: Path<String>) -> Result {
    let owner = supers::link_owner(web.node().core(), &token).await?;
    frame::show(&web, &request, "", &view(&request, &web, owner))
}

/// Sets the password and uses the link up.
///
/// # Errors
/// What the catalogue says.
pub async fn choose(request: HttpRequest, web: Data<Web>, token: Path<String>, typed: Form<Typed>) -> Result {
    let core = web.node().core();
    let problems = if typed.password == typed.again {
        match supers::redeem_link(core, &token, &Password(typed.password.clone())).await {
            Ok(_) => {
                return Ok(see(&web, "/admin/sign-in", Tone::Good, "Your password is set. Sign in with it."));
            }
            Err(EngineError::NotFound(_)) => Vec::new(),
            Err(error) => say::refusal(error)?,
        }
    } else {
        vec![Problem::new("again", "The two passwords are not the same.")]
    };
    let owner = supers::link_owner(core, &token).await?;
    frame::show_problems(&web, &request, "", &ChooseNew { problems, ..view(&request, &web, owner) })
}
