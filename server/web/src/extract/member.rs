//! Somebody signed in to the tenant of the request.

use std::rc::Rc;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use futures_util::future::LocalBoxFuture;
use rowhouse_engine::{
    Actor, EngineError,
    identity::{self, SignedIn},
};

use super::At;
use crate::{cookies::Scope, error::WebError, state::Web};

/// A user of the tenant, and the tenant.
#[derive(Clone)]
pub struct Member {
    /// Where.
    pub at: Rc<At>,
    /// Who.
    pub who: Rc<SignedIn>,
    /// What the browser showed.
    pub token: Rc<str>,
}

impl Member {
    /// Who acts, for the engine.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.who.actor()
    }

    /// Where the tenant's admin begins.
    #[must_use]
    pub fn admin(&self) -> String {
        self.at.link("/admin")
    }

    /// Takes a form's fields if its token is of this session.
    ///
    /// # Errors
    /// [`WebError::Forged`].
    pub fn accept<T>(&self, posted: super::Posted<T>) -> Result<T, WebError> {
        if self.who.accepts(&posted.csrf) { Ok(posted.form) } else { Err(WebError::Forged) }
    }
}

/// The cookie of a tenant's sessions: named for the tenant, so that siblings of one origin do not meet.
#[must_use]
pub fn session_scope(web: &Web, at: &At) -> Scope {
    web.cookies().scope(&format!("rowhouse_{}", at.site.id().suffix()), at.path())
}

/// Who the request's session belongs to, if it has one that counts.
///
/// # Errors
/// What the tenant's database says.
pub async fn signed_in(
    web: &Web,
    request: &HttpRequest,
    at: &At,
) -> Result<Option<(SignedIn, String)>, EngineError> {
    let Some(token) = web.cookies().read(request, &session_scope(web, at)) else { return Ok(None) };
    Ok(identity::resolve_session(&at.site, &token).await?.map(|who| (who, token)))
}

/// Where signing in happens, and what to come back to.
fn door(request: &HttpRequest, at: &At) -> WebError {
    let back = if request.method().is_safe() { request.uri().to_string() } else { "/admin".to_owned() };
    let back = percent_encoding::utf8_percent_encode(&at.link(&back), percent_encoding::NON_ALPHANUMERIC)
        .to_string();
    WebError::SignInNeeded { sign_in: format!("{}?next={back}", at.link("/admin/sign-in")) }
}

impl FromRequest for Member {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, at) = (request.clone(), At::from_request(request, payload));
        Box::pin(async move {
            if let Some(known) = request.extensions().get::<Member>() {
                return Ok(known.clone());
            }
            let at = at.await?;
            let web = request.app_data::<Data<Web>>().cloned().ok_or(WebError::NotFound)?;
            let Some((who, token)) = signed_in(&web, &request, &at).await? else {
                return Err(door(&request, &at));
            };
            let changing =
                matches!(request.path(), "/admin/account/password" | "/admin/sign-out" | "/admin/account");
            if who.must_change && !changing {
                return Err(WebError::SignInNeeded { sign_in: at.link("/admin/account") });
            }
            let member = Self { at: Rc::new(at), who: Rc::new(who), token: token.into() };
            request.extensions_mut().insert(member.clone());
            Ok(member)
        })
    }
}
