//! The listener for sites: built apart from being run, so that tests can have several in one process.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    guard::GuardContext,
    web,
};

use crate::{context::Area, error::WebError, front::Front, routes, state::Web};

/// How long accepted requests have to be answered when the listener is stopped.
pub const FINISH: Duration = Duration::from_secs(25);

/// A running listener.
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    /// To be awaited.
    pub server: Server,
    /// To stop it: gracefully, accepted requests are answered first.
    pub handle: ServerHandle,
}

fn for_host(context: &GuardContext<'_>) -> bool {
    matches!(context.req_data().get::<Area>(), Some(Area::Host))
}

fn for_tenant(context: &GuardContext<'_>) -> bool {
    matches!(context.req_data().get::<Area>(), Some(Area::Tenant(_)))
}

fn for_unfinished(context: &GuardContext<'_>) -> bool {
    matches!(context.req_data().get::<Area>(), Some(Area::Unfinished(_)))
}

/// An address whose question cannot be read, in words.
fn unreadable(error: &actix_web::error::QueryPayloadError) -> WebError {
    WebError::BadRequest(format!("this address could not be read: {error}"))
}

/// Starts serving on a bound listener with `workers` threads.
///
/// # Errors
/// What the operating system says about the listener.
pub fn serve(web: Web, listener: TcpListener, workers: usize) -> std::io::Result<Serving> {
    let address = listener.local_addr()?;
    let state = web::Data::new(web);
    let server = HttpServer::new(move || {
        let (host, tenant) = (web::scope("").guard(actix_web::guard::fn_guard(for_host)), web::scope(""));
        App::new()
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(state.settings().upload_bytes))
            .app_data(web::PathConfig::default().error_handler(|_, _| WebError::NotFound.into()))
            .app_data(web::QueryConfig::default().error_handler(|error, _| unreadable(&error).into()))
            .wrap(Front(state.get_ref().clone()))
            .service(host.configure(routes::host))
            .service(
                web::scope("")
                    .guard(actix_web::guard::fn_guard(for_unfinished))
                    .configure(routes::unfinished),
            )
            .service(tenant.guard(actix_web::guard::fn_guard(for_tenant)).configure(routes::tenant))
    })
    .workers(workers)
    // HAProxy closes its idle connections sooner, so that neither closes what the other is about to use
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(10))
    .shutdown_timeout(FINISH.as_secs())
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(Serving { address, handle: server.handle(), server })
}
