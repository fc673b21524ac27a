//! The listener for operations: liveness, readiness, metrics, and questions about the render cache. Kept apart
//! from the sites, so that nobody outside reaches it by accident.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::Server, web};
use rowhouse_engine::{EngineError, Node, pages};
use serde::Deserialize;

use crate::{error::WebError, extract::from_this_site};

/// What the operations listener tells.
#[derive(Clone)]
pub struct Ops(Arc<Inner>);

struct Inner {
    node: Node,
    ready: AtomicBool,
    metrics: Box<dyn Fn() -> String + Send + Sync>,
}

impl Ops {
    /// Not ready yet; `metrics` gives the text of `/metrics`.
    pub fn new(node: Node, metrics: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { node, ready: AtomicBool::new(false), metrics: Box::new(metrics) }))
    }

    /// Says whether the balancer may send requests.
    pub fn set_ready(&self, ready: bool) {
        self.0.ready.store(ready, Ordering::Release);
    }

    /// Whether the balancer may send requests.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.ready.load(Ordering::Acquire)
    }
}

async fn livez() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("alive\n")
}

async fn readyz(ops: web::Data<Ops>) -> HttpResponse {
    let plain = "text/plain; charset=utf-8";
    if ops.is_ready() {
        HttpResponse::Ok().content_type(plain).body("ready\n")
    } else {
        HttpResponse::ServiceUnavailable().content_type(plain).body("not ready\n")
    }
}

async fn metrics(ops: web::Data<Ops>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body((ops.0.metrics)())
}

/// Which page is meant, and whether all of its site are.
#[derive(Deserialize)]
struct About {
    url: String,
    #[serde(default)]
    all: bool,
}

async fn explain(ops: web::Data<Ops>, about: web::Query<About>) -> HttpResponse {
    told(pages::explain(&ops.0.node, &about.url).await)
}

/// A page of another site, opened in an operator's browser, must not be able to send this.
async fn purge(request: HttpRequest, ops: web::Data<Ops>, about: web::Query<About>) -> HttpResponse {
    match from_this_site(&request) {
        Ok(()) => told(pages::purge(&ops.0.node, &about.url, about.all).await),
        Err(error) => HttpResponse::build(error.status()).json(refusal(&error.to_string())),
    }
}

fn told<T: serde::Serialize>(answer: Result<T, EngineError>) -> HttpResponse {
    match answer {
        Ok(value) => HttpResponse::Ok().json(value),
        Err(error) => {
            let words = error.to_string();
            HttpResponse::build(WebError::Engine(error).status()).json(refusal(&words))
        }
    }
}

fn refusal(words: &str) -> serde_json::Value {
    serde_json::json!({ "error": words })
}

/// Starts the operations listener.
///
/// # Errors
/// What the operating system says about the listener.
pub fn serve_ops(ops: Ops, listener: TcpListener) -> std::io::Result<Server> {
    let ops = web::Data::new(ops);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(ops.clone())
            .route("/livez", web::get().to(livez))
            .route("/readyz", web::get().to(readyz))
            .route("/metrics", web::get().to(metrics))
            .route("/cache/explain", web::get().to(explain))
            .route("/cache/purge", web::post().to(purge))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(server)
}
