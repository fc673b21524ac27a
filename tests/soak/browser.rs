//! Somebody at a browser: cookies, kept connections, an end to patience. One jar serves for all nodes, since
//! cookies know no ports.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use reqwest::{
    StatusCode,
    cookie::{CookieStore, Jar},
    header::{COOKIE, HeaderMap, IF_NONE_MATCH},
    redirect::Policy,
};
use rowhouse_tests::PASSWORD;

/// What came.
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of a field of the form on the page.
    ///
    /// # Errors
    /// If there is none.
    pub fn field(&self, name: &str) -> anyhow::Result<String> {
        let text = String::from_utf8_lossy(&self.body);
        let from = format!("name=\"{name}\" value=\"");
        let value = text.split_once(&from).and_then(|(_, rest)| rest.split_once('"'));
        Ok(value.with_context(|| format!("no field {name}, status {}", self.status))?.0.to_owned())
    }
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    /// Without the jar.
    bare: reqwest::Client,
    jar: Arc<Jar>,
}

impl Browser {
    /// Somebody new, who waits no longer than this for an answer.
    pub fn new(patience: Duration) -> Self {
        let jar = Arc::new(Jar::default());
        let client = || {
            let idle = Duration::from_secs(4);
            reqwest::Client::builder().redirect(Policy::none()).timeout(patience).pool_idle_timeout(idle)
        };
        let http = client().cookie_provider(jar.clone()).build().expect("a client");
        Self { http, bare: client().build().expect("a client"), jar }
    }

    /// Asks for a page, unless it is still the one with this tag.
    ///
    /// # Errors
    /// If no answer comes.
    pub async fn get(&self, node: SocketAddr, path: &str, tag: Option<&str>) -> anyhow::Result<Got> {
        let mut request = self.http.get(format!("http://{node}{path}"));
        if let Some(tag) = tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        got(request.send().await?).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// If no answer comes.
    pub async fn post(&self, node: SocketAddr, path: &str, form: &[(&str, &str)]) -> anyhow::Result<Got> {
        got(self.http.post(format!("http://{node}{path}")).form(form).send().await?).await
    }

    /// Asks for a page without the cookie of the session, but with all others. Nothing if no node has told this
    /// browser of what it changed.
    ///
    /// # Errors
    /// If no answer comes.
    pub async fn get_signed_out(&self, node: SocketAddr, path: &str) -> anyhow::Result<Option<Got>> {
        let url = format!("http://{node}{path}");
        let cookies = self.jar.cookies(&url.parse()?);
        let cookies = cookies.as_ref().and_then(|all| all.to_str().ok()).unwrap_or_default();
        let kept: Vec<&str> = cookies.split("; ").filter(|cookie| !is_session(cookie)).collect();
        if !kept.iter().any(|cookie| cookie.starts_with(SEEN)) {
            return Ok(None);
        }
        got(self.bare.get(url).header(COOKIE, kept.join("; ")).send().await?).await.map(Some)
    }

    /// Signs the administrator of a site in.
    ///
    /// # Errors
    /// If nobody is let in.
    pub async fn sign_in(&self, node: SocketAddr, base: &str) -> anyhow::Result<()> {
        let door = format!("{base}/admin/sign-in");
        self.get(node, &door, None).await?;
        let form = [("user", "admin"), ("password", PASSWORD), ("next", "")];
        let answer = self.post(node, &door, &form).await?;
        ensure!(answer.status == 303, "nobody is let in: {}", answer.status);
        Ok(())
    }
}

/// What a browser is told of what it changed.
const SEEN: &str = "rowhouse_seen=";

/// Sessions are kept in a cookie named for the site: `rowhouse_` and eight hexadecimal digits.
fn is_session(cookie: &str) -> bool {
    let name = cookie.split('=').next().and_then(|name| name.strip_prefix("rowhouse_"));
    name.is_some_and(|name| name.len() == 8 && name.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

async fn got(response: reqwest::Response) -> anyhow::Result<Got> {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.bytes().await?.to_vec();
    Ok(Got { status, headers, body })
}
