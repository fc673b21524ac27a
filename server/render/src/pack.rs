//! Compressed forms of a page. Here and not where they are wanted, because this room is optimised as what compresses
//! has to be.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

/// In br, about as small as that gets in a millisecond or two.
#[must_use]
pub fn brotli(plain: &[u8]) -> Option<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 5, lgwin: 20, ..Default::default() };
    let mut packed = Vec::with_capacity(plain.len() / 3);
    brotli::BrotliCompress(&mut &*plain, &mut packed, &params).ok()?;
    Some(packed)
}

/// In gzip, for the few that read no br.
#[must_use]
pub fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::new(6));
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}
