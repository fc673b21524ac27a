//! The terms of one taxonomy.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};

use super::{Typed, screen};
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
    member: Can<need::Terms>,
    asked: Query<Typed>,
) -> Result {
    screen(&web, &request, &member, &asked, Vec::new()).await
}
