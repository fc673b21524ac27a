//! Values as WordPress writes them.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use percent_encoding::percent_decode_str;

use super::event::{ItemKind, Status};

/// A number; nought, which WordPress writes for "none", is none.
pub(super) fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|number| *number > 0)
}

/// Slugs of other scripts are kept percent-encoded; half-encoded ones are left as they are.
pub(super) fn decode_slug(text: &str) -> String {
    percent_decode_str(text.trim()).decode_utf8().map_or_else(|_| text.trim().to_owned(), Into::into)
}

/// What a date field says.
pub(super) enum Date {
    /// Nothing: empty, or WordPress's zero date.
    None,
    /// A date.
    At(DateTime),
    /// Something that is no date.
    Bad,
}

/// Reads `2010-03-07 15:06:53`.
pub(super) fn date(text: &str) -> Date {
    let text = text.trim();
    if text.is_empty() || text.starts_with("0000-00-00") {
        return Date::None;
    }
    DateTime::strptime("%Y-%m-%d %H:%M:%S", text).map_or(Date::Bad, Date::At)
}

/// The moment of a date in UTC.
pub(super) fn in_utc(date: DateTime) -> Option<Timestamp> {
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Reads the date of an RSS item; WordPress writes one of the year −1 for drafts.
pub(super) fn feed_date(text: &str) -> Option<Timestamp> {
    let zoned = jiff::fmt::rfc2822::parse(text.trim()).ok()?;
    (zoned.year() > 0).then(|| zoned.timestamp())
}

pub(super) fn kind(text: &str) -> ItemKind {
    match text.trim() {
        "post" => ItemKind::Post,
        "page" => ItemKind::Page,
        "attachment" => ItemKind::Attachment,
        "nav_menu_item" => ItemKind::MenuEntry,
        other => ItemKind::Other(other.to_owned()),
    }
}

pub(super) fn status(text: &str) -> Status {
    match text.trim() {
        "publish" => Status::Published,
        "draft" | "auto-draft" => Status::Draft,
        "pending" => Status::Pending,
        "private" => Status::Private,
        "future" => Status::Scheduled,
        "trash" => Status::Trashed,
        "inherit" => Status::Inherited,
        other => Status::Other(other.to_owned()),
    }
}
