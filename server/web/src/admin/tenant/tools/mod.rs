//! Tools: what imports left behind, and forgetting the pages that are kept ready.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::pages;

use super::Pressed;
use crate::{
    admin::{
        frame, say,
        view::{Tone, Tools},
    },
    error::Result,
    extract::{Can, Posted, need},
    flash,
    state::Web,
};

/// Shows the tools.
///
/// # Errors
/// A fault in the template.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Tools>) -> Result {
    let view = Tools {
        shell: frame::member(&web, &request, &can, "Tools", "/tools"),
        tenant: can.at.site.info().name.to_string(),
        imports: Vec::new(),
    };
    frame::show(&web, &request, can.at.path(), &view)
}

/// Forgets the pages of this site that this node keeps; each is made afresh when it is next asked for.
///
/// # Errors
/// What the node says.
pub async fn purge(web: Data<Web>, can: Can<need::Tools>, posted: Posted<Pressed>) -> Result {
    can.accept(posted)?;
    let at = &can.at;
    let origin = pages::origin_of(&web.node().settings().public_url, &at.base);
    let purged = pages::purge(web.node(), &format!("{origin}{}/", at.path()), true).await?;
    let text = format!("{} forgotten on {}.", say::count(purged.pages, "page"), web.node().settings().node);
    Ok(flash::see_other(&web, at.path(), &at.link("/admin/tools"), Tone::Good, &text))
}
