//! Changing a tenant's title, addresses and limits.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};

use super::{
    detail,
    form::{self, Typed},
    place,
};
use crate::{
    admin::{
        frame,
        host::see,
        view::{TenantDetail, Tone},
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// Saves the form.
///
/// # Errors
/// What the catalogue says.
pub async fn save(
    request: HttpRequest,
    web: Data<Web>,
    who: SuperUser,
    name: Path<String>,
    posted: Posted<Typed>,
) -> Result {
    let typed = who.accept(posted)?;
    let lifecycle = web.node().lifecycle();
    let tenant = lifecycle.show(&name, &who.actor()).await?;
    let problems = match typed.quotas() {
        Err(problems) => problems,
        Ok(quotas) => {
            let id = tenant.id.to_string();
            match lifecycle.edit(&id, typed.edit(&web, quotas), &who.actor()).await {
                Ok(changed) => {
                    web.node().refresh().await?;
                    return Ok(see(&web, &place(changed.name.as_str()), Tone::Good, "Saved."));
                }
                Err(error) => form::refusal(error)?,
            }
        }
    };
    let view = detail::view(&request, &web, &who, &tenant, Some(&typed)).await?;
    frame::show_problems(&web, &request, "", &TenantDetail { problems, ..view })
}
