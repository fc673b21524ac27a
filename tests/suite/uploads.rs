//! Files that come by the forms of the media library: pictures are served in their sizes, and what cannot be
//! taken is told by name and leaves nothing behind.

use std::{io::Cursor, path::Path};

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage};
use rowhouse_domain::tenant::Quotas;
use rowhouse_engine::{Actor, content, tenants::EditTenant};
use rowhouse_tests::{Answer, Backend, Client, Files, Options, PASSWORD, TestNode, on_both};

const LIBRARY: &str = "/acme/admin/media";
const PICKER: &str = "/acme/admin/media/picker?field=logo&return_to=%2Facme%2Fadmin%2Ftheme%3F";

/// A node that takes a megabyte at once, and somebody at the library of its one site.
async fn library(backend: Backend) -> (TestNode, Client) {
    let node = Options::new(backend).set("limits.upload", "1MiB").start().await;
    node.tenant("acme").create().await;
    let admin = node.client();
    admin.sign_in("/acme", "admin", PASSWORD).await;
    (node, admin)
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photograph of nothing, which has fewer bytes where it is smaller.
fn photo(width: u32, height: u32) -> Vec<u8> {
    let mut next = noise();
    encoded(RgbImage::from_fn(width, height, |_, _| Rgb([next(), next(), next()])), ImageFormat::Jpeg)
}

/// A drawing of about so many bytes, which nothing makes fewer.
fn drawing(bytes: u32) -> Vec<u8> {
    let mut next = noise();
    encoded(GrayImage::from_fn(512, bytes / 512, |_, _| Luma([next()])), ImageFormat::Png)
}

/// Numbers that are always the same and look like none in particular.
fn noise() -> impl FnMut() -> u8 {
    let mut seed = 7_u32;
    move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    }
}

async fn send(who: &Client, files: Files<'_>) -> Answer {
    who.upload(LIBRARY, LIBRARY, &[], &[], files).await
}

/// The ids of the pictures that can be chosen.
async fn offered(who: &Client, picker: &str) -> Vec<String> {
    let page = who.get(picker).await.is(200).text();
    page.split("data-pick=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// How many files lie below a folder.
fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

/// Whether nothing is stored: neither in the library nor on the disk.
async fn nothing_is_stored(node: &TestNode) {
    let all = content::MediaFilter { limit: 10, ..content::MediaFilter::default() };
    let found = content::media_list(&node.site("acme").await, &Actor::system(), all).await.unwrap();
    assert_eq!((found.total, files_below(&node.home.file("media"))), (0, 0));
}

#[test]
fn a_picture_is_taken_and_served_in_its_sizes() {
    on_both(|backend| async move {
        let (node, admin) = library(backend).await;
        send(&admin, &[("Blue door.jpg", &photo(1_000, 500))]).await.leads(303, LIBRARY);
        admin.get(LIBRARY).await.is(200).shows("Uploaded 1 file.").shows("Blue door");
        let id = offered(&admin, PICKER).await.pop().expect("a picture");
        for (variant, width) in [("original", 1_000), ("w960", 960), ("w640", 640), ("w320", 320)] {
            let answer = node.get(&format!("/acme/media/{id}/{variant}")).await.is(200);
            assert_eq!(answer.header("content-type"), "image/jpeg");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.header("content-security-policy").contains("sandbox"), "{variant}");
            let served = image::load_from_memory(&answer.bytes).unwrap();
            assert_eq!((served.width(), served.height()), (width, width / 2), "{variant}");
        }
        node.get(&format!("/acme/media/{id}/w1280")).await.is(404);
    });
}

#[test]
fn the_picker_offers_the_pictures_of_its_site_and_nothing_else() {
    on_both(|backend| async move {
        let (node, admin) = library(backend).await;
        node.tenant("other").create().await;
        let files: Files = &[("Door.jpg", &photo(640, 480)), ("Notes.txt", b"A list of doors.")];
        let answer = admin.upload(PICKER, LIBRARY, &[], &[("return_to", PICKER)], files).await;
        answer.leads(303, PICKER);
        let ids = offered(&admin, PICKER).await;
        assert_eq!(ids.len(), 1, "the text is no picture");
        let page = admin.get(PICKER).await.is(200);
        // what is uploaded there is offered for the same field of the same form
        let page = page.shows(&format!("name=\"return_to\" value=\"{}\"", PICKER.replace('&', "&amp;")));
        page.shows(&format!("/acme/media/{}/w320", ids[0]))
            .shows("/acme/admin/theme?&amp;logo=")
            .hides("Notes");
        assert_eq!(offered(&admin, &format!("{PICKER}&q=door")).await, ids);
        assert!(offered(&admin, &format!("{PICKER}&q=window")).await.is_empty());
        let other = node.client();
        other.sign_in("/other", "admin", PASSWORD).await;
        assert!(offered(&other, "/other/admin/media/picker?field=logo").await.is_empty());
        node.get(&format!("/other/media/{}/original", ids[0])).await.is(404);
    });
}

#[test]
fn what_cannot_be_taken_is_told_by_name_and_leaves_nothing() {
    on_both(|backend| async move {
        let (node, admin) = library(backend).await;
        let whole = drawing(20_000);
        let vast = encoded(GrayImage::new(8_000, 6_000), ImageFormat::Png);
        assert!(vast.len() < 1_000_000, "it is refused for its pixels, not for its bytes");
        let table: &[(&str, &[u8], &str)] = &[
            ("page.png", b"<!doctype html><script>alert(1)</script>", "Web pages cannot be uploaded"),
            ("program.png", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "Programs cannot be uploaded"),
            ("office.png", b"PK\x03\x04\x14\0\x06\0", "Save the document as PDF"),
            ("old.png", b"II*\0\x08\0\0\0", "Save it as JPEG, PNG or WebP"),
            ("riddle.png", b"\0\x01\x02\x03\xff\xfe", "This kind of file cannot be uploaded"),
            ("cut.png", &whole[..whole.len() / 2], "damaged or incomplete"),
            ("empty.png", b"", "The file is empty"),
            ("vast.png", &vast, "8000 × 6000 pixels, and 40 megapixels is the limit"),
            ("heavy.png", &drawing(1_200_000), "larger than the 1 MB that are taken here"),
        ];
        for (name, bytes, words) in table {
            send(&admin, &[(name, bytes)])
                .await
                .is(422)
                .shows(&format!("<strong>{name}</strong>"))
                .shows(words);
            nothing_is_stored(&node).await;
        }
        send(&admin, &[("whole.png", &whole)]).await.is(303);
        assert_eq!(offered(&admin, PICKER).await.len(), 1);
    });
}

#[test]
fn a_file_that_cannot_be_taken_does_not_keep_others_out() {
    on_both(|backend| async move {
        let (_node, admin) = library(backend).await;
        let (good, heavy) = (drawing(20_000), drawing(1_200_000));
        let files: Files =
            &[("one.png", &good), ("heavy.png", &heavy), ("page.png", b"<html></html>"), ("two.png", &good)];
        let json = [("accept", "application/json")];
        let told = admin.upload(LIBRARY, LIBRARY, &json, &[], files).await.is(200).text();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let names = |key: &str, name: &str| -> Vec<String> {
            told[key].as_array().unwrap().iter().map(|i| i[name].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names("items", "name"), ["one.png", "two.png"], "{told}");
        assert_eq!(names("problems", "field"), ["heavy.png", "page.png"], "{told}");
        assert_eq!(offered(&admin, PICKER).await.len(), 2);
        let alone = admin.upload(LIBRARY, LIBRARY, &json, &[], &[("heavy.png", &heavy)]).await.is(422);
        alone.shows("heavy.png").shows("larger than");
    });
}

#[test]
fn files_beyond_the_room_of_a_site_are_refused() {
    on_both(|backend| async move {
        let (node, admin) = library(backend).await;
        let quotas = Quotas { media_bytes: 1_000, ..Quotas::default() };
        let edit = EditTenant { quotas: Some(quotas), ..EditTenant::default() };
        node.tenants().edit("acme", edit, &Actor::system()).await.unwrap();
        node.refresh().await;
        send(&admin, &[("door.png", &drawing(20_000))]).await.is(422).shows("<strong>door.png</strong>");
        nothing_is_stored(&node).await;
    });
}

#[test]
fn files_without_the_token_of_the_form_are_not_read() {
    on_both(|backend| async move {
        let (node, admin) = library(backend).await;
        node.person("acme", "ann", "author").await;
        let ann = node.client();
        ann.sign_in("/acme", "ann", PASSWORD).await;
        let token = ann.get("/acme/admin/account").await.is(200).form_token().unwrap();
        let good = drawing(20_000);
        for token in ["", "wrong", token.as_str()] {
            admin.files(LIBRARY, &[], &[("csrf", token)], &[("door.png", &good)]).await.is(403);
        }
        admin.files(LIBRARY, &[], &[], &[("door.png", &good)]).await.is(403);
        let elsewhere = [("origin", "https://evil.example")];
        admin.upload(LIBRARY, LIBRARY, &elsewhere, &[], &[("door.png", &good)]).await.is(403);
        nothing_is_stored(&node).await;
    });
}
