//! The limit that cached pages are measured against: a handler of the same framework that answers with bytes and
//! headers which it was given, and does nothing else.

use std::{net::TcpListener, sync::Arc};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    web::{self, Bytes, Data},
};
use anyhow::Result;
use rowhouse_tests::Answer;
use serde::{Deserialize, Serialize};

/// What is answered at a path.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Canned {
    pub path: String,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Canned {
    /// What somebody else answered, to be answered at `path`; without what every server writes itself.
    pub fn of(path: String, got: &Answer) -> Self {
        let own = ["content-length", "date", "connection", "transfer-encoding"];
        let kept = got.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let headers = kept.map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned()));
        Self { path, status: got.status.as_u16(), headers: headers.collect(), body: got.bytes.to_vec() }
    }
}

struct Ready {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

type Shelf = Arc<std::collections::HashMap<String, Ready>>;

async fn answer(request: HttpRequest, shelf: Data<Shelf>) -> HttpResponse {
    let Some(ready) = shelf.get(request.path()) else { return HttpResponse::NotFound().finish() };
    let mut answer = HttpResponse::build(ready.status);
    for (name, value) in &ready.headers {
        answer.insert_header((name.clone(), value.clone()));
    }
    if ready.status == StatusCode::NOT_MODIFIED { answer.finish() } else { answer.body(ready.body.clone()) }
}

/// Serves what the file describes on one thread, for ever.
pub fn serve(file: &str) -> Result<()> {
    let all: Vec<Canned> = serde_json::from_slice(&std::fs::read(file)?)?;
    let mut shelf = std::collections::HashMap::new();
    for one in all {
        let mut headers = Vec::new();
        for (name, value) in &one.headers {
            headers.push((name.parse()?, HeaderValue::from_str(value)?));
        }
        let status = StatusCode::from_u16(one.status)?;
        shelf.insert(one.path, Ready { status, headers, body: one.body.into() });
    }
    let shelf: Shelf = Arc::new(shelf);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("serving {0} {0}", listener.local_addr()?);
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            App::new().app_data(Data::new(shelf.clone())).default_service(web::route().to(answer))
        })
        .workers(1)
        .listen(listener)?
        .run()
        .await
    })?;
    Ok(())
}
