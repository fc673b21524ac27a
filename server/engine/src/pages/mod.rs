//! Pages for visitors: from an address to bytes. A request is answered from the render cache where what is
//! kept there may be shown; otherwise one snapshot is read, rendered off the network's threads, compressed
//! and kept. What may be shown is decided by `rowhouse_cluster` alone.

mod address;
mod build;
mod chrome;
mod encode;
mod explain;
mod find;
mod media_file;
mod preview;
mod serve;
mod special;
mod texts;
mod trouble;
mod unlock;

pub use address::{Ask, Format, origin_of};
pub(crate) use chrome::{Worn, stored as theme_settings, theme_of};
pub(crate) use encode::with_smaller_forms;
pub use explain::{ExplainedUrl, Purged, explain, purge};
pub use media_file::{MediaFile, media_file};
pub use preview::{Draft, Typed, make_preview, preview, previewed};
pub use rowhouse_cluster::render::{Body, Render};
pub use serve::{How, Served, Spot, serve, serve_private};
pub use special::{
    Asset, Landing, asset, landing, landing_choice, merged_robots, set_landing, sitemap_index, stylesheet,
};
pub(crate) use texts::Texts;
pub use trouble::{Trouble, neutral_trouble, trouble};
pub use unlock::{Unlocked, unlock};
