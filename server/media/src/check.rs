//! What a file is, by its content. A name or a declared type is never asked: both come from whoever sends
//! the file.

use crate::{Kind, UploadError};

/// How much a tenant may upload at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a picture.
    pub image_bytes: u64,
    /// Bytes of a drawing (SVG), whose text is taken apart.
    pub svg_bytes: u64,
    /// Bytes of anything else.
    pub file_bytes: u64,
    /// Width × height of a picture.
    pub pixels: u64,
    /// Frames of an animation.
    pub frames: u32,
    /// Width × height × frames of an animation.
    pub frame_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            image_bytes: 25 * 1024 * 1024,
            svg_bytes: 2 * 1024 * 1024,
            file_bytes: 64 * 1024 * 1024,
            pixels: 40_000_000,
            frames: 600,
            frame_pixels: 200_000_000,
        }
    }
}

impl Limits {
    /// The most bytes that any upload may have: where reading a request can stop.
    #[must_use]
    pub fn most_bytes(&self) -> u64 {
        self.image_bytes.max(self.svg_bytes).max(self.file_bytes)
    }

    pub(crate) fn check_bytes(&self, kind: Kind, bytes: u64) -> Result<(), UploadError> {
        let limit = match kind {
            Kind::Svg => self.svg_bytes,
            Kind::Jpeg | Kind::Png | Kind::Gif | Kind::WebP => self.image_bytes,
            Kind::Pdf | Kind::Text | Kind::Mp3 | Kind::M4a | Kind::Mp4 => self.file_bytes,
        };
        if bytes > limit { Err(UploadError::TooBig { bytes, limit }) } else { Ok(()) }
    }

    pub(crate) fn check_pixels(&self, width: u32, height: u32) -> Result<(), UploadError> {
        if u64::from(width) * u64::from(height) > self.pixels {
            return Err(UploadError::TooManyPixels { width, height, limit: self.pixels });
        }
        Ok(())
    }
}

/// Says what `bytes` are, by how they begin and, for text, by all of them.
///
/// # Errors
/// When it is nothing that may be stored; the error says what it is instead, where that is known.
pub fn sniff(bytes: &[u8]) -> Result<Kind, UploadError> {
    if bytes.is_empty() {
        return Err(UploadError::Empty);
    }
    if let Some(kind) = picture(bytes) {
        return Ok(kind);
    }
    if bytes.starts_with(b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    refuse_known(bytes)?;
    if bytes.get(4..8) == Some(b"ftyp") {
        return mpeg4(bytes);
    }
    if bytes.starts_with(b"ID3") || is_mp3_frame(bytes) {
        return Ok(Kind::Mp3);
    }
    text(bytes)
}

fn picture(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some(Kind::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Png)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some(Kind::Gif)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Kind::WebP)
    } else {
        None
    }
}

fn refuse_known(bytes: &[u8]) -> Result<(), UploadError> {
    let begins = |marks: &[&[u8]]| marks.iter().any(|mark| bytes.starts_with(mark));
    if begins(&[b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"]) {
        return Err(UploadError::Program);
    }
    if begins(&[
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x1f\x8b",
        b"7z\xbc\xaf",
        b"Rar!",
        b"\xd0\xcf\x11\xe0",
        b"{\\rtf",
    ]) {
        return Err(UploadError::Archive);
    }
    if begins(&[b"II*\0", b"MM\0*"]) {
        return Err(UploadError::ConvertPicture { format: "TIFF" });
    }
    if begins(&[b"BM"]) && bytes.get(6..10) == Some(&[0; 4]) {
        return Err(UploadError::ConvertPicture { format: "BMP" });
    }
    if begins(&[b"8BPS"]) {
        return Err(UploadError::ConvertPicture { format: "Photoshop" });
    }
    for (mark, format) in [
        (b"OggS".as_slice(), "Ogg"),
        (b"\x1a\x45\xdf\xa3", "WebM"),
        (b"fLaC", "FLAC"),
        (b"RIFF", "WAV and AVI"),
    ] {
        if bytes.starts_with(mark) {
            return Err(UploadError::ConvertRecording { format });
        }
    }
    Ok(())
}

/// The major brand of an MPEG-4 file says what it holds (ISO/IEC 14496-12, "ftyp").
fn mpeg4(bytes: &[u8]) -> Result<Kind, UploadError> {
    match bytes.get(8..12).unwrap_or_default() {
        b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" => {
            Err(UploadError::ConvertPicture { format: "HEIC" })
        }
        b"avif" | b"avis" => Err(UploadError::ConvertPicture { format: "AVIF" }),
        b"qt  " => Err(UploadError::ConvertRecording { format: "QuickTime" }),
        b"M4A " | b"M4B " => Ok(Kind::M4a),
        b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"M4V " | b"MSNV"
        | b"dash" => Ok(Kind::Mp4),
        _ => Err(UploadError::UnknownKind),
    }
}

/// A first frame of MPEG audio layer III: sync, layer, and a bit rate and sampling rate that exist. The byte
/// order mark of UTF-16 has the same first eleven bits, but names layer I.
fn is_mp3_frame(bytes: &[u8]) -> bool {
    let Some(&[sync, second, third]) = bytes.first_chunk::<3>() else { return false };
    let layer_three = second & 0b0000_0110 == 0b0000_0010;
    let version_exists = second & 0b0001_1000 != 0b0000_1000;
    let rate = third >> 4;
    sync == 0xff
        && second & 0xe0 == 0xe0
        && layer_three
        && version_exists
        && rate != 0
        && rate != 15
        && third & 0b0000_1100 != 0b0000_1100
}

fn text(bytes: &[u8]) -> Result<Kind, UploadError> {
    let text = std::str::from_utf8(bytes).map_err(|_| UploadError::UnknownKind)?;
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}')) {
        return Err(UploadError::UnknownKind);
    }
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '\u{c}']);
    if !start.starts_with('<') {
        return Ok(Kind::Text);
    }
    match first_element(start).as_deref() {
        Some("svg") => Ok(Kind::Svg),
        _ => Err(UploadError::WebPage),
    }
}

/// The name of the first element, without its prefix, after declarations and comments.
fn first_element(mut text: &str) -> Option<String> {
    loop {
        text = text.trim_start();
        if let Some(rest) = text.strip_prefix("<?") {
            text = rest.split_once("?>")?.1;
        } else if let Some(rest) = text.strip_prefix("<!--") {
            text = rest.split_once("-->")?.1;
        } else if let Some(rest) = text.strip_prefix("<!") {
            text = after_doctype(rest)?;
        } else {
            let name: String = text
                .strip_prefix('<')?
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, ':' | '-' | '_'))
                .collect();
            return Some(name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase());
        }
    }
}

/// A document type may hold an internal subset in brackets, with `>` inside.
fn after_doctype(text: &str) -> Option<&str> {
    let end = text.find(['>', '['])?;
    let (_, rest) = text.split_at_checked(end)?;
    match rest.strip_prefix('[') {
        Some(subset) => Some(subset.split_once(']')?.1.trim_start().strip_prefix('>')?),
        None => rest.strip_prefix('>'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_content() {
        for (bytes, kind) in [
            (b"\xff\xd8\xff\xe0rest".as_slice(), Kind::Jpeg),
            (b"\x89PNG\r\n\x1a\nrest", Kind::Png),
            (b"GIF89arest", Kind::Gif),
            (b"RIFF\0\0\0\0WEBPVP8 ", Kind::WebP),
            (b"%PDF-1.7\n", Kind::Pdf),
            (b"ID3\x04\0\0", Kind::Mp3),
            (b"\xff\xfb\x90\x64rest", Kind::Mp3),
            (b"\0\0\0\x20ftypisom", Kind::Mp4),
            (b"\0\0\0\x20ftypM4A ", Kind::M4a),
            ("Grüße\r\n\tund so weiter\n".as_bytes(), Kind::Text),
            (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", Kind::Svg),
            (
                b"\xef\xbb\xbf<?xml version='1.0'?><!-- > --><!DOCTYPE svg [<!ENTITY a '>'>]><x:svg/>",
                Kind::Svg,
            ),
        ] {
            assert_eq!(sniff(bytes), Ok(kind), "{bytes:?}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        let convert = |format| UploadError::ConvertPicture { format };
        for (bytes, error) in [
            (b"".as_slice(), UploadError::Empty),
            (b"<!doctype html><script>alert(1)</script>", UploadError::WebPage),
            (b"<script>alert(1)</script>", UploadError::WebPage),
            (b"<?php echo 1;", UploadError::WebPage),
            (b"MZ\x90\0", UploadError::Program),
            (b"#!/bin/sh\n", UploadError::Program),
            (b"PK\x03\x04", UploadError::Archive),
            (b"\0\0\0\x18ftypheic", convert("HEIC")),
            (b"\0\0\0\x18ftypavif", convert("AVIF")),
            (b"\0\0\0\x18ftypzzzz", UploadError::UnknownKind),
            (b"II*\0rest", convert("TIFF")),
            (b"\xff\xfeh\0i\0", UploadError::UnknownKind),
            (b"bin\0ary", UploadError::UnknownKind),
            (b"\xc3\x28", UploadError::UnknownKind),
        ] {
            assert_eq!(sniff(bytes), Err(error), "{bytes:?}");
        }
    }
}
