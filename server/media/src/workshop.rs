//! Where uploads are taken apart. Decoders are the part of the program that strangers feed, so they work on
//! the blocking pool, few at a time, and a panic in one is an error about that file and nothing more.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use bytes::Bytes;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::{
    ContentHash, Kind, Limits, Rendition, Size, UploadError, Variant, check::sniff, raster, svg, variants,
};

/// An upload that was judged and made ready to store.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What is stored as the original.
    pub kind: Kind,
    /// The hash of the bytes as they were sent: the same file sent again has it again.
    pub uploaded: ContentHash,
    /// The files; the original is the first.
    pub renditions: Vec<Rendition>,
}

impl Prepared {
    /// The size of the original, if it is a picture that tells one.
    #[must_use]
    pub fn size(&self) -> Option<Size> {
        self.renditions.first().and_then(|rendition| rendition.size)
    }
}

/// Judges and prepares uploads, a bounded number at a time.
#[derive(Clone, Debug)]
pub struct Workshop {
    limits: Limits,
    benches: Arc<Semaphore>,
}

impl Workshop {
    /// A workshop that works on `at_once` files at a time (at least one). A picture at the limit of pixels
    /// takes up to about twelve bytes of memory a pixel while it is worked on.
    #[must_use]
    pub fn new(limits: Limits, at_once: usize) -> Self {
        Self { limits, benches: Arc::new(Semaphore::new(at_once.clamp(1, 64))) }
    }

    /// What may be uploaded.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Judges `bytes` by their content and makes the files to store.
    ///
    /// # Errors
    /// When the file cannot be accepted; the error's text tells the sender what to do.
    pub async fn prepare(&self, bytes: Bytes) -> Result<Prepared, UploadError> {
        // Cheap refusals do not wait for a bench.
        let kind = sniff_bounded(&bytes, &self.limits)?;
        let bench = Arc::clone(&self.benches).acquire_owned().await.map_err(|_| UploadError::Interrupted)?;
        let limits = self.limits;
        let work = spawn_blocking(move || {
            let _bench = bench;
            guarded(kind, || process(&bytes, kind, &limits))
        });
        work.await.map_err(|_| UploadError::Interrupted)?
    }
}

fn sniff_bounded(bytes: &Bytes, limits: &Limits) -> Result<Kind, UploadError> {
    let count = bytes.len() as u64;
    if count > limits.most_bytes() {
        return Err(UploadError::TooBig { bytes: count, limit: limits.most_bytes() });
    }
    let kind = sniff(bytes)?;
    limits.check_bytes(kind, count)?;
    Ok(kind)
}

/// The image crate's own notes say that decoders may panic on malicious input.
fn guarded<T>(kind: Kind, work: impl FnOnce() -> Result<T, UploadError>) -> Result<T, UploadError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::warn!(%kind, "a decoder panicked on an upload");
        Err(UploadError::Damaged { format: kind.name() })
    })
}

fn process(bytes: &Bytes, kind: Kind, limits: &Limits) -> Result<Prepared, UploadError> {
    let uploaded = ContentHash::of(bytes);
    let single = |size, bytes| vec![Rendition::new(Variant::Original, kind, size, bytes)];
    let renditions = match kind {
        Kind::Jpeg | Kind::Png | Kind::WebP => {
            let decoded = raster::decode(bytes, kind, limits)?;
            let kind = stored_kind(bytes, kind, &decoded);
            variants::render(&decoded, kind)?
        }
        Kind::Gif => {
            let walked = raster::check_gif(bytes, limits)?;
            let size = Size { width: walked.width.into(), height: walked.height.into() };
            single(Some(size), walked.clean.into())
        }
        Kind::Svg => {
            let (clean, size) = svg::clean(bytes)?;
            single(size, clean.into())
        }
        Kind::Pdf => {
            check_pdf(bytes)?;
            single(None, bytes.clone())
        }
        Kind::Text | Kind::Mp3 | Kind::M4a | Kind::Mp4 => single(None, bytes.clone()),
    };
    let kind = renditions.first().map_or(kind, |original| original.kind);
    Ok(Prepared { kind, uploaded, renditions })
}

/// We can write WebP only without loss, which makes a photograph about ten times its size. One that came
/// with loss and without transparency is therefore kept as JPEG.
fn stored_kind(bytes: &[u8], kind: Kind, decoded: &raster::Decoded) -> Kind {
    let lossless = bytes.windows(4).take(64 * 1024).any(|chunk| chunk == b"VP8L");
    match kind {
        Kind::WebP if !lossless && !decoded.image.color().has_alpha() => Kind::Jpeg,
        kind => kind,
    }
}

/// The end mark stands in the last kilobyte of a whole PDF (ISO 32000-1, annex H.3.18).
fn check_pdf(bytes: &[u8]) -> Result<(), UploadError> {
    let tail = bytes.get(bytes.len().saturating_sub(1024)..).unwrap_or_default();
    match tail.windows(5).any(|part| part == b"%%EOF") {
        true => Ok(()),
        false => Err(UploadError::Damaged { format: "PDF" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_about_the_file() {
        let result: Result<(), _> = guarded(Kind::Png, || panic!("on purpose"));
        assert_eq!(result, Err(UploadError::Damaged { format: "PNG" }));
    }
}
