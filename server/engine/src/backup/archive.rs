//! Reading a backup: first all of it, to be sure that it is whole and as it was written, then again to load
//! it. Paths in the archive never name files of this machine.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use flate2::read::GzDecoder;
use rowhouse_domain::MediaId;
use rowhouse_media::{MediaKey, Variant};
use rowhouse_store::{Load, TENANT, newest};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::{
    Entry, Manifest, Progress,
    manifest::{FORMAT, NAME},
    write::unavailable,
};
use crate::{
    error::{EngineError, Result},
    node::Core,
    site::Site,
};

/// One entry is held in memory at a time; none that we write is nearly as large.
const LARGEST: u64 = 1 << 30;

/// A backup that was found whole.
#[derive(Debug)]
pub struct Archive {
    file: PathBuf,
    manifest: Manifest,
}

/// What an entry is.
enum What {
    Rows { table: String },
    Media { media: MediaId, variant: Variant },
    Manifest,
}

/// An entry on its way into a tenant.
enum Item {
    Rows(Load),
    Media(MediaId, Variant, Bytes),
}

impl Archive {
    /// Reads the whole file and compares it with its manifest.
    ///
    /// # Errors
    /// [`EngineError::Input`] that says what is wrong with the file.
    #[crate::boxed]
    pub async fn verify(file: PathBuf, progress: Progress) -> Result<Self> {
        let work = tokio::task::spawn_blocking(move || {
            let manifest = verify(&file, &progress)?;
            Ok(Self { file, manifest })
        });
        work.await.map_err(|_| EngineError::Other("reading the backup ended early".into()))?
    }

    /// What it says of itself.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Loads everything into a tenant that is being built.
    ///
    /// # Errors
    /// [`EngineError::Input`] if the file changed since it was verified, or what the database or the store of
    /// media says.
    #[crate::boxed]
    pub(crate) async fn unpack(&self, core: &Core, site: &Site, progress: Progress) -> Result<()> {
        let (items, mut received) = mpsc::channel(4);
        let (file, manifest) = (self.file.clone(), self.manifest.clone());
        let reader = tokio::task::spawn_blocking(move || read_items(&file, &manifest, &items));
        let total: u64 = self.manifest.entries.iter().map(|e| e.bytes).sum();
        let (rows, source) = mpsc::channel(4);
        let feed = async move {
            let (mut rows, mut done) = (Some(rows), 0);
            while let Some((bytes, item)) = received.recv().await {
                match item {
                    Item::Rows(page) => match &rows {
                        Some(rows) if rows.send(page).await.is_ok() => {}
                        _ => break,
                    },
                    Item::Media(media, variant, body) => {
                        // the rows are committed before the files, so that no transaction waits for them
                        end(rows.take()).await;
                        let key = MediaKey::new(site.id(), media, variant);
                        core.media.put(&key, body).await.map_err(unavailable)?;
                    }
                }
                done += bytes;
                progress.tell("restore", done, total);
            }
            end(rows.take()).await;
            Ok::<(), EngineError>(())
        };
        let (loaded, fed) = tokio::join!(site.store().load(source), feed);
        loaded?;
        fed?;
        reader.await.map_err(|_| EngineError::Other("reading the backup ended early".into()))?
    }
}

async fn end(rows: Option<mpsc::Sender<Load>>) {
    if let Some(rows) = rows {
        // a loader that has failed says so itself
        let _ = rows.send(Load::End).await;
    }
}

fn bad(file: &Path, problem: impl std::fmt::Display) -> EngineError {
    EngineError::Input(format!("{}: {problem}", file.display()))
}

/// Calls `each` with every entry's path and body.
fn walk(file: &Path, mut each: impl FnMut(&str, Vec<u8>, u64) -> Result<()>) -> Result<()> {
    let opened = File::open(file).map_err(|e| bad(file, e))?;
    let length = opened.metadata().map_err(|e| bad(file, e))?.len();
    let cut = |e: std::io::Error| bad(file, format!("this is not a whole backup ({e})"));
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(opened)));
    for entry in archive.entries().map_err(cut)? {
        let mut entry = entry.map_err(cut)?;
        let path = entry.path().map_err(cut)?.to_string_lossy().into_owned();
        let size = entry.header().size().map_err(cut)?;
        if !entry.header().entry_type().is_file() || size > LARGEST {
            return Err(bad(file, format!("{path} does not belong in a backup")));
        }
        let mut body = Vec::new();
        entry.read_to_end(&mut body).map_err(cut)?;
        if body.len() as u64 != size {
            return Err(bad(file, format!("this is not a whole backup ({path} is cut off)")));
        }
        each(&path, body, length)?;
    }
    Ok(())
}

fn what(path: &str) -> Option<What> {
    if path == NAME {
        return Some(What::Manifest);
    }
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["data", table, page] if page.ends_with(".jsonl") => Some(What::Rows { table: (*table).to_owned() }),
        ["media", media, variant] => {
            Some(What::Media { media: media.parse().ok()?, variant: variant.parse().ok()? })
        }
        _ => None,
    }
}

fn entry_of(path: &str, body: &[u8]) -> Entry {
    Entry { path: path.to_owned(), bytes: body.len() as u64, sha256: hex::encode(Sha256::digest(body)) }
}

fn verify(file: &Path, progress: &Progress) -> Result<Manifest> {
    let (mut found, mut manifest, mut done) = (Vec::new(), None, 0);
    walk(file, |path, body, length| {
        // packed bytes are not known here; what is read stands in for them
        done += body.len() as u64;
        progress.tell("verify", done.min(length), length);
        match what(path) {
            Some(What::Manifest) if manifest.is_none() => {
                manifest = Some(read_manifest(file, &body)?);
            }
            Some(What::Rows { .. } | What::Media { .. }) if manifest.is_none() => {
                found.push(entry_of(path, &body));
            }
            _ => return Err(bad(file, format!("{path} does not belong in a backup"))),
        }
        Ok(())
    })?;
    let manifest = manifest.ok_or_else(|| bad(file, "this is not a whole backup (it has no manifest)"))?;
    if let Some((entry, _)) = manifest.entries.iter().zip(&found).find(|(told, found)| told != found) {
        return Err(bad(file, format!("{} is not as it was written", entry.path)));
    }
    if manifest.entries.len() != found.len() {
        return Err(bad(file, "it does not hold the files that its manifest names"));
    }
    Ok(manifest)
}

fn read_manifest(file: &Path, body: &[u8]) -> Result<Manifest> {
    #[derive(serde::Deserialize)]
    struct Layout {
        format: u32,
    }
    let layout: Layout = serde_json::from_slice(body).map_err(|e| bad(file, format!("the manifest: {e}")))?;
    if layout.format > FORMAT {
        return Err(bad(file, "it was written by a newer release; restore it with that one"));
    }
    let manifest: Manifest =
        serde_json::from_slice(body).map_err(|e| bad(file, format!("the manifest: {e}")))?;
    let known = newest(TENANT);
    if manifest.schema_version > known {
        return Err(bad(
            file,
            format!(
                "its tables have schema {}, this program knows {known}; start a newer release",
                manifest.schema_version
            ),
        ));
    }
    Ok(manifest)
}

type Items = mpsc::Sender<(u64, Item)>;

/// Reads the archive again and hands out its entries, as long as somebody takes them.
fn read_items(file: &Path, manifest: &Manifest, items: &Items) -> Result<()> {
    let told: BTreeMap<&str, &Entry> = manifest.entries.iter().map(|e| (e.path.as_str(), e)).collect();
    walk(file, |path, body, _| {
        let item = match what(path) {
            Some(What::Manifest) => return Ok(()),
            Some(_) if told.get(path).is_none_or(|e| **e != entry_of(path, &body)) => {
                return Err(bad(file, format!("{path} has changed since it was verified")));
            }
            Some(What::Rows { table }) => Item::Rows(rows(file, manifest, table, &body)?),
            Some(What::Media { media, variant }) => Item::Media(media, variant, body.into()),
            None => return Err(bad(file, format!("{path} does not belong in a backup"))),
        };
        let bytes = told.get(path).map_or(0, |e| e.bytes);
        items.blocking_send((bytes, item)).map_err(|_| EngineError::Other("restoring was given up".into()))
    })
}

fn rows(file: &Path, manifest: &Manifest, table: String, body: &[u8]) -> Result<Load> {
    let text = std::str::from_utf8(body).map_err(|e| bad(file, e))?;
    let facts = manifest.tables.iter().find(|t| t.name == table);
    let facts = facts.ok_or_else(|| bad(file, format!("the manifest does not name the table {table}")))?;
    let lines = text.lines().map(str::to_owned).collect();
    Ok(Load::Rows { columns: facts.columns.clone(), table, lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_are_known() {
        assert!(matches!(what("data/item/000001.jsonl"), Some(What::Rows { .. })));
        let media = format!("media/{}/w640", MediaId::fresh());
        assert!(matches!(what(&media), Some(What::Media { .. })));
        for path in [
            "",
            "../x",
            "/etc/passwd",
            "data/item",
            "data/../item.jsonl/x",
            "media/a/original",
            "x/manifest.json",
        ] {
            assert!(what(path).is_none(), "{path}");
        }
    }
}
