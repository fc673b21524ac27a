//! Bodies of forms. A body is read with a limit, repeated keys become lists, and for anything that changes
//! something the request must come from a page of this very site: `Sec-Fetch-Site` says so, or `Origin` is
//! compared with the host. With a session, [`Posted`] also wants its token.

use std::ops::Deref;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Bytes, web::Data};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::{error::WebError, state::Web};

/// A form from this site's own page, without a session.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T> Deref for Form<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, read) = (request.clone(), body(request, payload));
        Box::pin(async move {
            from_this_site(&request)?;
            parse(&read.await?).map(Form)
        })
    }
}

/// A form of a signed-in user's own page: its token is of the session.
#[derive(Debug)]
pub struct Posted<T> {
    /// The fields.
    pub form: T,
    /// The token that came with it, to be checked against the session.
    pub csrf: String,
}

#[derive(serde::Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for Posted<T> {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, read) = (request.clone(), body(request, payload));
        Box::pin(async move {
            from_this_site(&request)?;
            let bytes = read.await?;
            let Token { csrf } = parse(&bytes)?;
            Ok(Self { form: parse(&bytes)?, csrf })
        })
    }
}

fn body(request: &HttpRequest, payload: &mut Payload) -> LocalBoxFuture<'static, Result<Bytes, WebError>> {
    let limit = request.app_data::<Data<Web>>().map_or(1 << 20, |web| web.settings().form_bytes);
    let read = Bytes::from_request(request, payload);
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|h| h.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    Box::pin(async move {
        if declared.is_some_and(|length| length > limit) {
            return Err(WebError::TooLarge(limit >> 20));
        }
        let bytes = read.await.map_err(|_| WebError::TooLarge(limit >> 20))?;
        if bytes.len() > limit { Err(WebError::TooLarge(limit >> 20)) } else { Ok(bytes) }
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WebError> {
    serde_html_form::from_bytes(bytes)
        .map_err(|e| WebError::BadRequest(format!("this form could not be read: {e}")))
}

/// Refuses a form that another site's page sent. Sibling sites of one domain count as others: they may be
/// other tenants'.
///
/// # Errors
/// [`WebError::Forged`].
pub fn from_this_site(request: &HttpRequest) -> Result<(), WebError> {
    let text = |name: &str| request.headers().get(name).and_then(|h| h.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Ok(()) } else { Err(WebError::Forged) };
    }
    match (text("origin"), text("host")) {
        // no browser of today sends neither; command-line clients do, and carry no cookies by accident
        (None, _) => Ok(()),
        (Some(origin), Some(host)) => {
            let own = origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host));
            if own { Ok(()) } else { Err(WebError::Forged) }
        }
        (Some(_), None) => Err(WebError::Forged),
    }
}
