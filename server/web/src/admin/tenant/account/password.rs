//! Changing one's own password.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::{
    EngineError,
    identity::{self, Password},
};
use serde::Deserialize;

use crate::{
    admin::{
        frame, say,
        tenant::doors::wait,
        view::{Account, Problem, Tone},
    },
    error::{Result, WebError},
    extract::{Member, Posted},
    flash,
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
/// What the database says.
pub async fn change(request: HttpRequest, web: Data<Web>, member: Member, posted: Posted<Typed>) -> Result {
    let typed = member.accept(posted)?;
    let at = &member.at;
    let problems = if typed.password == typed.again {
        let (current, new) = (Password(typed.current), Password(typed.password));
        match identity::change_password(&at.site, &member.who, &current, &new).await {
            Ok(()) => {
                let text = "Your password is changed. You are signed out everywhere else.";
                return Ok(flash::see_other(&web, at.path(), &at.link("/admin/account"), Tone::Good, text));
            }
            Err(error) => forms_problems(error)?,
        }
    } else {
        vec![Problem::new("again", "The two passwords are not the same.")]
    };
    let view = Account { problems, ..super::view(&request, &web, &member).await? };
    frame::show_problems(&web, &request, at.path(), &view)
}

/// As [`say::refusal`]; too many wrong passwords are told beside the forms, too.
///
/// # Errors
/// The error, if another page has to answer it.
pub fn forms_problems(error: EngineError) -> Result<Vec<Problem>, WebError> {
    match error {
        EngineError::TooMany { retry_after } => {
            let text = format!("Too many tries. Wait {}, then try again.", wait(retry_after));
            Ok(vec![Problem::new("", &text)])
        }
        other => say::refusal(other),
    }
}
