//! The jobs of a site.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::{jobs, preferences};

use super::here;
use crate::{
    admin::{
        frame,
        jobs::groups,
        say,
        view::{Jobs, Link},
    },
    error::Result,
    extract::{Can, need},
    state::Web,
};

/// Shows them.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Tools>) -> Result {
    let list = jobs::jobs(&can.at.site, &can.actor()).await?;
    let zone = preferences::zone(&can.at.site).await?;
    let mut shell = frame::member(&web, &request, &can, "Jobs", "/tools");
    shell.crumbs.push(Link::new("Tools", &format!("{}/tools", can.admin())));
    let view = Jobs { shell, here: here(&can), groups: groups(list, |at| say::when(at, &zone)) };
    frame::show(&web, &request, can.at.path(), &view)
}
