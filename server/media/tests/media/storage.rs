//! The store under its promises: tenants apart, files whole, nothing left behind.

use bytes::Bytes;
use futures_util::TryStreamExt;
use rowhouse_domain::{MediaId, TenantId};
use rowhouse_media::{
    ContentHash, Limits, Listed, MediaKey, MediaUrl, Store, StoreError, Total, Variant, Workshop,
};
use tempfile::TempDir;

use crate::pictures::jpeg;

struct Opened {
    store: Store,
    folder: TempDir,
}

fn on_disk() -> Opened {
    let folder = TempDir::new().unwrap();
    let url = MediaUrl::parse(&format!("file://{}", folder.path().join("media").display())).unwrap();
    Opened { store: Store::open(&url).unwrap(), folder }
}

fn key(tenant: TenantId) -> MediaKey {
    MediaKey::new(tenant, MediaId::fresh(), Variant::Original)
}

async fn listed(store: &Store, tenant: TenantId) -> Vec<Listed> {
    let mut all: Vec<Listed> = store.list_tenant(tenant).try_collect().await.unwrap();
    all.sort_by_key(|listed| listed.key);
    all
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut out = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path.display().to_string());
        }
    }
    out
}

#[tokio::test]
async fn what_is_put_is_got() {
    for store in [on_disk().store, Store::open(&MediaUrl::Memory).unwrap()] {
        let key = key(TenantId::fresh());
        assert_eq!(store.get(&key).await.unwrap(), None);
        let stored = store.put(&key, Bytes::from_static(b"hello")).await.unwrap();
        assert_eq!((stored.bytes, stored.hash), (5, ContentHash::of(b"hello")));
        assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(b"hello".as_slice()));
        assert_eq!(store.size(&key).await.unwrap(), Some(5));
        store.delete(&key).await.unwrap();
        store.delete(&key).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_part_can_be_streamed() {
    let Opened { store, folder: _folder } = on_disk();
    let key = key(TenantId::fresh());
    assert!(store.stream(&key, None).await.unwrap().is_none());
    store.put(&key, Bytes::from_static(b"0123456789")).await.unwrap();
    let opened = store.stream(&key, Some(3..6)).await.unwrap().unwrap();
    assert_eq!((opened.size, opened.range.clone()), (10, 3..6));
    let parts: Vec<Bytes> = opened.stream.try_collect().await.unwrap();
    assert_eq!(parts.concat(), b"345");
    assert_eq!(store.stream(&key, Some(8..99)).await.unwrap().unwrap().range, 8..10);
    assert!(store.stream(&key, Some(50..60)).await.is_err());
}

#[tokio::test]
async fn tenants_are_apart() {
    let Opened { store, folder } = on_disk();
    let (one, other) = (TenantId::fresh(), TenantId::fresh());
    let mine = key(one);
    let theirs = MediaKey { tenant: other, ..mine };
    store.put(&mine, Bytes::from_static(b"mine")).await.unwrap();
    assert_eq!(store.get(&theirs).await.unwrap(), None);
    store.put(&theirs, Bytes::from_static(b"theirs!")).await.unwrap();
    assert_eq!(listed(&store, one).await, [Listed { key: mine, bytes: 4 }]);
    assert_eq!(store.delete_tenant(one).await.unwrap(), Total { objects: 1, bytes: 4 });
    assert!(listed(&store, one).await.is_empty());
    assert_eq!(store.get(&theirs).await.unwrap().as_deref(), Some(b"theirs!".as_slice()));
    assert_eq!(files(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_copy_is_whole_and_independent() {
    let Opened { store, folder: _folder } = on_disk();
    let (from, to) = (TenantId::fresh(), TenantId::fresh());
    let keys: Vec<MediaKey> = (0..20).map(|_| key(from)).collect();
    for (number, key) in keys.iter().enumerate() {
        store.put(key, Bytes::from(format!("file {number}"))).await.unwrap();
    }
    assert_eq!(store.copy_tenant(from, to).await.unwrap().objects, 20);
    store.put(&keys[3], Bytes::from_static(b"changed later")).await.unwrap();
    store.delete(&keys[4]).await.unwrap();
    for number in [3, 4] {
        let copy = store.get(&MediaKey { tenant: to, ..keys[number] }).await.unwrap().unwrap();
        assert_eq!(copy, format!("file {number}"));
    }
    assert!(matches!(store.copy_tenant(from, to).await, Err(StoreError::TargetNotEmpty)));
    assert!(matches!(store.copy_tenant(from, from).await, Err(StoreError::TargetNotEmpty)));
}

#[tokio::test]
async fn deleting_a_tenant_removes_half_written_files_too() {
    let Opened { store, folder } = on_disk();
    let key = key(TenantId::fresh());
    store.put(&key, Bytes::from_static(b"whole")).await.unwrap();
    let half = folder.path().join("media").join(key.tenant.to_string()).join(key.media.to_string());
    std::fs::write(half.join("w640#1"), b"half").unwrap();
    assert_eq!(listed(&store, key.tenant).await.len(), 1);
    store.delete_tenant(key.tenant).await.unwrap();
    assert!(files(folder.path()).is_empty());
    assert_eq!(store.delete_tenant(key.tenant).await.unwrap(), Total::default());
}

/// Readers during a hundred overwrites see one of the two contents, never a mixture and never nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_are_atomic() {
    let Opened { store, folder: _folder } = on_disk();
    let key = key(TenantId::fresh());
    let contents = [Bytes::from(vec![b'a'; 300_000]), Bytes::from(vec![b'b'; 400_000])];
    store.put(&key, contents[0].clone()).await.unwrap();
    let writer = {
        let (store, contents) = (store.clone(), contents.clone());
        tokio::spawn(async move {
            for round in 0..100 {
                store.put(&key, contents[round % 2].clone()).await.unwrap();
            }
        })
    };
    let mut reads = 0;
    while !writer.is_finished() || reads == 0 {
        let seen = store.get(&key).await.unwrap().unwrap();
        assert!(contents.contains(&seen), "{} bytes", seen.len());
        reads += 1;
    }
    writer.await.unwrap();
}

#[tokio::test]
async fn an_upload_is_kept_under_its_tenant() {
    let Opened { store, folder: _folder } = on_disk();
    let (tenant, media) = (TenantId::fresh(), MediaId::fresh());
    let prepared = Workshop::new(Limits::default(), 1).prepare(jpeg(700, 300).into()).await.unwrap();
    let kept = store.keep(tenant, media, &prepared).await.unwrap();
    assert_eq!(kept.files.len(), 3);
    assert_eq!(kept.files[0].mime, "image/jpeg");
    for file in &kept.files {
        assert_eq!(file.key.tenant, tenant);
        let bytes = store.get(&file.key).await.unwrap().unwrap();
        assert_eq!((bytes.len() as u64, ContentHash::of(&bytes)), (file.bytes, file.hash));
    }
    assert_eq!(store.delete_media(tenant, media).await.unwrap().objects, 3);
    assert!(listed(&store, tenant).await.is_empty());
}

#[tokio::test]
async fn a_failed_upload_leaves_nothing() {
    let Opened { store, folder } = on_disk();
    let (tenant, media) = (TenantId::fresh(), MediaId::fresh());
    let prepared = Workshop::new(Limits::default(), 1).prepare(jpeg(700, 300).into()).await.unwrap();
    // A folder where the original should be makes its write fail, after the narrower ones were written.
    let blocked =
        folder.path().join("media").join(tenant.to_string()).join(media.to_string()).join("original");
    std::fs::create_dir_all(blocked.join("in-the-way")).unwrap();
    assert!(store.keep(tenant, media, &prepared).await.is_err());
    assert!(listed(&store, tenant).await.is_empty());
}

#[test]
fn urls_are_read() {
    let folder = |path: &str| MediaUrl::Folder(path.into());
    assert_eq!(MediaUrl::parse("file://data/media").unwrap(), folder("data/media"));
    assert_eq!(MediaUrl::parse("file:///var/lib/media").unwrap(), folder("/var/lib/media"));
    for text in ["", "data/media", "file://", "s3://bucket/prefix", "memory://x"] {
        assert!(matches!(MediaUrl::parse(text), Err(StoreError::UnsupportedUrl { .. })), "{text}");
    }
}
