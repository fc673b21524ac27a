//! The admin: what the people who run a site, and those who run the whole row, work in.
//!
//! `view` holds what each screen shows, as plain values. Reading requests and calling the engine belongs to
//! the handlers beside it.

pub mod view;

use actix_web::HttpRequest;
use rowhouse_engine::pages::Ask;
use rowhouse_render::{RenderError, Templates, context::Overlay};

use crate::{assets::Assets, context::Area, extract::At, fault::Failure, state::Web};

/// Compiles the admin's templates.
///
/// # Errors
/// The first fault, with file and line.
pub fn templates(_assets: &Assets) -> Result<Templates, RenderError> {
    Templates::compile(std::iter::empty::<(&str, &str)>(), &rowhouse_render::TemplateHelpers::default())
}

/// The page for a failure inside the admin.
#[must_use]
pub fn fault_page(_web: &Web, _request: &HttpRequest, _area: &Area, failure: &Failure) -> String {
    failure.words.clone()
}

/// The bar for a signed-in person, if the request is one's.
pub async fn overlay(_web: &Web, _request: &HttpRequest, _at: &At, _ask: &Ask) -> Option<Overlay> {
    None
}
