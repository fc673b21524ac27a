//! Starting a tenant over from a recipe. Its name has to be typed.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_engine::tenants::ResetTenant;
use serde::Deserialize;

use super::{detail, once, place};
use crate::{
    admin::{
        confirm::{Answer, Question},
        frame,
        host::{home, see},
        say,
        view::{TenantDetail, Tone},
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// What to start over from, and the typed name.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    recipe: String,
    confirm: Option<String>,
}

/// Starts over, or asks first.
///
/// # Errors
/// What a database says.
pub async fn reset(
    request: HttpRequest,
    web: Data<Web>,
    who: SuperUser,
    name: Path<String>,
    posted: Posted<Typed>,
) -> Result {
    let typed = who.accept(posted)?;
    let lifecycle = web.node().lifecycle();
    let tenant = lifecycle.show(&name, &who.actor()).await?;
    let at = place(tenant.name.as_str());
    let question = Question {
        heading: format!("Start “{}” over?", tenant.title),
        consequences: vec![
            "Its pages, posts and media go for good.".into(),
            "Its users stay; everybody signs in anew.".into(),
        ],
        word: Some(tenant.name.to_string()),
        action: format!("{at}/reset"),
        button: "Start over".into(),
        hidden: vec![("recipe", typed.recipe.clone())],
        cancel: at.clone(),
    };
    let answer = Answer { confirm: typed.confirm };
    if !question.agrees(&answer) {
        let shell = frame::host(&web, &request, &who, "Start over", "/tenants");
        return question.ask(&web, &request, "", shell, &answer);
    }
    let how = ResetTenant { recipe: typed.recipe, theme: String::new() };
    let done = lifecycle.reset(&tenant.id.to_string(), how, &who.actor()).await;
    web.node().refresh().await?;
    let done = match done {
        Ok(done) => done,
        Err(error) => {
            let problems = say::refusal(error)?;
            let view = detail::view(&request, &web, &who, &tenant, None).await?;
            return frame::show_problems(&web, &request, "", &TenantDetail { problems, ..view });
        }
    };
    let Some(link) = done.setup else { return Ok(see(&web, &at, Tone::Good, "It starts over.")) };
    let url = home(&web, &done.tenant).unwrap_or_default();
    let view = detail::view(&request, &web, &who, &done.tenant, None).await?;
    frame::show(&web, &request, "", &TenantDetail { link: Some(once(&url, &link)), ..view })
}
