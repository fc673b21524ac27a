//! What visitors read. Every query notes the tags of what it found and of what it looked for in vain; none
//! has a clock: published is what has a published version and is not in the bin.

mod item;
mod listing;
mod media;
mod menu;
mod redirect;
pub(super) mod rows;
pub(super) mod settings;
pub(super) mod term;
