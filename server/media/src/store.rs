//! The object store. Every call names its tenant, writes appear whole or not at all, and what is not there
//! is `None`, never an error.

use std::{fmt, ops::Range, path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory, path::Path,
};
use rowhouse_domain::{MediaId, TenantId};
use tokio::task::spawn_blocking;

use crate::{ContentHash, MediaKey, Prepared, Rendition, StoreError, Variant};

/// How many objects are copied or removed at the same time.
const AT_ONCE: usize = 8;

/// Where media are kept, from `media.url`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaUrl {
    /// A folder of this machine.
    Folder(PathBuf),
    /// The memory of this process: for tests.
    Memory,
}

impl MediaUrl {
    /// Reads `file://data/media` (relative to the working folder), `file:///var/lib/media` or `memory://`.
    ///
    /// # Errors
    /// For any other scheme, and for a `file://` that names no folder.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let unsupported = || StoreError::UnsupportedUrl { url: text.to_owned() };
        match text.trim().split_once("://").ok_or_else(unsupported)? {
            ("file", folder) if !folder.is_empty() => Ok(Self::Folder(folder.into())),
            ("memory", "") => Ok(Self::Memory),
            _ => Err(unsupported()),
        }
    }
}

impl fmt::Display for MediaUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "file://{}", path.display()),
            Self::Memory => f.write_str("memory://"),
        }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its length.
    pub bytes: u64,
    /// Its hash.
    pub hash: ContentHash,
}

/// One object of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: MediaKey,
    /// Its length.
    pub bytes: u64,
}

/// How much was copied or removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Files.
    pub objects: u64,
    /// Their length in all.
    pub bytes: u64,
}

impl Total {
    fn with(self, listed: Listed) -> Self {
        Self { objects: self.objects + 1, bytes: self.bytes + listed.bytes }
    }
}

/// An object that is being read.
pub struct Opened {
    /// The length of the whole object.
    pub size: u64,
    /// Which bytes follow.
    pub range: Range<u64>,
    /// The bytes.
    pub stream: BoxStream<'static, Result<Bytes, StoreError>>,
}

/// A medium that was stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Which medium.
    pub media: MediaId,
    /// Its files, the original first.
    pub files: Vec<KeptFile>,
}

/// One stored file of a medium.
#[derive(Clone, Debug)]
pub struct KeptFile {
    /// Where it lies.
    pub key: MediaKey,
    /// Its size, if it is a picture that tells one.
    pub size: Option<crate::Size>,
    /// Its length.
    pub bytes: u64,
    /// The media type it is served with.
    pub mime: &'static str,
    /// Its hash.
    pub hash: ContentHash,
}

/// The media of all tenants. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    folder: Option<Arc<PathBuf>>,
}

impl Store {
    /// Opens the store and makes its folder if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made or opened.
    pub fn open(url: &MediaUrl) -> Result<Self, StoreError> {
        let path = match url {
            MediaUrl::Memory => return Ok(Self { objects: Arc::new(InMemory::new()), folder: None }),
            MediaUrl::Folder(path) => path,
        };
        let failed = |source| StoreError::Folder { path: path.clone(), source };
        std::fs::create_dir_all(path).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?;
        // Files are written under another name, flushed, and renamed: whole or not at all, also after a crash.
        let objects = LocalFileSystem::new_with_prefix(&path)?.with_automatic_cleanup(true).with_fsync(true);
        Ok(Self { objects: Arc::new(objects), folder: Some(Arc::new(path)) })
    }

    /// Writes an object, in place of an older one of the same key.
    ///
    /// # Errors
    /// When the storage fails; then the older one is still there, whole.
    pub async fn put(&self, key: &MediaKey, body: Bytes) -> Result<Stored, StoreError> {
        let bytes = body.len() as u64;
        let hashed = body.clone();
        let hash =
            spawn_blocking(move || ContentHash::of(&hashed)).await.map_err(|_| StoreError::Interrupted)?;
        self.objects.put(&key.path(), body.into()).await?;
        Ok(Stored { bytes, hash })
    }

    /// Stores a prepared upload as `media`. The original comes last, so that a medium whose original is
    /// there is complete; if anything fails, what was written is taken away again.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn keep(
        &self,
        tenant: TenantId,
        media: MediaId,
        prepared: &Prepared,
    ) -> Result<Kept, StoreError> {
        for rendition in prepared.renditions.iter().rev() {
            let key = MediaKey::new(tenant, media, rendition.variant);
            if let Err(error) = self.objects.put(&key.path(), rendition.bytes.clone().into()).await {
                if let Err(left) = self.delete_media(tenant, media).await {
                    tracing::warn!(%tenant, %media, error = %left, "files of a failed upload are left behind");
                }
                return Err(error.into());
            }
        }
        let kept = |rendition: &Rendition| KeptFile {
            key: MediaKey::new(tenant, media, rendition.variant),
            size: rendition.size,
            bytes: rendition.bytes.len() as u64,
            mime: rendition.kind.mime(),
            hash: rendition.hash,
        };
        Ok(Kept { media, files: prepared.renditions.iter().map(kept).collect() })
    }

    /// The whole object.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn get(&self, key: &MediaKey) -> Result<Option<Bytes>, StoreError> {
        let Some(found) = found(self.objects.get(&key.path()).await)? else { return Ok(None) };
        Ok(Some(found.bytes().await?))
    }

    /// The object, or a part of it, piece by piece. A range that reaches past the end is cut; one that begins
    /// past the end fails.
    ///
    /// # Errors
    /// When the storage fails, or the range is not in the object.
    pub async fn stream(
        &self,
        key: &MediaKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Opened>, StoreError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let Some(found) = found(self.objects.get_opts(&key.path(), options).await)? else { return Ok(None) };
        let (size, range) = (found.meta.size, found.range.clone());
        let stream = found.into_stream().map_err(StoreError::from).boxed();
        Ok(Some(Opened { size, range, stream }))
    }

    /// The length of an object.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn size(&self, key: &MediaKey) -> Result<Option<u64>, StoreError> {
        Ok(found(self.objects.head(&key.path()).await)?.map(|meta| meta.size))
    }

    /// Removes an object; one that is not there is removed already.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn delete(&self, key: &MediaKey) -> Result<(), StoreError> {
        found(self.objects.delete(&key.path()).await)?;
        Ok(())
    }

    /// Removes all files of one medium.
    ///
    /// # Errors
    /// When the storage fails; calling it again goes on.
    pub async fn delete_media(&self, tenant: TenantId, media: MediaId) -> Result<Total, StoreError> {
        self.remove_all(self.list(Path::from(format!("{tenant}/{media}")))).await
    }

    /// All objects of a tenant, in no order. Files that do not have our names are passed over.
    pub fn list_tenant(&self, tenant: TenantId) -> BoxStream<'static, Result<Listed, StoreError>> {
        self.list(Path::from(tenant.to_string()))
    }

    /// Removes everything of a tenant.
    ///
    /// # Errors
    /// When the storage fails; calling it again goes on.
    pub async fn delete_tenant(&self, tenant: TenantId) -> Result<Total, StoreError> {
        let total = self.remove_all(self.list_tenant(tenant)).await?;
        if let Some(folder) = &self.folder {
            // Half-written files of a crash are not listed.
            let path = folder.join(tenant.to_string());
            match tokio::fs::remove_dir_all(&path).await {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::Folder { path, source });
                }
                _ => {}
            }
        }
        Ok(total)
    }

    /// Copies everything of one tenant to another that has nothing yet. If it fails, the copy is removed.
    ///
    /// # Errors
    /// When the target has files, or the storage fails.
    pub async fn copy_tenant(&self, from: TenantId, to: TenantId) -> Result<Total, StoreError> {
        if from == to || self.list_tenant(to).next().await.transpose()?.is_some() {
            return Err(StoreError::TargetNotEmpty);
        }
        let copied = self
            .list_tenant(from)
            .map_ok(|listed| async move {
                let target = MediaKey { tenant: to, ..listed.key };
                self.objects.copy(&listed.key.path(), &target.path()).await?;
                Ok(listed)
            })
            .try_buffer_unordered(AT_ONCE)
            .try_fold(Total::default(), |total, listed| async move { Ok(total.with(listed)) })
            .await;
        if copied.is_err() {
            self.delete_tenant(to).await?;
        }
        copied
    }

    fn list(&self, prefix: Path) -> BoxStream<'static, Result<Listed, StoreError>> {
        self.objects
            .list(Some(&prefix))
            .map_err(StoreError::from)
            .try_filter_map(|meta| async move {
                let key = MediaKey::parse(meta.location.as_ref());
                Ok(key.map(|key| Listed { key, bytes: meta.size }))
            })
            .boxed()
    }

    async fn remove_all(
        &self,
        listed: BoxStream<'static, Result<Listed, StoreError>>,
    ) -> Result<Total, StoreError> {
        // Collected first: removing empty folders under a walk that goes on would disturb it.
        let listed: Vec<Listed> = listed.try_collect().await?;
        stream::iter(listed)
            .map(|listed| async move { self.delete(&listed.key).await.map(|()| listed) })
            .buffer_unordered(AT_ONCE)
            .try_fold(Total::default(), |total, listed| async move { Ok(total.with(listed)) })
            .await
    }
}

impl Variant {
    /// Every variant that a medium can have, the original first.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Original).chain(crate::WIDTHS.into_iter().map(Self::Width))
    }
}

fn found<T>(result: object_store::Result<T>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
