//! What the installation does by itself: shown, tried again, given up.

pub mod change;
pub mod list;

const HERE: &str = "/admin/system/jobs";
