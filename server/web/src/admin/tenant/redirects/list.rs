//! The redirects of a site.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};

use super::{Asked, screen};
use crate::{
    error::Result,
    extract::{Can, need},
    state::Web,
};

/// Shows them, and the form for a new one.
///
/// # Errors
/// What the database says.
pub async fn show(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::Redirects>,
    asked: Query<Asked>,
) -> Result {
    screen(&web, &request, &member, &asked, Vec::new()).await
}
