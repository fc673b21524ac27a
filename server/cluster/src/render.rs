//! A finished page: what a fill makes, the cache keeps and a response sends.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use rowhouse_domain::coherence::{TagSet, Version};

/// How a page came into this node's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was made here.
    Made,
    /// It was on the shelf that all nodes share.
    Shelf,
    /// Another node made it and pushed it.
    Pushed,
}

/// One encoding of a page, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The bytes as sent.
    pub bytes: Bytes,
    /// The strong entity tag of exactly these bytes, with its quotation marks, ready to be sent.
    pub etag: HeaderValue,
}

/// A finished page with what it was made from. Never changed once made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Render {
    /// The committed version that the snapshot read.
    pub version: Version,
    /// What the snapshot's queries depended on.
    pub tags: TagSet,
    /// The status code of the response.
    pub status: u16,
    /// The content type with its parameters.
    pub content_type: HeaderValue,
    /// The page as it is.
    pub identity: Body,
    /// The page in br, if that is smaller.
    pub brotli: Option<Body>,
    /// The page in gzip, if that is smaller.
    pub gzip: Option<Body>,
    /// Further headers of the response.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// When it was made; for people, never for judging.
    pub made_at: Timestamp,
}

impl Render {
    /// Whether other nodes want it. Pages that say that nothing is there have no end of addresses, so each
    /// node makes its own, and all of them share one body.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.status != 404
    }

    /// Roughly the memory it holds, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        let body = |body: &Body| body.bytes.len() + body.etag.len();
        let bodies = [Some(&self.identity), self.brotli.as_ref(), self.gzip.as_ref()];
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
        let tags = self.tags.iter().len() * size_of::<rowhouse_domain::coherence::Tag>();
        bodies.into_iter().flatten().map(body).sum::<usize>()
            + headers.sum::<usize>()
            + tags
            + size_of::<Self>()
    }
}
