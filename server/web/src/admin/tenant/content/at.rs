//! From a page of the site to where it is edited.

use actix_web::web::{Data, Query};
use rowhouse_domain::{addressing::RequestPath, name::RoutePath};
use rowhouse_engine::content;
use serde::Deserialize;

use crate::{admin::view::Tone, error::Result, extract::Member, flash, reply, state::Web};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    path: String,
}

/// Leads to the editor of what stands at a path.
///
/// # Errors
/// What the database says.
pub async fn find(web: Data<Web>, member: Member, asked: Query<Asked>) -> Result {
    let list = format!("{}/content", member.admin());
    let found = match route(&asked.path) {
        Some(route) => content::item_at(&member.at.site, &route).await?,
        None => None,
    };
    Ok(match found {
        Some(id) => reply::see_other(&format!("{list}/{id}")),
        None => {
            let told = "That page is made of others, so there is nothing to edit at its address.";
            flash::see_other(&web, member.at.path(), &list, Tone::Neutral, told)
        }
    })
}

fn route(path: &str) -> Option<RoutePath> {
    RequestPath::parse(path)?.route().ok().map(|canonical| canonical.path)
}
