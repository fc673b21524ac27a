//! Decoding pictures that strangers made. The header is judged before any pixel is, memory is bounded, and
//! what comes out is plain pixels, turned the right way up: nothing else of the upload survives but a colour
//! profile that fits.

use std::io::Cursor;

use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader,
    codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};

use crate::{Kind, Limits, UploadError, gif};

/// Memory a decoder may use beyond the pixels themselves.
const DECODER_BYTES: u64 = 64 * 1024 * 1024;
/// Larger profiles exist, but only in files that were made to carry something else.
const MAX_PROFILE: usize = 64 * 1024;

/// A picture as pixels.
pub(crate) struct Decoded {
    pub image: DynamicImage,
    pub profile: Option<Vec<u8>>,
}

/// Decodes a still picture of `kind`.
pub(crate) fn decode(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Decoded, UploadError> {
    let format = format_of(kind)?;
    let damaged = |_| UploadError::Damaged { format: kind.name() };
    refuse_incomplete(bytes, kind)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(decoder_limits(limits));
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    limits.check_pixels(width, height)?;
    // A second reader: asking the first about frames would use it up.
    refuse_moving(bytes, kind)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    let profile = profile.filter(|profile| profile_fits(profile, &image));
    Ok(Decoded { image, profile })
}

fn format_of(kind: Kind) -> Result<ImageFormat, UploadError> {
    match kind {
        Kind::Jpeg => Ok(ImageFormat::Jpeg),
        Kind::Png => Ok(ImageFormat::Png),
        Kind::Gif => Ok(ImageFormat::Gif),
        Kind::WebP => Ok(ImageFormat::WebP),
        Kind::Svg | Kind::Pdf | Kind::Text | Kind::Mp3 | Kind::M4a | Kind::Mp4 => {
            Err(UploadError::UnknownKind)
        }
    }
}

fn decoder_limits(limits: &Limits) -> image::Limits {
    let mut out = image::Limits::no_limits();
    // Four channels of sixteen bits are the most that a pixel takes.
    out.max_alloc = Some(limits.pixels.saturating_mul(8).saturating_add(DECODER_BYTES));
    out
}

/// The JPEG decoder fills what is missing with grey, so the end is looked for here.
fn refuse_incomplete(bytes: &[u8], kind: Kind) -> Result<(), UploadError> {
    match kind {
        Kind::Jpeg if !jpeg_is_whole(bytes).unwrap_or(false) => Err(UploadError::Damaged { format: "JPEG" }),
        _ => Ok(()),
    }
}

/// Steps over the segments to the first scan, after which an end marker must follow. Previews inside
/// metadata have end markers of their own, which is why it does not do to search for one.
fn jpeg_is_whole(bytes: &[u8]) -> Option<bool> {
    let mut rest = bytes.get(2..)?;
    loop {
        let &[mark, code, high, low] = rest.first_chunk::<4>()?;
        if mark != 0xff {
            return Some(false);
        }
        if code == 0xff {
            rest = rest.get(1..)?;
            continue;
        }
        rest = rest.get(2 + usize::from(u16::from_be_bytes([high, low]))..)?;
        if code == 0xda {
            return Some(rest.windows(2).any(|pair| pair == [0xff, 0xd9]));
        }
    }
}

fn refuse_moving(bytes: &[u8], kind: Kind) -> Result<(), UploadError> {
    let input = Cursor::new(bytes);
    let moving = match kind {
        Kind::Png => PngDecoder::new(input).and_then(|decoder| decoder.is_apng()),
        Kind::WebP => WebPDecoder::new(input).map(|decoder| decoder.has_animation()),
        _ => Ok(false),
    };
    let format = kind.name();
    match moving {
        Ok(false) => Ok(()),
        Ok(true) => Err(UploadError::Animated { format }),
        Err(_) => Err(UploadError::Damaged { format }),
    }
}

/// A profile is kept only if it speaks of the colours that the decoded picture has (a CMYK photograph is RGB
/// by now). The colour space is at byte 16 of the profile (ICC.1:2022, 7.2.6).
fn profile_fits(profile: &[u8], image: &DynamicImage) -> bool {
    let space: &[u8] = if image.color().has_color() { b"RGB " } else { b"GRAY" };
    profile.len() <= MAX_PROFILE && profile.get(16..20) == Some(space)
}

/// Checks every frame of a GIF and returns it without what does not belong to its pictures.
pub(crate) fn check_gif(bytes: &[u8], limits: &Limits) -> Result<gif::Walked, UploadError> {
    let damaged = UploadError::Damaged { format: "GIF" };
    let walked = gif::walk(bytes).ok_or(damaged.clone())?;
    let (width, height) = (u32::from(walked.width), u32::from(walked.height));
    limits.check_pixels(width, height)?;
    let all = u64::from(width) * u64::from(height) * u64::from(walked.frames);
    if walked.frames > limits.frames || all > limits.frame_pixels {
        return Err(UploadError::TooManyFrames { frames: walked.frames });
    }
    let mut decoder = GifDecoder::new(Cursor::new(&walked.clean)).map_err(|_| damaged.clone())?;
    decoder.set_limits(decoder_limits(limits)).map_err(|_| damaged.clone())?;
    for frame in decoder.into_frames() {
        frame.map_err(|_| damaged.clone())?;
    }
    Ok(walked)
}
