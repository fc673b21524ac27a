//! A picture with its size and smaller variants, so that pages reserve its room and browsers choose.

use serde::{Deserialize, Serialize};

/// A picture of the media library or of another site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Tenant-relative path or absolute URL of the largest form.
    pub url: String,
    /// Width in pixels; 0 if unknown.
    pub width: u32,
    /// Height in pixels; 0 if unknown.
    pub height: u32,
    /// What the picture shows, for those who do not see it; empty if it only decorates.
    pub alt: String,
    /// Smaller forms of the same picture.
    pub variants: Vec<Variant>,
}

/// A smaller form of a picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Tenant-relative path or absolute URL.
    pub url: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}
