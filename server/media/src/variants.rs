//! The files that are served for a picture: the original, cleaned, and narrower ones for narrower places.

use std::io::Cursor;

use bytes::Bytes;
use fast_image_resize::{
    ResizeOptions, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::U8x4,
};
use image::{
    ColorType, DynamicImage, ImageEncoder, RgbaImage,
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
    // One kind of pixel for all pictures: the resizer is compiled for no other.
    let source = decoded.image.to_rgba8();
    let mut out = vec![original];
    let mut resizer = Resizer::new();
    for width in WIDTHS.into_iter().filter(|width| *width < decoded.image.width()) {
        let scaled = scale(&mut resizer, &source, decoded.image.color(), width)?;
        let rendition = encode(decoded, &scaled, kind, Variant::Width(width))?;
        if rendition.bytes.len() < smallest_gain {
            out.push(rendition);
        }
    }
    Ok(out)
}

/// The same picture with eight bits a channel, and no channels that pictures of `color` lack.
fn eight_bit(image: &DynamicImage, color: ColorType) -> DynamicImage {
    match (color.has_color(), color.has_alpha()) {
        (false, false) => image.to_luma8().into(),
        (false, true) => image.to_luma_alpha8().into(),
        (true, false) => image.to_rgb8().into(),
        (true, true) => image.to_rgba8().into(),
    }
}

fn scale(
    resizer: &mut Resizer,
    source: &RgbaImage,
    color: ColorType,
    width: u32,
) -> Result<DynamicImage, UploadError> {
    let exact = u64::from(source.height()) * u64::from(width);
    let rounded = (exact + u64::from(source.width()) / 2) / u64::from(source.width()).max(1);
    let height = u32::try_from(rounded).unwrap_or(u32::MAX).max(1);
    let mut scaled = RgbaImage::new(width, height);
    let from = TypedImageRef::<U8x4>::from_buffer(source.width(), source.height(), source);
    let into = TypedImage::<U8x4>::from_buffer(width, height, &mut scaled);
    let (Ok(from), Ok(mut into)) = (from, into) else { return Err(UploadError::Interrupted) };
    let options = ResizeOptions::new().use_alpha(color.has_alpha());
    resizer.resize_typed(&from, &mut into, &options).map_err(|_| UploadError::Interrupted)?;
    Ok(eight_bit(&scaled.into(), color))
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
        Kind::WebP => write(WebPEncoder::new_lossless(&mut out), &eight_bit(image, image.color()), decoded),
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
