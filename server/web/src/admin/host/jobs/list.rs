//! The installation's own jobs; tenants see theirs.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::jobs;

use super::HERE;
use crate::{
    admin::{
        frame,
        host::when,
        jobs::groups,
        view::{Jobs, Link},
    },
    error::Result,
    extract::SuperUser,
    state::Web,
};

/// Shows them.
///
/// # Errors
/// What the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser) -> Result {
    let list = jobs::own_jobs(web.node().lifecycle(), &who.actor()).await?;
    let mut shell = frame::host(&web, &request, &who, "Jobs", "/system");
    shell.crumbs.push(Link::new("System", "/admin/system"));
    let view = Jobs { shell, here: HERE.into(), groups: groups(list, when) };
    frame::show(&web, &request, "", &view)
}
