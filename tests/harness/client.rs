//! A client with a jar of cookies, as a browser has one; it follows no redirect by itself. Paths that a
//! browser would straighten before sending go over the wire as they are written with [`Client::raw`].

use std::{net::SocketAddr, sync::Arc};

use reqwest::{
    Method, RequestBuilder,
    cookie::{CookieStore, Jar},
    header::{HeaderMap, HeaderName, HeaderValue},
    multipart::{self, Part},
    redirect::Policy,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

use crate::Answer;

/// The fields of a form.
pub type Form<'a> = &'a [(&'a str, &'a str)];
/// The files of a form: names and bytes.
pub type Files<'a> = &'a [(&'a str, &'a [u8])];

/// Somebody at a browser.
#[derive(Clone)]
pub struct Client {
    base: Url,
    address: SocketAddr,
    http: reqwest::Client,
    jar: Arc<Jar>,
}

impl Client {
    /// Somebody new.
    ///
    /// # Panics
    /// If there is no network at all.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        let jar = Arc::new(Jar::default());
        let http = reqwest::Client::builder().redirect(Policy::none()).cookie_provider(jar.clone());
        let base = format!("http://{address}").parse().expect("a URL");
        Self { base, address, http: http.build().expect("a client"), jar }
    }

    /// An address of the node.
    ///
    /// # Panics
    /// If `path` is none.
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        self.base.join(path).expect("a path")
    }

    /// Sends a request with these headers.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, |request| request).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let asked = format!("{method} {path}");
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header");
            all.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        let request = body(self.http.request(method, self.url(path)).headers(all));
        let response = request.send().await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        Answer::of(asked, response).await
    }

    /// A page.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    /// A page of a host.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn get_at(&self, host: &str, path: &str) -> Answer {
        self.ask(Method::GET, path, &[("host", host)]).await
    }

    /// Sends a form as it is.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn post(&self, path: &str, form: Form<'_>) -> Answer {
        self.post_with(path, &[], form).await
    }

    /// Sends a form as it is, with these headers.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)], form: Form<'_>) -> Answer {
        self.send(Method::POST, path, headers, |request| request.form(form)).await
    }

    /// Opens the page `at`, and sends a form with the token found on it.
    ///
    /// # Panics
    /// If no answer comes, or the page has no token.
    pub async fn submit(&self, at: &str, path: &str, form: Form<'_>) -> Answer {
        let token = self.token(at).await;
        let mut fields = form.to_vec();
        fields.push(("csrf", &token));
        self.post(path, &fields).await
    }

    async fn token(&self, at: &str) -> String {
        let page = self.get(at).await;
        page.form_token().unwrap_or_else(|| panic!("no form here: {}", page.told()))
    }

    /// Opens the page `at`, and sends a form with files after the token found on it.
    ///
    /// # Panics
    /// If no answer comes, or the page has no token.
    pub async fn upload(
        &self,
        at: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: Form<'_>,
        files: Files<'_>,
    ) -> Answer {
        let token = self.token(at).await;
        let fields = [&[("csrf", token.as_str())], form].concat();
        self.files(path, headers, &fields, files).await
    }

    /// Sends a form with files as it is; all files claim to be PNG pictures.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn files(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        form: Form<'_>,
        files: Files<'_>,
    ) -> Answer {
        let mut all = multipart::Form::new();
        for (name, value) in form {
            all = all.text((*name).to_owned(), (*value).to_owned());
        }
        for (name, bytes) in files {
            let part = Part::bytes(bytes.to_vec()).file_name((*name).to_owned());
            all = all.part("file", part.mime_str("image/png").expect("a type"));
        }
        self.send(Method::POST, path, headers, |request| request.multipart(all)).await
    }

    /// Signs in at the door below `base` (`""`, `/acme`).
    ///
    /// # Panics
    /// If nobody is let in.
    pub async fn sign_in(&self, base: &str, user: &str, password: &str) {
        let door = format!("{base}/admin/sign-in");
        self.get(&door).await.is(200);
        let fields = [("user", user), ("password", password), ("next", "")];
        self.post(&door, &fields).await.is(303);
    }

    /// The cookies that go to `path`, as one header.
    #[must_use]
    pub fn cookies(&self, path: &str) -> String {
        let header = self.jar.cookies(&self.url(path));
        header.and_then(|h| h.to_str().ok().map(str::to_owned)).unwrap_or_default()
    }

    /// Puts a cookie into the jar, as if an answer from `path` had set it.
    pub fn keep(&self, path: &str, cookie: &str) {
        self.jar.add_cookie_str(cookie, &self.url(path));
    }

    /// Sends `GET target` exactly as written, on a connection of its own.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn raw(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        let mut text = format!("GET {target} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            text += &format!("Host: {}\r\n", self.address);
        }
        headers.iter().for_each(|(name, value)| text += &format!("{name}: {value}\r\n"));
        text += "\r\n";
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(text.as_bytes()).await.expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("an answer");
        read(target, &bytes)
    }
}

/// Takes an answer apart; bodies with a length only.
fn read(target: &str, bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a whole head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|s| s.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no status: {head}"));
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        headers.append(
            name.trim().parse::<HeaderName>().expect("a header"),
            HeaderValue::from_str(value.trim()).expect("a value"),
        );
    }
    Answer { asked: format!("GET {target} (as written)"), status, headers, bytes: bytes[end + 4..].to_vec() }
}
