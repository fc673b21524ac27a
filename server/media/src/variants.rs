//! The files that are served for a picture: the original, cleaned, and narrower ones for narrower places.

use std::io::Cursor;

use bytes::Bytes;
use fast_image_resize::Resizer;
use image::{
    DynamicImage, ImageEncoder,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
        webp::WebPEncoder,
    },
};

use crate::{ContentHash, Kind, UploadError, Variant, raster::Decoded};

/// The widths that are made, in pixels, as far as the original is wider.
pub const WIDTHS: [u32; 5] = [320, 640, 960, 1280, 1920];

const VARIANT_QUALITY: u8 = 82;
/// The original is encoded a second time, which must not be seen.
const ORIGINAL_QUALITY: u8 = 90;

/// Width and height in pixels, as shown (after turning).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// One file to store and serve.
#[derive(Clone, Debug)]
pub struct Rendition {
    /// Which of the medium's files.
    pub variant: Variant,
    /// What it is. A variant may be of another kind than the upload was.
    pub kind: Kind,
    /// Its size, if it is a picture that tells one.
    pub size: Option<Size>,
    /// Its content.
    pub bytes: Bytes,
    /// The hash of its content.
    pub hash: ContentHash,
}

impl Rendition {
    pub(crate) fn new(variant: Variant, kind: Kind, size: Option<Size>, bytes: Bytes) -> Self {
        let hash = ContentHash::of(&bytes);
        Self { variant, kind, size, bytes, hash }
    }
}

/// Makes the original and its variants. A variant that would not save bytes is left out: the next wider file
/// serves its place as well.
pub(crate) fn render(decoded: &Decoded, kind: Kind) -> Result<Vec<Rendition>, UploadError> {
    let original = encode(decoded, &decoded.image, kind, Variant::Original)?;
    let smallest_gain = original.bytes.len();
    let source = eight_bit(&decoded.image);
    let mut out = vec![original];
    let mut resizer = Resizer::new();
    for width in WIDTHS.into_iter().filter(|width| *width < decoded.image.width()) {
        let scaled = scale(&mut resizer, &source, width)?;
        let rendition = encode(decoded, &scaled, kind, Variant::Width(width))?;
        if rendition.bytes.len() < smallest_gain {
            out.push(rendition);
        }
    }
    Ok(out)
}

fn eight_bit(image: &DynamicImage) -> DynamicImage {
    let color = image.color();
    match (color.has_color(), color.has_alpha()) {
        (false, false) => image.to_luma8().into(),
        (false, true) => image.to_luma_alpha8().into(),
        (true, false) => image.to_rgb8().into(),
        (true, true) => image.to_rgba8().into(),
    }
}

fn scale(resizer: &mut Resizer, source: &DynamicImage, width: u32) -> Result<DynamicImage, UploadError> {
    let exact = u64::from(source.height()) * u64::from(width);
    let rounded = (exact + u64::from(source.width()) / 2) / u64::from(source.width()).max(1);
    let height = u32::try_from(rounded).unwrap_or(u32::MAX).max(1);
    let mut scaled = DynamicImage::new(width, height, source.color());
    resizer.resize(source, &mut scaled, None).map_err(|_| UploadError::Interrupted)?;
    Ok(scaled)
}

fn encode(
    decoded: &Decoded,
    image: &DynamicImage,
    kind: Kind,
    variant: Variant,
) -> Result<Rendition, UploadError> {
    let mut out = Cursor::new(Vec::new());
    let written = match kind {
        Kind::Png => {
            let encoder =
                PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive);
            write(encoder, image, decoded)
        }
        Kind::WebP => write(WebPEncoder::new_lossless(&mut out), &eight_bit(image), decoded),
        _ => {
            let quality = if variant == Variant::Original { ORIGINAL_QUALITY } else { VARIANT_QUALITY };
            write(JpegEncoder::new_with_quality(&mut out, quality), &opaque(image), decoded)
        }
    };
    written.map_err(|_| UploadError::Interrupted)?;
    let size = Size { width: image.width(), height: image.height() };
    Ok(Rendition::new(variant, kind, Some(size), out.into_inner().into()))
}

fn opaque(image: &DynamicImage) -> DynamicImage {
    if image.color().has_color() { image.to_rgb8().into() } else { image.to_luma8().into() }
}

fn write(mut encoder: impl ImageEncoder, image: &DynamicImage, decoded: &Decoded) -> image::ImageResult<()> {
    if let Some(profile) = &decoded.profile {
        // An encoder without profiles shows the colours a little duller, which is no reason to fail.
        let _ = encoder.set_icc_profile(profile.clone());
    }
    image.write_with_encoder(encoder)
}
