//! One tenant in one file, and out of it again.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use rowhouse_store::{Rows, TenantStore};
use tokio::sync::mpsc;

use super::house::{House, conflict, on_each, request, system};
use crate::{
    EngineError,
    backup::{Archive, Progress},
    identity,
    tenants::{CreateTenant, RestoreTenant},
};

async fn rows(store: &TenantStore) -> Vec<serde_json::Value> {
    let (sink, mut dumped) = mpsc::channel::<Rows>(64);
    let collect = async {
        let mut all = Vec::new();
        while let Some(rows) = dumped.recv().await {
            for line in rows.lines {
                all.push(serde_json::json!([
                    rows.table,
                    serde_json::from_str::<serde_json::Value>(&line).unwrap()
                ]));
            }
        }
        all
    };
    let (done, mut all) = tokio::join!(store.dump(&[], sink), collect);
    done.unwrap();
    all.sort_by_key(ToString::to_string);
    all
}

async fn store(house: &House, name: &str) -> TenantStore {
    let info = house.show(name).await.unwrap();
    house.node.core().store(info.id, info.target.clone())
}

async fn backed_up(house: &House) -> PathBuf {
    let ask = CreateTenant { recipe: "blog".into(), title: "The Journal".into(), ..request("journal") };
    house.tenants.create(ask, &system()).await.unwrap();
    let file = house.folder.path().join("journal.tar.gz");
    let manifest = house.tenants.backup("journal", &file, Progress::none(), &system()).await.unwrap();
    assert!(manifest.tables.iter().any(|t| t.name == "item" && t.rows == 11));
    assert!(manifest.media.files > 2 && manifest.media.missing == 0);
    file
}

fn restore(file: &Path, name: &str) -> RestoreTenant {
    RestoreTenant { file: file.into(), name: name.into(), ..RestoreTenant::default() }
}

#[test]
fn a_restored_tenant_is_a_new_one_with_the_same_content() {
    on_each(|house| async move {
        let file = backed_up(&house).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = told.clone();
        let progress =
            Progress::new(move |what, done, total| heard.lock().unwrap().push((what, done, total)));
        let made = house.tenants.restore(restore(&file, "copy"), progress, &system()).await.unwrap().tenant;
        let original = house.show("journal").await.unwrap();
        assert!(made.id != original.id && made.prefix == Some("/copy".parse().unwrap()));
        assert_eq!(made.title, "The Journal");
        let (a, b) = (rows(&store(&house, "journal").await).await, rows(&store(&house, "copy").await).await);
        assert!(a.len() > 60);
        assert_eq!(a, b);
        let told = std::mem::take(&mut *told.lock().unwrap());
        assert!(["verify", "restore"].iter().all(|part| told.iter().any(|(what, ..)| what == part)));
        assert!(told.iter().all(|(_, done, total)| done <= total));
        let site = house.site("copy").await;
        assert!(identity::has_administrator(&site).await.unwrap());
        let media = &house.node.core().media;
        for id in crate::tenants::seed::media_ids(&store(&house, "copy").await).await.unwrap() {
            let key = |tenant| rowhouse_media::MediaKey::new(tenant, id, rowhouse_media::Variant::Original);
            let (a, b) =
                (media.get(&key(original.id)).await.unwrap(), media.get(&key(made.id)).await.unwrap());
            assert!(a.is_some() && a == b);
        }
        assert_eq!(house.provisions().await, 0);
    });
}

#[test]
fn a_backup_of_one_kind_of_database_is_restored_on_the_other() {
    on_each(|house| async move {
        let Some(pattern) = &house.postgres else { return };
        let file = backed_up(&house).await;
        let lite = format!("sqlite://{}", house.folder.path().join("lite.db").display());
        let there = RestoreTenant { database_url: lite, ..restore(&file, "lite") };
        house.tenants.restore(there, Progress::none(), &system()).await.unwrap();
        let second = house.folder.path().join("second.tar.gz");
        house.tenants.backup("lite", &second, Progress::none(), &system()).await.unwrap();
        house.tenants.restore(restore(&second, "back"), Progress::none(), &system()).await.unwrap();
        assert!(pattern.starts_with("postgres"));
        let first = rows(&store(&house, "journal").await).await;
        assert_eq!(first, rows(&store(&house, "lite").await).await);
        assert_eq!(first, rows(&store(&house, "back").await).await);
    });
}

#[test]
fn a_name_that_is_taken_and_a_file_that_is_there_are_refused() {
    on_each(|house| async move {
        let file = backed_up(&house).await;
        conflict(house.tenants.restore(restore(&file, ""), Progress::none(), &system()).await);
        let again = house.tenants.backup("journal", &file, Progress::none(), &system()).await;
        assert!(matches!(again, Err(EngineError::Input(_))));
        assert_eq!(house.count().await, 1);
    });
}

#[test]
fn a_damaged_backup_makes_nothing() {
    on_each(|house| async move {
        let file = backed_up(&house).await;
        let whole = std::fs::read(&file).unwrap();
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&whole[..]).read_to_end(&mut plain).unwrap();
        let word = b"sixty-two front doors";
        let at = plain.windows(word.len()).position(|w| w == word).unwrap();
        plain[at] = b'S';
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&plain).unwrap();
        let changed = packed.finish().unwrap();
        let cut = whole[..whole.len() / 2].to_vec();
        for (number, damaged) in [cut, changed, b"no archive".to_vec(), Vec::new()].into_iter().enumerate() {
            let path = house.folder.path().join(format!("damaged-{number}.tar.gz"));
            std::fs::write(&path, damaged).unwrap();
            let refused = house.tenants.restore(restore(&path, "copy"), Progress::none(), &system()).await;
            assert!(matches!(refused, Err(EngineError::Input(_))), "{number}: {refused:?}");
        }
        assert_eq!((house.count().await, house.provisions().await), (1, 0));
        Archive::verify(file, Progress::none()).await.unwrap();
    });
}

#[test]
fn a_death_while_restoring_leaves_an_orphan_that_is_removed() {
    on_each(|house| async move {
        let file = backed_up(&house).await;
        house.doom.at(Some("create.filled"));
        assert!(house.tenants.restore(restore(&file, "copy"), Progress::none(), &system()).await.is_err());
        house.doom.at(None);
        assert!(house.show("copy").await.is_none());
        let gc =
            crate::tenants::Gc { older_than: std::time::Duration::ZERO, predecessors: false, dry_run: false };
        let removed = house.tenants.gc(gc, &system()).await.unwrap();
        assert!(removed.len() == 1 && removed[0].removed, "{removed:?}");
        let media = std::fs::read_dir(house.folder.path().join("media")).unwrap().count();
        assert_eq!((house.count().await, media), (1, 1));
    });
}
