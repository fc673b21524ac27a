//! Somebody who runs the whole installation, at the Default tenant.

use std::rc::Rc;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use futures_util::future::LocalBoxFuture;
use rowhouse_engine::{
    Actor,
    identity::{SignedIn, supers},
};

use crate::{
    context::{self, Area},
    cookies::Scope,
    error::WebError,
    state::Web,
};

/// A super user.
#[derive(Clone)]
pub struct SuperUser {
    /// Who.
    pub who: Rc<SignedIn>,
    /// What the browser showed.
    pub token: Rc<str>,
}

/// The cookie of super users' sessions.
#[must_use]
pub fn super_scope(web: &Web) -> Scope {
    web.cookies().scope("rowhouse_super", "/")
}

impl SuperUser {
    /// Who acts, for the engine.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.who.actor()
    }

    /// Takes a form's fields if its token is of this session.
    ///
    /// # Errors
    /// [`WebError::Forged`].
    pub fn accept<T>(&self, posted: super::Posted<T>) -> Result<T, WebError> {
        if self.who.accepts(&posted.csrf) { Ok(posted.form) } else { Err(WebError::Forged) }
    }
}

/// Where signing in happens, and what to come back to.
fn door(request: &HttpRequest) -> WebError {
    let back = if request.method().is_safe() { request.uri().to_string() } else { "/admin".to_owned() };
    let back = percent_encoding::utf8_percent_encode(&back, percent_encoding::NON_ALPHANUMERIC);
    WebError::SignInNeeded { sign_in: format!("/admin/sign-in?next={back}") }
}

impl FromRequest for SuperUser {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            if let Some(known) = request.extensions().get::<SuperUser>() {
                return Ok(known.clone());
            }
            if !matches!(context::area(&request), Some(Area::Host)) {
                return Err(WebError::NotFound);
            }
            let web = request.app_data::<Data<Web>>().cloned().ok_or(WebError::NotFound)?;
            let token = web.cookies().read(&request, &super_scope(&web));
            let who = match &token {
                Some(token) => supers::resolve_session(web.node().core(), token).await?,
                None => None,
            };
            let (Some(who), Some(token)) = (who, token) else {
                return Err(door(&request));
            };
            let known = Self { who: Rc::new(who), token: token.into() };
            request.extensions_mut().insert(known.clone());
            Ok(known)
        })
    }
}
