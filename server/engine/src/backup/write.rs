//! Writing a backup: one snapshot of the database, then the media that it knows, straight into the archive.
//! The file has another name until it is whole and on the disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::TryStreamExt;
use rowhouse_domain::{MediaId, coherence::Version};
use rowhouse_media::{Listed, MediaKey};
use rowhouse_store::{Rows, TenantStore, copied_tables};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::{
    Entry, Manifest, MediaFacts, Progress, TableFacts, TenantFacts,
    manifest::{FORMAT, NAME},
};
use crate::{
    error::{EngineError, Result},
    node::Core,
    tenant_info::TenantInfo,
};

/// A file of the archive.
struct Piece {
    path: String,
    body: Bytes,
}

type Pieces = mpsc::Sender<Piece>;

/// Writes a backup of the tenant to `file`, which must not be there yet.
///
/// # Errors
/// When the file is there or cannot be written, or what the database or the store of media says. Nothing is
/// left then.
#[crate::boxed]
pub(crate) async fn write(
    core: &Core,
    info: &TenantInfo,
    file: &Path,
    progress: Progress,
) -> Result<Manifest> {
    let store = core.store(info.id, info.target.clone());
    let listed: Vec<Listed> = core.media.list_tenant(info.id).try_collect().await.map_err(unavailable)?;
    let total = store.size().await? + listed.iter().map(|l| l.bytes).sum::<u64>();
    let (pieces, received) = mpsc::channel(4);
    let path = file.to_path_buf();
    let writer = tokio::task::spawn_blocking(move || Writer::run(&path, received));
    let made_at = core.clock.now();
    let filled = fill(core, info, &store, listed, &pieces, Meter { progress, done: 0, total }).await;
    drop(pieces);
    let draft = writer.await.map_err(|_| EngineError::Other("writing the backup ended early".into()))?;
    // what the writer says comes first: what failed in feeding it then is only that nobody took the pieces
    let draft = draft?;
    let (version, tables, media) = filled?;
    let manifest = Manifest {
        format: FORMAT,
        program: core.settings.build.clone(),
        made_at,
        schema_version: info.schema_version,
        revision: version.n,
        tenant: TenantFacts::of(info),
        tables,
        media,
        entries: draft.entries.clone(),
    };
    let told = manifest.clone();
    let done = tokio::task::spawn_blocking(move || draft.finish(&told)).await;
    done.map_err(|_| EngineError::Other("writing the backup ended early".into()))??;
    Ok(manifest)
}

struct Meter {
    progress: Progress,
    done: u64,
    total: u64,
}

impl Meter {
    fn add(&mut self, bytes: usize) {
        self.done += bytes as u64;
        self.progress.tell("backup", self.done, self.total);
    }
}

async fn fill(
    core: &Core,
    info: &TenantInfo,
    store: &TenantStore,
    listed: Vec<Listed>,
    pieces: &Pieces,
    mut meter: Meter,
) -> Result<(Version, Vec<TableFacts>, MediaFacts)> {
    let (rows, mut received) = mpsc::channel::<Rows>(4);
    let mut counts = BTreeMap::<&'static str, u64>::new();
    let mut media = BTreeSet::new();
    let forward = async {
        let mut page = 0_u64;
        while let Some(rows) = received.recv().await {
            page += 1;
            *counts.entry(rows.table).or_default() += rows.lines.len() as u64;
            if rows.table == "media" {
                media.extend(rows.lines.iter().filter_map(|l| media_id(l)));
            }
            let piece = data_piece(&rows, page);
            meter.add(piece.body.len());
            send(pieces, piece).await?;
        }
        // moved in, so that the dump ends when nobody takes its rows
        drop(received);
        Ok::<(), EngineError>(())
    };
    let (dumped, forwarded) = tokio::join!(store.dump(&[], rows), forward);
    forwarded?;
    let version = dumped?;
    let facts = add_media(core, info, listed, &media, pieces, &mut meter).await?;
    meter.progress.tell("backup", meter.total, meter.total);
    let tables = copied_tables().map(|(name, columns)| TableFacts {
        name: name.to_owned(),
        columns: columns.into_iter().map(str::to_owned).collect(),
        rows: counts.get(name).copied().unwrap_or(0),
    });
    Ok((version, tables.collect(), facts))
}

fn data_piece(rows: &Rows, page: u64) -> Piece {
    let mut body = rows.lines.join("\n");
    body.push('\n');
    Piece { path: format!("data/{}/{page:06}.jsonl", rows.table), body: body.into() }
}

fn media_id(line: &str) -> Option<MediaId> {
    let row: serde_json::Value = serde_json::from_str(line).ok()?;
    row.get("id")?.as_str()?.parse().ok()
}

async fn send(pieces: &Pieces, piece: Piece) -> Result<()> {
    pieces.send(piece).await.map_err(|_| EngineError::Other("the backup's file is closed".into()))
}

async fn add_media(
    core: &Core,
    info: &TenantInfo,
    listed: Vec<Listed>,
    known: &BTreeSet<MediaId>,
    pieces: &Pieces,
    meter: &mut Meter,
) -> Result<MediaFacts> {
    let mut facts = MediaFacts::default();
    let mut keys: Vec<MediaKey> = listed.into_iter().map(|l| l.key).collect();
    keys.retain(|key| known.contains(&key.media));
    keys.sort_unstable();
    for key in keys {
        let Some(body) = core.media.get(&MediaKey { tenant: info.id, ..key }).await.map_err(unavailable)?
        else {
            facts.missing += 1;
            continue;
        };
        facts.files += 1;
        facts.bytes += body.len() as u64;
        meter.add(body.len());
        send(pieces, Piece { path: format!("media/{}/{}", key.media, key.variant), body }).await?;
    }
    Ok(facts)
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err by its name")]
pub(super) fn unavailable(error: rowhouse_media::StoreError) -> EngineError {
    EngineError::Unavailable(error.to_string())
}

/// An archive that is being written under its other name, which goes when this is dropped unfinished.
struct Writer {
    archive: Option<tar::Builder<GzEncoder<BufWriter<File>>>>,
    part: PathBuf,
    path: PathBuf,
    entries: Vec<Entry>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.archive.take().is_some() {
            // the error that led here is the one that is told
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

impl Writer {
    fn run(path: &Path, mut pieces: mpsc::Receiver<Piece>) -> Result<Self> {
        let mut this = Self::open(path)?;
        while let Some(piece) = pieces.blocking_recv() {
            this.append(&piece).map_err(|e| failed(path, &e))?;
        }
        Ok(this)
    }

    fn open(path: &Path) -> Result<Self> {
        if path.exists() {
            return Err(EngineError::Input(format!(
                "{} is there already; name another file",
                path.display()
            )));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(format!(".{}.part", uuid::Uuid::new_v4().simple()));
        let part = PathBuf::from(part);
        let file =
            OpenOptions::new().write(true).create_new(true).open(&part).map_err(|e| failed(path, &e))?;
        let packed = GzEncoder::new(BufWriter::new(file), Compression::default());
        let archive = Some(tar::Builder::new(packed));
        Ok(Self { archive, part, path: path.to_path_buf(), entries: Vec::new() })
    }

    fn append(&mut self, piece: &Piece) -> io::Result<()> {
        self.put(&piece.path, &piece.body)?;
        self.entries.push(Entry {
            path: piece.path.clone(),
            bytes: piece.body.len() as u64,
            sha256: hex::encode(Sha256::digest(&piece.body)),
        });
        Ok(())
    }

    fn put(&mut self, path: &str, body: &[u8]) -> io::Result<()> {
        let Some(archive) = &mut self.archive else { return Ok(()) };
        let mut header = tar::Header::new_gnu();
        header.set_size(body.len() as u64);
        header.set_mode(0o600);
        archive.append_data(&mut header, path, body)
    }

    /// Adds the manifest, brings everything to the disk and gives the file its name.
    fn finish(mut self, manifest: &Manifest) -> Result<()> {
        let path = self.path.clone();
        let text = serde_json::to_vec_pretty(manifest).map_err(|e| EngineError::Other(e.to_string()))?;
        let written = self.put(NAME, &text).and_then(|()| match self.archive.take() {
            Some(archive) => close(archive),
            None => Ok(()),
        });
        let named = written.and_then(|()| {
            // a link fails where a rename would replace a file that appeared meanwhile
            std::fs::hard_link(&self.part, &path).or_else(|e| match e.kind() {
                io::ErrorKind::AlreadyExists => Err(e),
                _ => std::fs::rename(&self.part, &path),
            })
        });
        let _ = std::fs::remove_file(&self.part);
        named.map_err(|e| failed(&path, &e))?;
        sync_folder(&path).map_err(|e| failed(&path, &e))
    }
}

fn close(archive: tar::Builder<GzEncoder<BufWriter<File>>>) -> io::Result<()> {
    let mut buffer = archive.into_inner()?.finish()?;
    buffer.flush()?;
    buffer.get_ref().sync_all()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

fn failed(path: &Path, error: &io::Error) -> EngineError {
    EngineError::Input(format!("{}: {error}", path.display()))
}
