//! Uploaded files: found in a folder, judged like any upload, and stored in the library.

use std::{
    collections::HashMap,
    path::{Component, Path, PathBuf},
};

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use rowhouse_domain::MediaId;
use rowhouse_media::{Limits, Workshop};

use super::{
    ImportOptions, Phase, Progress, blocking,
    ground::Ground,
    report::{FileNote, Report},
    source,
    survey::{OldFile, Survey},
};
use crate::{
    content::{Upload, describe_media, upload},
    error::{EngineError, Result},
    site::Site,
};

/// Files of the library by their numbers in WordPress.
#[derive(Debug, Default)]
pub(super) struct Files(HashMap<u64, MediaId>);

impl Files {
    pub(super) fn id(&self, old: u64) -> Option<MediaId> {
        self.0.get(&old).copied()
    }

    pub(super) fn address(&self, old: u64) -> Option<String> {
        self.id(old).map(|id| format!("/media/{id}/original"))
    }
}

/// Stores what is in the folder, and notes everything.
pub(super) async fn store(
    site: &Site,
    survey: &Survey,
    ground: &Ground,
    options: &ImportOptions,
    report: &mut Report,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<Files> {
    let mut files = Files::default();
    let workshop = Workshop::new(Limits::default(), 1);
    let (base, total) = (survey.base(), survey.files.len() as u64);
    let folder = options.media_dir.as_deref().map(|dir| Folder::new(dir, &survey.files));
    for (done, old) in (1..).zip(&survey.files) {
        let mut note = FileNote { name: old.title.clone(), url: old.url.clone(), stored: None, reason: None };
        if let Some(known) = ground.file(&base, old.id).or_else(|| files.id(old.id)) {
            report.attachments.unchanged += 1;
            note.stored = Some(known);
        } else if let Some(folder) = &folder {
            match take(site, folder, &workshop, old, &base, options).await {
                Ok(id) => {
                    report.attachments.created += 1;
                    note.stored = Some(id);
                }
                Err(error @ (EngineError::Unavailable(_) | EngineError::Fenced | EngineError::Busy(_))) => {
                    return Err(error);
                }
                Err(error) => {
                    report.attachments.failed += 1;
                    report.warn(
                        &old.title,
                        Some(old.line),
                        format!("the file {} is not stored: {error}", old.url),
                    );
                    note.reason = Some(error.to_string());
                }
            }
        } else {
            report.attachments.skipped += 1;
            note.reason = Some("no folder with files was given".into());
        }
        files.0.extend(note.stored.map(|id| (old.id, id)));
        report.files.push(note);
        progress(Progress { phase: Phase::Files, done, total });
    }
    Ok(files)
}

async fn take(
    site: &Site,
    folder: &Folder,
    workshop: &Workshop,
    old: &OldFile,
    base: &str,
    options: &ImportOptions,
) -> Result<MediaId> {
    let (places, most) = (folder.places(&old.url)?, workshop.limits().most_bytes());
    let read = blocking(site, move || first(&places, most)).await??;
    let name = file_name(&old.url).unwrap_or_else(|| old.title.clone());
    let source = Some(source(base, "attachment", old.id));
    let sent = Upload { bytes: read, name, alt: old.alt.clone(), source };
    let row = upload(site, &options.actor, workshop, sent).await?;
    if !old.caption.is_empty() {
        let media = &row.media;
        describe_media(site, &options.actor, media.id, &media.name, &media.alt, &old.caption).await?;
    }
    Ok(row.media.id)
}

/// The first of these files that is there.
fn first(places: &[PathBuf], most: u64) -> Result<Bytes> {
    for place in places {
        let Ok(facts) = std::fs::metadata(place) else { continue };
        if !facts.is_file() {
            continue;
        }
        if facts.len() > most {
            return Err(EngineError::Media(format!("it has {} bytes; {most} are allowed", facts.len())));
        }
        let read = std::fs::read(place);
        return read.map(Bytes::from).map_err(|e| EngineError::Media(format!("it cannot be read: {e}")));
    }
    Err(EngineError::Media("it is not in the folder".into()))
}

/// The folder that was given, and how often each plain name occurs in the export.
struct Folder {
    root: PathBuf,
    names: HashMap<String, usize>,
}

impl Folder {
    fn new(root: &Path, files: &[OldFile]) -> Self {
        let mut names = HashMap::new();
        for name in files.iter().filter_map(|file| file_name(&file.url)) {
            *names.entry(name).or_default() += 1;
        }
        Self { root: root.to_owned(), names }
    }

    /// Where a file may lie: by its path below the uploads, by its whole path, and by its plain name if no
    /// other file has that.
    fn places(&self, url: &str) -> Result<Vec<PathBuf>> {
        let path =
            path_of(url).ok_or_else(|| EngineError::Media("its address is not one of a file".into()))?;
        let below = path.split_once("wp-content/uploads/").map(|(_, rest)| rest.to_owned());
        let mut places = Vec::new();
        for tail in [below, Some(path)].into_iter().flatten() {
            for start in ["", "uploads", "wp-content/uploads"] {
                places.push(self.root.join(start).join(&tail));
            }
        }
        if let Some(name) = file_name(url).filter(|name| self.names.get(name) == Some(&1)) {
            places.push(self.root.join(name));
        }
        Ok(places)
    }
}

/// The path of an address, decoded; none if it would lead out of the folder.
fn path_of(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    let path = percent_decode_str(url.path()).decode_utf8().ok()?.trim_matches('/').to_owned();
    let inside = Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
    (inside && !path.is_empty() && !path.contains(['\0', '\\'])).then_some(path)
}

fn file_name(url: &str) -> Option<String> {
    path_of(url)?.rsplit('/').next().map(str::to_owned)
}
