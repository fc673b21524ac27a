//! From text to what is kept: one body for each encoding, each with its own strong tag.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use rowhouse_cluster::render::{Body, Render};
use rowhouse_render::pack;
use rowhouse_store::Stamp;
use sha2::{Digest, Sha256};

/// Below this a compressed body saves no packet.
const WORTH_COMPRESSING: usize = 860;

/// What was made, before it is encoded.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: String,
}

impl Made {
    pub(super) fn page(status: u16, body: String) -> Self {
        Self { status, content_type: "text/html; charset=utf-8", headers: Vec::new(), body }
    }
}

fn body(bytes: Vec<u8>) -> Body {
    let hash = hex::encode(Sha256::digest(&bytes));
    let tag: String = hash.chars().take(32).collect();
    // digits are always a value; without one nobody would be told that he has the page already
    let etag = HeaderValue::try_from(format!("\"{tag}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    Body { etag, bytes: Bytes::from(bytes) }
}

/// Gives a page its tag. Its smaller forms come later: see [`with_smaller_forms`].
pub(super) fn encode(made: Made, stamp: Stamp, now: Timestamp) -> Render {
    Render {
        version: stamp.version,
        tags: stamp.tags,
        status: made.status,
        content_type: HeaderValue::from_static(made.content_type),
        brotli: None,
        gzip: None,
        identity: body(made.body.into_bytes()),
        headers: made.headers,
        made_at: now,
    }
}

/// The page with its compressed forms, where it has none yet and they save something.
pub(crate) fn with_smaller_forms(render: &Render) -> Option<Render> {
    let plain = &render.identity.bytes;
    if plain.len() < WORTH_COMPRESSING || render.brotli.is_some() || render.gzip.is_some() {
        return None;
    }
    let packed = |pack: fn(&[u8]) -> Option<Vec<u8>>| pack(plain).filter(|p| p.len() < plain.len()).map(body);
    let (brotli, gzip) = (packed(pack::brotli), packed(pack::gzip));
    Some(Render { brotli, gzip, ..render.clone() })
}
