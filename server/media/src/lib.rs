//! Object storage, upload checks and image variants.
