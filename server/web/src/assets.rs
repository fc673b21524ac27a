//! The admin's own files, embedded in the program. Their addresses carry a hash of their content, so that
//! browsers may keep them for ever.

use std::{collections::BTreeMap, sync::Arc};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// Where they are served, below a tenant's base.
pub const PATH: &str = "/_admin";

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Embedded;

/// One file.
#[derive(Clone, Debug)]
pub struct AssetFile {
    /// The hash in its address.
    pub hash: String,
    /// Its bytes.
    pub bytes: actix_web::web::Bytes,
    /// Its content type.
    pub content_type: &'static str,
}

/// All of them; cheap to clone.
#[derive(Clone, Debug)]
pub struct Assets(Arc<BTreeMap<String, AssetFile>>);

impl Assets {
    /// Reads what is embedded.
    #[must_use]
    pub fn load() -> Self {
        let files = Embedded::iter().filter_map(|name| {
            let file = Embedded::get(&name)?;
            let hash = hex::encode(Sha256::digest(&file.data)).chars().take(16).collect();
            let bytes = actix_web::web::Bytes::copy_from_slice(&file.data);
            let content_type = rowhouse_render::theme::content_type(&name);
            Some((name.to_string(), AssetFile { hash, bytes, content_type }))
        });
        Self(Arc::new(files.collect()))
    }

    /// The file of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AssetFile> {
        self.0.get(name)
    }

    /// The address of a file below `base`.
    #[must_use]
    pub fn address(&self, base: &str, name: &str) -> Option<String> {
        self.get(name).map(|file| format!("{base}{PATH}/{}/{name}", file.hash))
    }
}
