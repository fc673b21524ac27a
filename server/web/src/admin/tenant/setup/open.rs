//! The form, while the link works.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use rowhouse_engine::{identity, preferences};

use super::{Asked, place, view};
use crate::{
    admin::{
        frame, say,
        view::{OneTime, TenantSetup},
    },
    error::Result,
    extract::AtUnfinished,
    state::Web,
};

/// Shows the form, or that the link does not work.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, at: AtUnfinished, asked: Query<Asked>) -> Result {
    let until = identity::setup_open(&at.site, &asked.token).await?;
    let zone = preferences::zone(&at.site).await?;
    let at = place(&request, &at);
    let link = until.map(|until| OneTime { link: String::new(), expires: say::when(until, &zone) });
    let view = TenantSetup { link, ..view(&request, &web, &at, until.is_none()) };
    frame::show(&web, &request, at.path(), &view)
}
