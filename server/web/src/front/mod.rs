//! The front of the house: every request passes here once. It gets an id, is matched to a tenant by host and
//! prefix, has the prefix taken off its path, and its answer gets the headers that all answers carry. Pages from
//! memory are answered here.

mod finish;
mod ids;
mod known;
mod place;

use std::{
    future::{Ready, ready},
    rc::Rc,
    sync::Arc,
};

use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
};
use futures_util::future::{Either, LocalBoxFuture};
use rowhouse_domain::Moment;
use tracing::Instrument;

use self::{ids::Ids, known::Pages};
use crate::{context::Facts, forwarded, site::page, state::Web, times::Counts};

/// The front of every thread that serves.
pub struct Front(pub Web);

/// The front of one thread.
pub struct Passage<S> {
    web: Web,
    ids: Ids,
    pages: Pages,
    times: Arc<Counts>,
    next: Rc<S>,
}

type Answer = Result<ServiceResponse<BoxBody>, Error>;

impl<S, B> Transform<S, ServiceRequest> for Front
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = Passage<S>;
    type InitError = ();
    type Future = Ready<Result<Passage<S>, ()>>;

    fn new_transform(&self, next: S) -> Self::Future {
        let web = self.0.clone();
        let times = web.times().of_this_thread();
        ready(Ok(Passage { web, ids: Ids::new(), pages: Pages::default(), times, next: Rc::new(next) }))
    }
}

impl<S, B> Service<ServiceRequest> for Passage<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Either<Ready<Answer>, LocalBoxFuture<'static, Answer>>;

    forward_ready!(next);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (web, id) = (&self.web, self.ids.next());
        let arrived = web.node().core().clock.moment();
        if let Some(served) = self.pages.at_once(web, &request, arrived) {
            let answer = page::respond(request.request(), &served);
            let answer = request.into_response(answer);
            return Either::Left(ready(Ok(finish::at_once(web, answer, id, &self.times, arrived))));
        }
        let facts = Facts { id, arrived, secure: forwarded::is_secure(&request, web) };
        Either::Right(Box::pin(at_length(web.clone(), self.times.clone(), request, self.next.clone(), facts)))
    }
}

/// The way of every request but for pages from memory.
async fn at_length<S, B>(
    web: Web,
    times: Arc<Counts>,
    request: ServiceRequest,
    next: Rc<S>,
    facts: Facts,
) -> Answer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    request.extensions_mut().insert(facts.clone());
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let span = tracing::info_span!("request", id = %facts.id, tenant = tracing::field::Empty);
    let answer = answer(&web, request, next, facts.arrived).instrument(span.clone()).await?;
    let _inside = span.enter();
    finish::log(&web, &times, &answer, &method, &path, facts.arrived);
    Ok(answer)
}

async fn answer<S, B>(web: &Web, mut request: ServiceRequest, next: Rc<S>, arrived: Moment) -> Answer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    let response = match place::place(web, &mut request, arrived).await {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(answer) => request.into_response(answer),
    };
    Ok(finish::finish(web, response).await)
}
