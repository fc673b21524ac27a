//! A link by which a user chooses a password.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::UserId;
use rowhouse_engine::{EngineError, identity};

use super::{address_of, view_with_link};
use crate::{
    admin::{
        frame,
        tenant::{Pressed, back, doors::reset_address},
    },
    error::Result,
    extract::{Can, Posted, need},
    state::Web,
};

/// Makes the link and shows it once; earlier ones end.
///
/// # Errors
/// If there is no such user, or what the database says.
pub async fn make(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Users>,
    id: Path<UserId>,
    posted: Posted<Pressed>,
) -> Result {
    can.accept(posted)?;
    let base = reset_address(&web, &can.at);
    match identity::send_reset_link(&can.at.site, &can.actor(), *id, &base).await {
        Ok(link) => {
            let view = view_with_link(&request, &web, &can, *id, &link).await?;
            frame::show(&web, &request, can.at.path(), &view)
        }
        Err(error @ EngineError::Conflict(_)) => back(&web, &can.at, &address_of(&can, *id), Err(error), ""),
        Err(other) => Err(other.into()),
    }
}
