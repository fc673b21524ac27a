//! Choosing a password by a one-time link, the first one or a new one.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_engine::{
    EngineError,
    identity::{self, LinkOwner, Password},
};
use serde::Deserialize;

use crate::{
    admin::{
        frame, say,
        view::{ChooseNew, Problem, Tone},
    },
    error::Result,
    extract::{At, Form},
    flash,
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

fn view(request: &HttpRequest, web: &Web, at: &At, owner: Option<LinkOwner>) -> ChooseNew {
    let title = match &owner {
        Some(owner) if owner.first => "Choose a password",
        _ => "Choose a new password",
    };
    ChooseNew {
        shell: frame::door(web, request, at, title),
        minimum: identity::PASSWORD_MINIMUM,
        expired: owner.is_none(),
        user: owner.map(|o| o.name).unwrap_or_default(),
        ..ChooseNew::default()
    }
}

/// The form, while the link works.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, at: At, token: Path<String>) -> Result {
    let owner = identity::link_owner(&at.site, &token).await?;
    frame::show(&web, &request, at.path(), &view(&request, &web, &at, owner))
}

/// Sets the password and uses the link up.
///
/// # Errors
/// What the database says.
pub async fn choose(
    request: HttpRequest,
    web: Data<Web>,
    at: At,
    token: Path<String>,
    typed: Form<Typed>,
) -> Result {
    let refused = |problems, owner| {
        let view = ChooseNew { problems, ..view(&request, &web, &at, owner) };
        frame::show_problems(&web, &request, at.path(), &view)
    };
    let owner = identity::link_owner(&at.site, &token).await?;
    if owner.is_some() && typed.password != typed.again {
        return refused(vec![Problem::new("again", "The two passwords are not the same.")], owner);
    }
    let password = Password(typed.password.clone());
    match identity::redeem_link(&at.site, &token, &password).await {
        Ok(_) => {
            let text = "Your password is set. Sign in with it.";
            Ok(flash::see_other(&web, at.path(), &at.link("/admin/sign-in"), Tone::Good, text))
        }
        Err(EngineError::NotFound(_)) => refused(Vec::new(), None),
        Err(error) => refused(say::refusal(error)?, owner),
    }
}
