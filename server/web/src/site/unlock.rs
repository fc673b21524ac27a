//! Opening a protected text with its word.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path},
};
use rowhouse_domain::addressing::RequestPath;
use rowhouse_engine::{EngineError, pages};
use serde::Deserialize;

use super::page::UNLOCK_COOKIE;
use crate::{
    error::{Result, WebError},
    extract::{At, Form},
    reply,
    state::Web,
};

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Word {
    /// The word.
    pub password: String,
}

/// Takes the word; a right one opens the text for this browser until it is closed.
///
/// # Errors
/// If nothing protected stands there.
pub async fn open(web: Data<Web>, at: At, path: Path<String>, form: Form<Word>) -> Result<HttpResponse> {
    let path = RequestPath::parse(&format!("/{path}")).ok_or(WebError::NotFound)?;
    let route = path.route().map_err(|_| WebError::NotFound)?.path;
    let back = at.link(&route.to_url_path());
    match pages::unlock(&at.site, &route, &form.password).await {
        Ok(proof) => {
            let scope = web.cookies().scope(UNLOCK_COOKIE, at.path());
            let mut answer = reply::see_other(&back);
            if let Ok(value) = header::HeaderValue::from_str(&web.cookies().write(&scope, &proof.0, None)) {
                answer.headers_mut().append(header::SET_COOKIE, value);
            }
            Ok(answer)
        }
        Err(EngineError::Invalid(_)) => Ok(reply::see_other(&format!("{back}?wrong=1"))),
        Err(other) => Err(other.into()),
    }
}
