//! From text to what is kept: one body for each encoding, each with its own strong tag.

use bytes::Bytes;
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
    pub(super) headers: Vec<(&'static str, String)>,
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
    Body { etag: format!("\"{tag}\"").into(), bytes: Bytes::from(bytes) }
}

/// Encodes a page. Compression is left out where it saves nothing.
pub(super) fn encode(made: Made, stamp: Stamp, now: Timestamp) -> Render {
    let plain = made.body.into_bytes();
    let packed = |pack: fn(&[u8]) -> Option<Vec<u8>>| {
        let worth = plain.len() >= WORTH_COMPRESSING;
        worth.then(|| pack(&plain)).flatten().filter(|p| p.len() < plain.len()).map(body)
    };
    let (brotli, gzip) = (packed(pack::brotli), packed(pack::gzip));
    Render {
        version: stamp.version,
        tags: stamp.tags,
        status: made.status,
        content_type: made.content_type.into(),
        brotli,
        gzip,
        identity: body(plain),
        headers: made.headers.into_iter().map(|(n, v)| (n.into(), v.into_boxed_str())).collect(),
        made_at: now,
    }
}
