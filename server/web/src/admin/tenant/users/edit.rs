//! One user: as they are, and saving what was changed.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::UserId;
use rowhouse_engine::{EngineError, identity};

use super::{Typed, address_of, view};
use crate::{
    admin::{
        frame, say,
        view::{Tone, UserEdit},
    },
    error::Result,
    extract::{Can, Member, Posted, need},
    flash,
    state::Web,
};

/// Shows a user.
///
/// # Errors
/// If there is none, or what the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Users>, id: Path<UserId>) -> Result {
    let view = view(&request, &web, &can, *id).await?;
    frame::show(&web, &request, can.at.path(), &view)
}

async fn change(member: &Member, id: UserId, typed: &Typed) -> Result<(), EngineError> {
    let (site, actor) = (&member.at.site, member.actor());
    // this screen does not show what they say about themselves, so it stays
    let bio = identity::user(site, &actor, id).await?.summary.bio;
    let edit = identity::UserEdit { person: typed.person(bio), roles: Some(typed.roles()?) };
    identity::edit_user(site, &actor, id, &edit).await
}

/// Saves a user.
///
/// # Errors
/// If there is none, or what the database says.
pub async fn save(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Users>,
    id: Path<UserId>,
    posted: Posted<Typed>,
) -> Result {
    let typed = can.accept(posted)?;
    match change(&can, *id, &typed).await {
        Ok(()) => Ok(flash::see_other(&web, can.at.path(), &address_of(&can, *id), Tone::Good, "Saved.")),
        Err(error) => {
            let problems = say::refusal(error)?;
            let view = UserEdit { problems, ..typed.fill(view(&request, &web, &can, *id).await?) };
            frame::show_problems(&web, &request, can.at.path(), &view)
        }
    }
}
