//! Cookies: read from the header and written to it as text, signed with the cluster's keys. Any key of the
//! ring verifies, the first signs.

use actix_web::{HttpRequest, http::header};
use cookie::{Cookie, CookieJar, Key, SameSite, time::Duration};
use rowhouse_engine::keys::KeyRing;

/// What the names of all our cookies have in them.
const OURS: &str = "rowhouse_";

/// Whether a cookie came along that may be ours.
#[must_use]
pub fn has_ours(headers: &header::HeaderMap) -> bool {
    // what is no text is nothing of ours either, but let the long way find that out
    headers.get_all(header::COOKIE).any(|value| value.to_str().map_or(true, |text| text.contains(OURS)))
}

/// Signs and verifies the cookies of this cluster.
#[derive(Clone)]
pub struct Cookies {
    keys: Vec<Key>,
    secure: bool,
}

/// Where a cookie belongs: its name and the path below which it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The name, with its prefix.
    pub name: String,
    /// The path, `/` or `/acme`.
    pub path: String,
}

impl Cookies {
    /// For a cluster's keys; `secure` where the public address is https.
    #[must_use]
    pub fn new(keys: &KeyRing, secure: bool) -> Self {
        Self { keys: keys.cookie_keys().map(|k| Key::derive_from(&k)).collect(), secure }
    }

    /// The scope of a cookie `name` below `path`. At the root of an https host the browser itself keeps it
    /// from being set by siblings.
    #[must_use]
    pub fn scope(&self, name: &str, path: &str) -> Scope {
        let path = if path.is_empty() { "/" } else { path };
        let prefix = if self.secure && path == "/" { "__Host-" } else { "" };
        Scope { name: format!("{prefix}{name}"), path: path.to_owned() }
    }

    /// The value of a signed cookie, if the browser sent one and a key of the ring signed it.
    #[must_use]
    pub fn read(&self, request: &HttpRequest, scope: &Scope) -> Option<String> {
        let raw = raw(request, &scope.name)?;
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::new(scope.name.clone(), raw));
        self.keys
            .iter()
            .find_map(|key| jar.signed(key).get(&scope.name))
            .map(|cookie| cookie.value().to_owned())
    }

    /// The `Set-Cookie` text of a signed cookie; `age` absent for the browser's session.
    #[must_use]
    pub fn write(&self, scope: &Scope, value: &str, age: Option<std::time::Duration>) -> String {
        let mut cookie = self.bare(scope, value);
        if let Some(age) = age {
            cookie.set_max_age(Duration::try_from(age).unwrap_or(Duration::MAX));
        }
        let mut jar = CookieJar::new();
        if let Some(first) = self.keys.first() {
            jar.signed_mut(first).add(cookie);
        }
        jar.get(&scope.name).map(ToString::to_string).unwrap_or_default()
    }

    /// The `Set-Cookie` text that removes it.
    #[must_use]
    pub fn remove(&self, scope: &Scope) -> String {
        let mut cookie = self.bare(scope, "");
        cookie.set_max_age(Duration::ZERO);
        cookie.to_string()
    }

    fn bare(&self, scope: &Scope, value: &str) -> Cookie<'static> {
        Cookie::build((scope.name.clone(), value.to_owned()))
            .path(scope.path.clone())
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .build()
    }
}

/// The value of a cookie as it was sent. Of several with one name the first counts, which is the one with
/// the longest path.
#[must_use]
pub fn raw(request: &HttpRequest, name: &str) -> Option<String> {
    request
        .headers()
        .get_all(header::COOKIE)
        .filter_map(|h| h.to_str().ok())
        .flat_map(|h| h.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v.to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn sent(cookies: &Cookies, scope: &Scope, value: &str) -> HttpRequest {
        let set = cookies.write(scope, value, None);
        let pair = set.split(';').next().unwrap().to_owned();
        TestRequest::default().insert_header((header::COOKIE, pair)).to_http_request()
    }

    #[test]
    fn a_cookie_comes_back_only_with_a_key_of_the_ring() {
        let (old, new) = (KeyRing::generate(), KeyRing::generate());
        let both = KeyRing::parse(&(new.to_text() + &old.to_text())).unwrap();
        let signer = Cookies::new(&old, false);
        let scope = signer.scope("rowhouse_x", "/acme");
        let request = sent(&signer, &scope, "abc=d");
        assert_eq!(Cookies::new(&both, false).read(&request, &scope).as_deref(), Some("abc=d"));
        assert_eq!(Cookies::new(&new, false).read(&request, &scope), None);
    }

    #[test]
    fn the_host_prefix_needs_https_and_the_root() {
        let cookies = Cookies::new(&KeyRing::generate(), true);
        assert_eq!(cookies.scope("s", "").name, "__Host-s");
        assert_eq!(cookies.scope("s", "/acme").name, "s");
        let set = cookies.write(&cookies.scope("s", ""), "v", None);
        assert!(set.contains("Secure") && set.contains("HttpOnly") && set.contains("SameSite=Lax"));
    }
}
