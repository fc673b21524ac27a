//! The doors of the Default tenant: first set-up, signing in and out, choosing a password by a link. Nobody is
//! known here yet; forms are only taken from pages of this very address, and tries are limited.

pub mod first_run;
pub mod forgot;
pub mod reset;
pub mod sign_in;
pub mod sign_out;

use std::time::Duration;

use actix_web::HttpResponse;
use rowhouse_engine::identity::Begun;

use crate::{extract::super_scope, flash, state::Web};

/// Gives the browser its session, for as long as that can last.
pub fn keep_session(web: &Web, begun: &Begun, answer: &mut HttpResponse) {
    let left = begun.expires_at.duration_since(web.node().core().clock.now());
    let age = Duration::try_from(left).unwrap_or_default();
    flash::append(answer, &web.cookies().write(&super_scope(web), &begun.token, Some(age)));
}
