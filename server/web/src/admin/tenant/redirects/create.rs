//! A new redirect.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::content;
use serde::Deserialize;

use super::{Asked, screen};
use crate::{
    admin::{say, view::Tone},
    error::Result,
    extract::{Can, Posted, need},
    flash,
    state::Web,
};

/// What the form sends; `permanent` comes empty, and once more if it was ticked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    from: String,
    to: String,
    permanent: Vec<String>,
}

/// Makes it.
///
/// # Errors
/// What the database says.
pub async fn create(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Redirects>,
    posted: Posted<Typed>,
) -> Result {
    let typed = member.accept(posted)?;
    let permanent = typed.permanent.iter().any(|value| value == "on");
    let to = Err(typed.to.clone());
    match content::add_redirect(&member.at.site, &member.actor(), &typed.from, to, permanent).await {
        Ok(row) => {
            let back = format!("{}/redirects", member.admin());
            let told = format!("{} leads to {} now.", row.from, row.to.unwrap_or_default());
            Ok(flash::see_other(&web, member.at.path(), &back, Tone::Good, &told))
        }
        Err(error) => {
            let mut problems = say::refusal(error)?;
            for problem in problems.iter_mut().filter(|problem| problem.field.is_empty()) {
                problem.field = "from".into();
            }
            let asked = Asked { from: typed.from, to: typed.to, passing: !permanent, ..Asked::default() };
            screen(&web, &request, &member, &asked, problems).await
        }
    }
}
