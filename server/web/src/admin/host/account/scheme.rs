//! Light or dark: kept by the browser alone.

use actix_web::{HttpRequest, http::header, web::Data};
use serde::Deserialize;

use crate::{
    admin::{frame::SCHEME_COOKIE, tenant::doors::next},
    error::Result,
    extract::{Posted, SuperUser},
    flash, reply,
    state::Web,
};

/// What was chosen.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    scheme: String,
}

/// Keeps the choice and goes back to where it was made.
///
/// # Errors
/// If the form is not of this session.
pub async fn choose(request: HttpRequest, web: Data<Web>, who: SuperUser, posted: Posted<Chosen>) -> Result {
    let chosen = who.accept(posted)?;
    let from = request.headers().get(header::REFERER).and_then(|h| h.to_str().ok());
    let from = from.and_then(|text| url::Url::parse(text).ok());
    let from =
        from.map(|url| url.query().map_or_else(|| url.path().to_owned(), |q| format!("{}?{q}", url.path())));
    let mut answer = reply::see_other(&next("/admin", &from.unwrap_or_default()));
    let (value, age) = match chosen.scheme.as_str() {
        scheme @ ("light" | "dark") => (scheme, 31_536_000),
        _ => ("", 0),
    };
    let secure = if web.node().settings().public_url.scheme() == "https" { "; Secure" } else { "" };
    flash::append(
        &mut answer,
        &format!("{SCHEME_COOKIE}={value}; Path=/; Max-Age={age}; SameSite=Lax{secure}"),
    );
    Ok(answer)
}
