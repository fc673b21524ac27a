//! Setting a site up by its own administrator, who has a one-time link: they name it and make their account.
//! Until that is done the site answers nothing else.

pub mod finish;
pub mod open;
pub mod over;

use actix_web::HttpRequest;
use rowhouse_engine::identity;
use serde::Deserialize;

use crate::{
    admin::{frame, view::TenantSetup},
    context,
    extract::{At, AtUnfinished},
    state::Web,
};

/// The secret part of the link.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    token: String,
}

/// The doors of a site ask for a place that serves; the one being set up is about to.
fn place(request: &HttpRequest, at: &AtUnfinished) -> At {
    At { site: at.site.clone(), base: at.base.clone(), arrived: context::facts(request).arrived }
}

/// The screen with nothing typed.
fn view(request: &HttpRequest, web: &Web, at: &At, expired: bool) -> TenantSetup {
    let mut shell = frame::door(web, request, at, "Set up your site");
    // its colour is not served yet
    shell.assets.accent = String::new();
    TenantSetup {
        title: at.site.info().title.clone(),
        shell,
        minimum: identity::PASSWORD_MINIMUM,
        expired,
        ..TenantSetup::default()
    }
}
