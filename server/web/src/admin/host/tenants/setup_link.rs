//! A new set-up link for a tenant that is not set up yet.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_engine::EngineError;

use super::{detail, once, place};
use crate::{
    admin::{
        frame,
        host::{Pressed, back, home},
        view::TenantDetail,
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// Makes it and shows it once; earlier ones end.
///
/// # Errors
/// What its database says.
pub async fn make(
    request: HttpRequest,
    web: Data<Web>,
    who: SuperUser,
    name: Path<String>,
    posted: Posted<Pressed>,
) -> Result {
    who.accept(posted)?;
    let lifecycle = web.node().lifecycle();
    let tenant = lifecycle.show(&name, &who.actor()).await?;
    let link = match lifecycle.setup_link(&name, &who.actor()).await {
        Ok(link) => link,
        Err(error @ EngineError::Conflict(_)) => return back(&web, &place(&name), Err(error), ""),
        Err(error) => return Err(error.into()),
    };
    let url = home(&web, &tenant).unwrap_or_default();
    let view = detail::view(&request, &web, &who, &tenant, None).await?;
    frame::show(&web, &request, "", &TenantDetail { link: Some(once(&url, &link)), ..view })
}
