//! Host names and patterns, in the one form in which they are compared: ASCII (IDNA), lower case, without
//! port, brackets or trailing dot.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::name_type;

/// One host: a domain name in ASCII form, or an IP address (IPv6 without brackets).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(Arc<str>);

name_type!(HostName, HostError);

/// What a tenant may claim: one host, or every subdomain of one at any depth (`*.example.org`, which does
/// not match `example.org` itself).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum HostPattern {
    /// This host.
    Exact(HostName),
    /// Every subdomain of this host.
    Wildcard(HostName),
}

/// Why a text is not a host.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HostError {
    /// Nothing was given.
    #[error("the host is empty: give a name such as \"www.example.org\"")]
    Empty,
    /// A scheme, a path or a user stands with it.
    #[error("give the host alone, without \"https://\" and without a path")]
    NotAHost,
    /// A port stands behind it.
    #[error("give the host without its port: {0:?}")]
    Port(String),
    /// A label is empty, too long, or has characters that a host name cannot have.
    #[error("{0:?} is not a valid host name: use letters, digits, hyphens and dots")]
    Invalid(String),
    /// A star elsewhere than in front, or before an IP address.
    #[error("a star can only stand for the whole first part, as in \"*.example.org\"")]
    Star,
}

impl HostName {
    /// Reads a host as a person writes it: any case, international characters, one trailing dot.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(HostError::Empty);
        }
        if text.contains(['/', '@', '?', '#', '\\']) || text.contains(char::is_whitespace) {
            return Err(HostError::NotAHost);
        }
        if text.contains('*') {
            return Err(HostError::Star);
        }
        let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
        if let Ok(address) = bare.unwrap_or(text).parse::<Ipv6Addr>() {
            return Ok(Self(address.to_string().into()));
        }
        if let Some((host, _)) = text.rsplit_once(':') {
            return Err(HostError::Port(host.to_owned()));
        }
        Self::domain(text)
    }

    fn domain(text: &str) -> Result<Self, HostError> {
        let invalid = || HostError::Invalid(text.to_owned());
        let dotless = text.strip_suffix('.').unwrap_or(text);
        if let Ok(address) = dotless.parse::<Ipv4Addr>() {
            return Ok(Self(address.to_string().into()));
        }
        let ascii = idna::domain_to_ascii(dotless).map_err(|_| invalid())?;
        // A last label of digits would be read as an IPv4 address by browsers (WHATWG URL, "ends in a number").
        let number = ascii.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
        if number || !is_plain_domain(&ascii) {
            return Err(invalid());
        }
        Ok(Self(ascii.into()))
    }

    /// Reads the `Host` of a request: the port goes, and what cannot be a host is `None`. Cheaper than
    /// [`HostName::parse`] and deaf to people's mistakes, because it runs for every request.
    #[must_use]
    pub fn of_request(header: &str) -> Option<Self> {
        if let Some(rest) = header.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            let address: Ipv6Addr = address.parse().ok()?;
            return is_port(port).then(|| Self(address.to_string().into()));
        }
        let (host, port) = header.find(':').map_or((header, ""), |at| header.split_at(at));
        let host = host.strip_suffix('.').unwrap_or(host);
        if !is_port(port) {
            return None;
        }
        if !host.is_ascii() {
            return Self::domain(host).ok();
        }
        if host.bytes().any(|b| b.is_ascii_uppercase()) {
            let lower = host.to_ascii_lowercase();
            return is_plain_domain(&lower).then(|| Self(lower.into()));
        }
        is_plain_domain(host).then(|| Self(host.into()))
    }

    /// Whether this is an IP address rather than a name.
    #[must_use]
    pub fn is_address(&self) -> bool {
        self.0.parse::<IpAddr>().is_ok()
    }

    /// As it stands in a URL: IPv6 addresses in brackets.
    #[must_use]
    pub fn to_url_host(&self) -> String {
        if self.0.contains(':') { format!("[{}]", self.0) } else { self.0.as_ref().to_owned() }
    }

    /// The domains around this one, nearest first: `b.c` and `c` for `a.b.c`; none for an address.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        let start = if self.is_address() { "" } else { self.as_str() };
        std::iter::successors(start.split_once('.'), |(_, rest)| rest.split_once('.')).map(|(_, rest)| rest)
    }
}

/// `""` or `":"` with digits.
fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()))
}

/// Lower-case ASCII labels of 1 to 63 bytes, 253 together. Underscores are allowed: they do occur.
fn is_plain_domain(host: &str) -> bool {
    let byte = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let label = |l: &str| (1..=63).contains(&l.len()) && !l.starts_with('-') && !l.ends_with('-');
    host.len() <= 253 && host.split('.').all(|l| label(l) && l.bytes().all(byte))
}

impl HostPattern {
    /// Reads a host or `*.` and a host.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        let text = text.trim();
        let Some(rest) = text.strip_prefix("*.") else {
            return HostName::parse(text).map(Self::Exact);
        };
        let host = HostName::parse(rest)?;
        if host.is_address() { Err(HostError::Star) } else { Ok(Self::Wildcard(host)) }
    }

    /// Whether a request for `host` is meant.
    #[must_use]
    pub fn matches(&self, host: &HostName) -> bool {
        match self {
            Self::Exact(own) => own == host,
            Self::Wildcard(own) => host.parents().any(|parent| parent == own.as_str()),
        }
    }

    /// The host, when exactly one is meant.
    #[must_use]
    pub fn exact(&self) -> Option<&HostName> {
        match self {
            Self::Exact(host) => Some(host),
            Self::Wildcard(_) => None,
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => host.fmt(f),
            Self::Wildcard(host) => write!(f, "*.{host}"),
        }
    }
}

impl FromStr for HostPattern {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for HostPattern {
    type Error = HostError;

    fn try_from(text: String) -> Result<Self, HostError> {
        Self::parse(&text)
    }
}

impl From<HostPattern> for String {
    fn from(pattern: HostPattern) -> String {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_come_out_in_one_form() {
        let rows = [
            ("Example.ORG", "example.org"),
            ("example.org.", "example.org"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "::1"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("localhost", "localhost"),
            ("my_host.internal", "my_host.internal"),
        ];
        for (text, host) in rows {
            assert_eq!(HostName::parse(text).unwrap().as_str(), host, "{text:?}");
        }
    }

    #[test]
    fn what_is_not_a_host_is_refused_with_a_reason() {
        use HostError as E;
        let rows = [
            ("", E::Empty),
            ("https://example.org", E::NotAHost),
            ("example.org/x", E::NotAHost),
            ("a b.org", E::NotAHost),
            ("example.org:8080", E::Port("example.org".into())),
            ("a..b", E::Invalid("a..b".into())),
            ("-a.org", E::Invalid("-a.org".into())),
            ("1.2.3", E::Invalid("1.2.3".into())),
            ("a.*.org", E::Star),
        ];
        for (text, error) in rows {
            assert_eq!(HostName::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(HostPattern::parse("*"), Err(E::Star));
        assert_eq!(HostPattern::parse("*.127.0.0.1"), Err(E::Star));
        assert_eq!(HostPattern::parse("*.*.org"), Err(E::Star));
    }

    #[test]
    fn request_hosts_lose_port_case_and_dot() {
        let of = |h: &str| HostName::of_request(h).map(String::from);
        assert_eq!(of("Acme.Example.org:8443").as_deref(), Some("acme.example.org"));
        assert_eq!(of("acme.example.org.").as_deref(), Some("acme.example.org"));
        assert_eq!(of("acme.example.org.:80").as_deref(), Some("acme.example.org"));
        assert_eq!(of("[::1]:8080").as_deref(), Some("::1"));
        assert_eq!(of("bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        for bad in ["", "a b", "a/b", "a:b", "[::1", "a\0b", "..", "a@b", "::1", "*.a"] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_wildcard_matches_below_but_not_the_apex() {
        let all = HostPattern::parse("*.Example.org").unwrap();
        assert_eq!(all.to_string(), "*.example.org");
        let matches = |h: &str| all.matches(&HostName::parse(h).unwrap());
        assert!(matches("a.example.org") && matches("a.b.example.org"));
        assert!(!matches("example.org") && !matches("badexample.org") && !matches("example.org.uk"));
    }
}
