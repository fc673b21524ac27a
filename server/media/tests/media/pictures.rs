//! Pictures made on the spot: good ones, and the ones an attacker would send.

use std::io::Cursor;

use image::{Delay, DynamicImage, Frame, ImageFormat, RgbImage, RgbaImage, codecs::gif::GifEncoder};

/// A picture with enough detail that smaller versions have fewer bytes.
pub fn photo(width: u32, height: u32) -> DynamicImage {
    let mut seed = 7_u32;
    RgbImage::from_fn(width, height, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (seed >> 28) as u8;
        image::Rgb([(x % 251) as u8, (y % 241) as u8, noise.wrapping_mul(9)])
    })
    .into()
}

pub fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(&photo(width, height), ImageFormat::Jpeg)
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(&photo(width, height), ImageFormat::Png)
}

pub fn transparent(width: u32, height: u32) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, y| image::Rgba([x as u8, y as u8, 90, (x ^ y) as u8])).into()
}

/// A JPEG whose EXIF says "turn me", with a camera's name in it.
pub fn turned_jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    exif.extend_from_slice(&[0x01, 0x10, 0, 2, 0, 0, 0, 4, b'C', b'A', b'M', 0]);
    exif.extend_from_slice(&[0, 0, 0, 0]);
    exif.extend_from_slice(b"secret position 52.5 N 13.4 E");
    with_segment(&jpeg(width, height), 0xe1, &exif)
}

pub fn with_segment(jpeg: &[u8], code: u8, body: &[u8]) -> Vec<u8> {
    let mut out = jpeg[..2].to_vec();
    out.extend_from_slice(&[0xff, code]);
    out.extend_from_slice(&u16::try_from(body.len() + 2).unwrap().to_be_bytes());
    out.extend_from_slice(body);
    out.extend_from_slice(&jpeg[2..]);
    out
}

/// A few dozen bytes that claim to be 60,000 pixels square.
pub fn huge_png_header() -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = b"IHDR".to_vec();
    header.extend_from_slice(&60_000_u32.to_be_bytes());
    header.extend_from_slice(&60_000_u32.to_be_bytes());
    header.extend_from_slice(&[8, 6, 0, 0, 0]);
    chunk(&mut out, &header);
    chunk(&mut out, b"IDAT\x78\x9c\x03\0\0\0\0\x01");
    chunk(&mut out, b"IEND");
    out
}

/// Says in a valid PNG that it is a moving one.
pub fn animated_png() -> Vec<u8> {
    let still = png(4, 4);
    let mut out = still[..33].to_vec();
    chunk(&mut out, b"acTL\0\0\0\x02\0\0\0\0");
    out.extend_from_slice(&still[33..]);
    out
}

fn chunk(out: &mut Vec<u8>, typed: &[u8]) {
    out.extend_from_slice(&u32::try_from(typed.len() - 4).unwrap().to_be_bytes());
    out.extend_from_slice(typed);
    out.extend_from_slice(&crc(typed).to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

pub fn gif(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new(&mut out);
    encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
    for number in 0..frames {
        let picture = RgbaImage::from_pixel(width, height, image::Rgba([number as u8, 20, 30, 255]));
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    out
}
