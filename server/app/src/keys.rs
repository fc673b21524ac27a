//! The key file: read, or made on the first start where that is safe.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, bail};
use rowhouse_engine::keys::KeyRing;

/// Reads the ring; with `make`, a missing file is made with one random key, for the owner alone.
///
/// # Errors
/// If the file is missing and may not be made, or holds no keys.
pub fn load(file: &Path, make: bool) -> anyhow::Result<KeyRing> {
    match fs::read_to_string(file) {
        Ok(text) => KeyRing::parse(&text).with_context(|| format!("key file {}", file.display())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && make => create(file),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => bail!(
            "key file {} is missing; all nodes need the same one: make it once with \
             `openssl rand -hex 64 > {}` and copy it to every node",
            file.display(),
            file.display()
        ),
        Err(e) => Err(e).with_context(|| format!("key file {}", file.display())),
    }
}

fn create(file: &Path) -> anyhow::Result<KeyRing> {
    let ring = KeyRing::generate();
    let named = || format!("key file {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(named)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(mut out) => {
            out.write_all(ring.to_text().as_bytes()).with_context(named)?;
            out.sync_all().with_context(named)?;
            Ok(ring)
        }
        // another process was faster
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => load(file, false),
        Err(e) => Err(e).with_context(named),
    }
}
