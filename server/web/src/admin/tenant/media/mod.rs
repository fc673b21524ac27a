//! The media library, and choosing from it.

pub mod delete;
pub mod edit;
pub mod list;
pub mod picker;
pub mod upload;

use std::collections::HashMap;

use jiff::tz::TimeZone;
use rowhouse_domain::{
    UserId,
    permission::{Area, Permission},
};
use rowhouse_engine::content::{MediaRow, PublicMedia};

use crate::{
    admin::{say, view::MediaItem},
    extract::Member,
};

/// Types that are taken, for choosing files; each file is judged by its content all the same.
const ACCEPT: &str = "image/jpeg,image/png,image/gif,image/webp,image/svg+xml,application/pdf,text/plain,\
    audio/mpeg,audio/mp4,video/mp4";
/// Width of the smallest form that is good for a thumbnail.
const THUMB: u32 = 320;

/// The address of a small form of a picture; none if it is no picture.
pub(crate) fn thumb(base: &str, media: &PublicMedia) -> Option<String> {
    variant(base, media, THUMB)
}

/// The address of the smallest form that is at least this wide, or of the original.
fn variant(base: &str, media: &PublicMedia, width: u32) -> Option<String> {
    if !media.mime.starts_with("image/") {
        return None;
    }
    let fitting = media.variants.iter().filter(|form| form.width >= width).min_by_key(|form| form.width);
    let name = fitting.map_or("original", |form| form.name.as_str());
    Some(format!("{base}/media/{}/{name}", media.id))
}

/// A type in words.
fn kind(mime: &str) -> &'static str {
    match mime.split(';').next().unwrap_or_default() {
        "image/jpeg" => "JPEG image",
        "image/png" => "PNG image",
        "image/gif" => "GIF image",
        "image/webp" => "WebP image",
        "image/svg+xml" => "SVG drawing",
        "application/pdf" => "PDF document",
        "text/plain" => "Text",
        "audio/mpeg" => "MP3 sound",
        "audio/mp4" => "MPEG-4 sound",
        "video/mp4" => "MPEG-4 film",
        _ => "File",
    }
}

fn pixels(media: &PublicMedia) -> String {
    media.width.zip(media.height).map(|(w, h)| format!("{w} × {h}")).unwrap_or_default()
}

fn item(base: &str, row: &MediaRow, names: &HashMap<UserId, String>, zone: &TimeZone) -> MediaItem {
    MediaItem {
        id: row.media.id.to_string(),
        name: row.media.name.clone(),
        alt: row.media.alt.clone(),
        thumb: thumb(base, &row.media),
        kind: kind(&row.media.mime).into(),
        size: say::size(row.bytes),
        pixels: pixels(&row.media),
        uploaded: say::day(row.created_at, zone),
        who: row.account.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
    }
}

/// Whether a user may describe and delete a file: their own, or everybody's.
fn may_manage(member: &Member, row: &MediaRow) -> bool {
    let own = row.account.is_some_and(|account| account == member.who.user);
    let area = if own { Area::MediaUpload } else { Area::MediaManage };
    member.actor().may(Permission::Site(area))
}
