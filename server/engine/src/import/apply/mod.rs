//! The writing half of the WordPress import: from the reader's events to accounts, terms, files, items,
//! menus and redirects of a site.
//!
//! The file is read twice. The first time everything but the bodies is noted, so that every address is
//! decided before a text is written; the second time texts are converted on a thread of their own while the
//! ones before are written in batches. What was imported before is known by its source and left alone, so
//! that a second run, or one after a crash, adds only what is missing.

mod atlas;
mod batches;
mod convert;
mod files;
mod ground;
mod menus;
mod people;
mod redirects;
mod report;
mod survey;
mod terms;
#[cfg(test)]
mod tests;
mod text;

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};

use rowhouse_domain::{
    ItemId,
    content::Kind,
    permission::{Act, Area, Permission},
    settings::Home,
};

pub use self::report::{Ending, FileNote, Notice, Report, Tally};
use self::{
    atlas::Atlas,
    convert::Job,
    ground::Ground,
    survey::{Fate, Survey},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// How to import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// A folder with the uploaded files: a copy of `wp-content/uploads`, or files side by side. Without it
    /// files are listed and stay where they were.
    pub media_dir: Option<PathBuf>,
    /// Who imports.
    pub actor: Actor,
}

rowhouse_domain::words! {
    /// What an import is doing.
    pub enum Phase {
        /// Reading the file for the first time: bytes.
        Reading = "reading",
        /// Storing files: files.
        Files = "files",
        /// Writing posts and pages: bytes of the file.
        Writing = "writing",
        /// Writing menus and redirects: redirects.
        Linking = "linking",
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// What is done of it, in the phase's unit.
    pub done: u64,
    /// What there is of it.
    pub total: u64,
}

/// Imports a WordPress export (WXR) into a site. A file that is cut off or damaged is imported as far as it
/// can be read; [`Report::complete`] says so. A site that holds nothing but its first page gives up that
/// page's place at the root and its menus.
///
/// # Errors
/// [`EngineError::Input`] if the file cannot be read or is no export at all, [`EngineError::Denied`], or what
/// the database says: what was written until then stays, and a later run adds the rest.
pub async fn import_wordpress(
    site: &Site,
    file: &Path,
    options: ImportOptions,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Report> {
    allow(&options.actor)?;
    let survey = survey::read(site, file, &mut progress).await?;
    let mut report = report::begun(&survey);
    let mut ground = Ground::read(site, &survey.base()).await?;
    ground.clear(site, &mut report).await?;
    let people = people::settle(site, &survey, &mut report).await?;
    let terms = terms::settle(site, &survey, &ground, &mut report).await?;
    let files = files::store(site, &survey, &ground, &options, &mut report, &mut progress).await?;
    let ids = ids(&survey, &ground);
    let front = survey.front_page().filter(|_| ground.settings.home == Home::Posts);
    let atlas = Atlas::draw(&survey, &ground, &terms, &files, front, site.now(), &mut report);
    let now = site.now();
    let job = Arc::new(Job { site: site.clone(), ids, people, terms, files, ground, atlas, survey, now });
    let written = batches::write(&job, file, &mut report, &mut progress).await?;
    if let Some(home) = front.and_then(|old| written.get(&old)) {
        set_home(site, *home).await?;
    }
    menus::write(&job, &written, &mut report).await?;
    redirects::write(&job, &written, &mut report, &mut progress).await?;
    Ok(report)
}

/// An import makes content of everybody's, accounts, menus and redirects.
fn allow(actor: &Actor) -> Result<()> {
    let areas = [Area::Tools, Area::Users, Area::Terms, Area::Menus, Area::Redirects];
    let kinds = Kind::ALL.iter().map(|kind| Permission::Item(*kind, Act::PublishAny));
    areas.into_iter().map(Permission::Site).chain(kinds).try_for_each(|needed| actor.require(needed))
}

/// The id of every post and page: the one it has, or a new one.
fn ids(survey: &Survey, ground: &Ground) -> HashMap<u64, ItemId> {
    let mut ids = HashMap::new();
    for item in survey.items.iter().filter(|item| item.fate != Fate::Skip) {
        let known = ground.item(&survey.base(), item.plan.is_page, item.plan.id).map(|row| row.id);
        ids.entry(item.plan.id).or_insert_with(|| known.unwrap_or_else(ItemId::fresh));
    }
    ids
}

/// The key under which something imported is known again.
fn source(base: &str, kind: &str, id: impl std::fmt::Display) -> String {
    format!("wordpress:{base}:{kind}:{id}")
}

async fn set_home(site: &Site, home: ItemId) -> Result<()> {
    site.write(move |s| {
        Box::pin(async move {
            let mut settings = s.site_settings().await?;
            settings.home = Home::Page(home);
            s.set_site_settings(&settings).await
        })
    })
    .await
}

/// The items that were written in this run, by their old numbers.
type Written = BTreeMap<u64, ItemId>;

/// Work on a thread where it may take its time.
async fn blocking<R: Send + 'static>(site: &Site, work: impl FnOnce() -> R + Send + 'static) -> Result<R> {
    let done = site.core().catalogue.runtime().spawn_blocking(work).await;
    done.map_err(|cause| EngineError::Other(format!("the import ended early: {cause}")))
}
