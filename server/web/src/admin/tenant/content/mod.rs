//! Pages and posts: their list, the editor with everything it can do, their versions, links that show them
//! before they are public.

pub mod at;
pub mod autosave;
pub mod bulk;
pub mod compare;
mod conflict;
mod differ;
mod editor;
mod form;
pub mod list;
pub mod lock;
pub mod new;
pub mod open;
pub mod preview;
pub mod preview_link;
pub mod restore;
pub mod save;
pub(crate) mod tree;
pub mod versions;

use rowhouse_domain::content::{Kind, Status};
use rowhouse_engine::content::ItemRow;

use crate::admin::view::{Badge, Shell, Tone};

/// Where an item is in its life, as a dot and a word.
pub(crate) fn state(row: &ItemRow) -> Badge {
    match row.status {
        Status::Draft => Badge::new(Tone::Neutral, "Draft"),
        Status::Review => Badge::new(Tone::Warning, "In review"),
        Status::Scheduled => Badge::new(Tone::Waiting, "Scheduled"),
        Status::Published => Badge::new(Tone::Good, "Published"),
        Status::Archived => Badge::new(Tone::Neutral, "Archived"),
    }
}

/// A kind as a word.
pub(crate) const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Page => "Page",
        Kind::Post => "Post",
    }
}

/// A title to be read; one that nobody gave is named as such.
pub(crate) fn titled(title: &str) -> &str {
    if title.trim().is_empty() { "Untitled" } else { title }
}

/// The address of an item on the public site, while it is there.
pub(crate) fn live_url(shell: &Shell, row: &ItemRow) -> Option<String> {
    let route = row.route.as_ref().filter(|_| row.is_public())?;
    Some(format!("{}{}", shell.public_url.trim_end_matches('/'), route.to_url_path()))
}
