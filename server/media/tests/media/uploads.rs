//! What becomes of an upload.

use bytes::Bytes;
use image::{GenericImageView, ImageFormat};
use rowhouse_media::{Kind, Limits, Prepared, Size, UploadError, Variant, Workshop};

use crate::pictures::{
    animated_png, encoded, gif, huge_png_header, jpeg, photo, png, transparent, turned_jpeg, with_segment,
};

async fn prepare(bytes: impl Into<Bytes>) -> Result<Prepared, UploadError> {
    Workshop::new(Limits::default(), 2).prepare(bytes.into()).await
}

async fn refusal(bytes: impl Into<Bytes>) -> UploadError {
    prepare(bytes).await.map(|prepared| prepared.kind).unwrap_err()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle)
}

fn widths(prepared: &Prepared) -> Vec<Variant> {
    prepared.renditions.iter().map(|rendition| rendition.variant).collect()
}

#[tokio::test]
async fn a_photograph_gets_narrower_versions() {
    let prepared = prepare(jpeg(1000, 500)).await.unwrap();
    assert_eq!(prepared.kind, Kind::Jpeg);
    assert_eq!(
        widths(&prepared),
        [Variant::Original, Variant::Width(320), Variant::Width(640), Variant::Width(960)]
    );
    assert_eq!(prepared.renditions[1].size, Some(Size { width: 320, height: 160 }));
    for rendition in &prepared.renditions {
        let decoded = image::load_from_memory_with_format(&rendition.bytes, ImageFormat::Jpeg).unwrap();
        let size = rendition.size.unwrap();
        assert_eq!(decoded.dimensions(), (size.width, size.height));
    }
}

#[tokio::test]
async fn a_small_picture_is_not_blown_up() {
    assert_eq!(widths(&prepare(png(320, 10)).await.unwrap()), [Variant::Original]);
}

#[tokio::test]
async fn a_very_flat_picture_keeps_a_height() {
    let prepared = prepare(jpeg(1000, 1)).await.unwrap();
    assert!(prepared.renditions.iter().all(|rendition| rendition.size.unwrap().height == 1));
}

#[tokio::test]
async fn transparency_is_kept_in_png_and_webp() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let prepared = prepare(encoded(&transparent(400, 300), format)).await.unwrap();
        let narrow =
            image::load_from_memory_with_format(&prepared.renditions.last().unwrap().bytes, format).unwrap();
        assert!(narrow.color().has_alpha(), "{format:?}");
        assert!(narrow.to_rgba8().pixels().any(|pixel| pixel.0[3] < 128), "{format:?}");
    }
}

#[tokio::test]
async fn lossless_webp_stays_webp() {
    assert_eq!(prepare(encoded(&photo(40, 30), ImageFormat::WebP)).await.unwrap().kind, Kind::WebP);
}

#[tokio::test]
async fn exif_is_applied_and_removed() {
    let upload = turned_jpeg(400, 200, 6);
    assert!(contains(&upload, b"secret position"));
    let prepared = prepare(upload).await.unwrap();
    assert_eq!(prepared.size(), Some(Size { width: 200, height: 400 }));
    for rendition in &prepared.renditions {
        assert!(!contains(&rendition.bytes, b"secret position") && !contains(&rendition.bytes, b"Exif"));
    }
    // The noisy corner at the top left of the upload is at the top right now.
    let before = photo(400, 200).to_rgb8();
    let after = image::load_from_memory(&prepared.renditions[0].bytes).unwrap().to_rgb8();
    let (was, is) = (before.get_pixel(350, 20), after.get_pixel(199 - 20, 350));
    assert!(was.0[0].abs_diff(is.0[0]) < 30, "{was:?} {is:?}");
}

#[tokio::test]
async fn a_colour_profile_is_kept_only_if_it_fits() {
    let profile = |space: &[u8; 4]| {
        let mut icc = b"ICC_PROFILE\0\x01\x01".to_vec();
        let mut body = vec![0; 128];
        body[16..20].copy_from_slice(space);
        body[60..70].copy_from_slice(b"my-profile");
        icc.extend_from_slice(&body);
        with_segment(&jpeg(40, 40), 0xe2, &icc)
    };
    let fits = prepare(profile(b"RGB ")).await.unwrap();
    assert!(contains(&fits.renditions[0].bytes, b"my-profile"));
    let foreign = prepare(profile(b"CMYK")).await.unwrap();
    assert!(!contains(&foreign.renditions[0].bytes, b"my-profile"));
}

#[tokio::test]
async fn what_hides_behind_a_picture_is_gone() {
    let payload = b"<script>alert(1)</script><?php system('id'); ?>";
    for picture in [jpeg(50, 50), png(50, 50), gif(50, 50, 2), encoded(&photo(50, 50), ImageFormat::WebP)] {
        let mut polyglot = picture.clone();
        polyglot.extend_from_slice(payload);
        let prepared = prepare(polyglot).await.unwrap();
        assert!(!contains(&prepared.renditions[0].bytes, b"script"), "{:?}", prepared.kind);
    }
    let comment = with_segment(&jpeg(50, 50), 0xfe, payload);
    assert!(!contains(&prepare(comment).await.unwrap().renditions[0].bytes, b"script"));
}

#[tokio::test]
async fn a_gif_keeps_its_frames_and_loses_its_comments() {
    let clean = gif(30, 20, 3);
    // Blocks begin after the header and the colour table that it announces.
    let table = if clean[10] & 0x80 == 0 { 0 } else { 3 << ((clean[10] & 7) + 1) };
    let mut upload = clean[..13 + table].to_vec();
    upload.extend_from_slice(b"\x21\xfe\x08<script>\0\x21\xff\x0bXMP DataXMP\x03abc\0");
    upload.extend_from_slice(&clean[13 + table..]);
    let prepared = prepare(upload).await.unwrap();
    assert_eq!(prepared.renditions[0].bytes, clean);
    assert_eq!(prepared.size(), Some(Size { width: 30, height: 20 }));
}

#[tokio::test]
async fn too_many_frames_are_refused() {
    let workshop = Workshop::new(Limits { frames: 2, ..Limits::default() }, 1);
    assert!(workshop.prepare(gif(4, 4, 2).into()).await.is_ok());
    let error = workshop.prepare(gif(4, 4, 3).into()).await.unwrap_err();
    assert_eq!(error, UploadError::TooManyFrames { frames: 3 });
}

#[tokio::test]
async fn too_many_pixels_are_refused_before_decoding() {
    let error = refusal(huge_png_header()).await;
    assert_eq!(error, UploadError::TooManyPixels { width: 60_000, height: 60_000, limit: 40_000_000 });
    let workshop = Workshop::new(Limits { pixels: 99, ..Limits::default() }, 1);
    for upload in [jpeg(10, 10), gif(10, 10, 1), encoded(&photo(10, 10), ImageFormat::WebP)] {
        let error = workshop.prepare(upload.into()).await.unwrap_err();
        assert_eq!(error, UploadError::TooManyPixels { width: 10, height: 10, limit: 99 });
    }
}

#[tokio::test]
async fn too_many_bytes_are_refused() {
    let limits = Limits { image_bytes: 100, svg_bytes: 50, file_bytes: 200, ..Limits::default() };
    let workshop = Workshop::new(limits, 1);
    let upload = jpeg(50, 50);
    assert!(upload.len() > 200);
    assert!(matches!(workshop.prepare(upload.into()).await, Err(UploadError::TooBig { limit: 200, .. })));
    let text = workshop.prepare(vec![b'a'; 150].into()).await.unwrap();
    assert_eq!(text.kind, Kind::Text);
}

#[tokio::test]
async fn truncated_pictures_are_refused() {
    let webp = encoded(&photo(60, 60), ImageFormat::WebP);
    for (upload, format) in
        [(jpeg(60, 60), "JPEG"), (png(60, 60), "PNG"), (gif(60, 60, 2), "GIF"), (webp, "WebP")]
    {
        for keep in [upload.len() / 2, upload.len() / 5, 20] {
            let error = refusal(upload[..keep].to_vec()).await;
            assert_eq!(error, UploadError::Damaged { format }, "{keep} of {}", upload.len());
        }
    }
}

/// Whatever a byte is changed to, the answer is a picture or a refusal, never a crash of the node.
#[tokio::test]
async fn damaged_bytes_never_break_the_workshop() {
    let webp = encoded(&photo(24, 24), ImageFormat::WebP);
    for upload in [jpeg(24, 24), png(24, 24), gif(24, 24, 2), webp] {
        for step in 0..60 {
            let mut bad = upload.clone();
            let place = (step * 131 + 12) % bad.len();
            bad[place] ^= 0x55;
            if let Ok(prepared) = prepare(bad).await {
                assert!(!prepared.renditions.is_empty());
            }
        }
    }
}

#[tokio::test]
async fn movement_that_would_be_lost_is_refused() {
    assert_eq!(refusal(animated_png()).await, UploadError::Animated { format: "PNG" });
}

#[tokio::test]
async fn a_drawing_is_written_anew() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><script>alert(1)</script><rect width='4' onload='x()'/></svg>";
    let prepared = prepare(svg).await.unwrap();
    let text = String::from_utf8(prepared.renditions[0].bytes.to_vec()).unwrap();
    assert_eq!(prepared.kind, Kind::Svg);
    assert_eq!(prepared.size(), Some(Size { width: 10, height: 10 }));
    assert!(text.contains("<rect") && !text.contains("script") && !text.contains("onload"), "{text}");
}

#[tokio::test]
async fn names_and_claims_change_nothing() {
    assert_eq!(refusal("<html><body>hello</body></html>").await, UploadError::WebPage);
    assert_eq!(prepare("%PDF-1.4\n…\n%%EOF\n").await.unwrap().kind, Kind::Pdf);
    assert_eq!(refusal("%PDF-1.4\n…").await, UploadError::Damaged { format: "PDF" });
}

#[tokio::test]
async fn the_same_upload_has_the_same_hash() {
    let (first, second) = (prepare(jpeg(30, 30)).await.unwrap(), prepare(jpeg(30, 30)).await.unwrap());
    assert_eq!(first.uploaded, second.uploaded);
    assert_eq!(first.renditions[0].hash, second.renditions[0].hash);
    assert_ne!(first.uploaded, prepare(jpeg(30, 31)).await.unwrap().uploaded);
}
