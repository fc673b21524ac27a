//! The second reading: texts are converted on a thread of their own, and written in transactions that are
//! short enough for others to write in between.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rowhouse_domain::ItemId;
use rowhouse_store::ImportedItem;
use tokio::sync::mpsc;

use super::{
    Phase, Progress, Written, blocking,
    convert::{Done, Job, Outcome, outcome},
    report::Report,
    survey::{self, Fate},
};
use crate::error::{EngineError, Result};

/// What one transaction may take.
const LONGEST: Duration = Duration::from_millis(200);
/// Items of the first transaction, and of the largest.
const FIRST: usize = 25;
const MOST: usize = 400;
/// Converted items that may wait: as many as a transaction takes, so that one half works while the other does.
const WAITING: usize = MOST;

/// Writes all posts and pages; answers those that were written, by their old numbers.
pub(super) async fn write(
    job: &Arc<Job>,
    file: &Path,
    report: &mut Report,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<Written> {
    let (sink, mut source) = mpsc::channel(WAITING);
    let (path, shared) = (file.to_owned(), job.clone());
    let reading = tokio::spawn({
        let site = job.site.clone();
        async move { blocking(&site, move || read(&shared, &path, &sink)).await? }
    });
    let mut scribe = Scribe { job, report, size: FIRST, batch: Vec::new(), written: Written::new() };
    while let Some((outcome, done)) = source.recv().await {
        scribe.take(outcome).await?;
        progress(Progress { phase: Phase::Writing, done, total: job.survey.bytes });
    }
    reading.await.map_err(|e| EngineError::Other(format!("the import ended early: {e}")))??;
    scribe.flush().await?;
    scribe.mend_parents().await?;
    Ok(scribe.written)
}

fn read(job: &Job, path: &Path, sink: &mpsc::Sender<(Outcome, u64)>) -> Result<()> {
    let unreadable = |e| EngineError::Input(format!("{} cannot be read: {e}", path.display()));
    let (mut reader, _) = survey::open(path).map_err(unreadable)?;
    let mut seen = HashSet::new();
    // an error was reported by the first reading
    while let Some(Ok(event)) = reader.next() {
        let crate::import::wxr::WxrEvent::Item(item) = event else { continue };
        let Some(outcome) = outcome(job, &item, |id| seen.insert(id)) else { continue };
        if sink.blocking_send((outcome, reader.bytes_read())).is_err() {
            break;
        }
    }
    Ok(())
}

struct Ready {
    old: u64,
    item: ImportedItem,
    is_page: bool,
    title: String,
    line: u64,
}

struct Scribe<'a> {
    job: &'a Job,
    report: &'a mut Report,
    size: usize,
    batch: Vec<Ready>,
    written: Written,
}

/// Whether it was the item's own fault, so that others may fare better.
fn is_own_fault(error: &EngineError) -> bool {
    use EngineError as E;
    matches!(error, E::Conflict(_) | E::Invalid(_) | E::Quota(_) | E::Store(_) | E::Other(_) | E::NotFound(_))
}

impl Scribe<'_> {
    async fn take(&mut self, out: Outcome) -> Result<()> {
        for note in &out.notes {
            self.report.warn(&out.title, Some(out.line), note.clone());
        }
        for name in &out.lost_blocks {
            *self.report.lost_blocks.entry(name.clone()).or_default() += 1;
        }
        for name in &out.unknown_shortcodes {
            *self.report.unknown_shortcodes.entry(name.clone()).or_default() += 1;
        }
        let tally = self.report.items(out.is_page);
        match out.done {
            Done::Unchanged => tally.unchanged += 1,
            Done::Skipped => tally.skipped += 1,
            Done::Failed => tally.failed += 1,
            Done::Write { old, item } => {
                let (is_page, title, line) = (out.is_page, out.title, out.line);
                self.batch.push(Ready { old, item: *item, is_page, title, line });
                if self.batch.len() >= self.size {
                    self.flush().await?;
                }
            }
        }
        Ok(())
    }

    /// Writes the batch; if an item is refused, each on its own, so that the others stand.
    async fn flush(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        let items: Vec<ImportedItem> = batch.iter().map(|ready| ready.item.clone()).collect();
        match self.write(items).await {
            Ok(()) => {
                batch.iter().for_each(|ready| self.done(ready));
                self.adapt(begun.elapsed());
                Ok(())
            }
            Err(error) if is_own_fault(&error) => self.one_by_one(&batch).await,
            Err(error) => Err(error),
        }
    }

    /// Where nothing at all can be written, the fault is not the items'.
    async fn one_by_one(&mut self, batch: &[Ready]) -> Result<()> {
        let (before, mut last) = (self.written.len(), None);
        for ready in batch {
            match self.write(vec![ready.item.clone()]).await {
                Ok(()) => self.done(ready),
                Err(error) if is_own_fault(&error) => {
                    self.report.items(ready.is_page).failed += 1;
                    self.report.warn(&ready.title, Some(ready.line), error.to_string());
                    last = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        match last {
            Some(error @ (EngineError::Store(_) | EngineError::Other(_)))
                if batch.len() > 1 && self.written.len() == before =>
            {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    fn done(&mut self, ready: &Ready) {
        self.report.items(ready.is_page).created += 1;
        self.written.insert(ready.old, ready.item.new.id);
    }

    /// As many items next time as fit well into the time that a transaction may take.
    fn adapt(&mut self, took: Duration) {
        if took > LONGEST / 2 {
            self.size = (self.size / 2).max(1);
        } else if took < LONGEST / 5 {
            self.size = (self.size * 2).min(MOST);
        }
    }

    async fn write(&self, items: Vec<ImportedItem>) -> Result<()> {
        let site = &self.job.site;
        let most = site.info().quotas.items;
        let due: Vec<_> = items.iter().filter_map(|item| item.publish_at).collect();
        site.note_due(due.clone()).await?;
        site.write(move |s| {
            Box::pin(async move {
                if most > 0 && s.item_count().await? + items.len() as u64 > most {
                    return Err(EngineError::Quota(format!("this site may hold {most} items")).into());
                }
                for item in &items {
                    s.import_item(item).await?;
                }
                Ok(())
            })
        })
        .await?;
        site.note_due(due).await
    }

    /// Puts pages below pages that came after them, now or in a run before that did not get this far.
    async fn mend_parents(&mut self) -> Result<()> {
        let base = self.job.survey.base();
        let mut known: BTreeMap<u64, (ItemId, Option<ItemId>)> = BTreeMap::new();
        for item in self.job.survey.items.iter().filter(|item| item.plan.is_page && item.fate != Fate::Skip) {
            let row = self.job.ground.item(&base, true, item.plan.id);
            known.extend(row.map(|row| (item.plan.id, (row.id, row.parent))));
        }
        let late = |child: u64, parent: u64| {
            let edited = self.job.ground.item(&base, true, child).is_some_and(|row| row.version_count > 1);
            let id = match (self.written.get(&child), known.get(&child)) {
                (Some(id), _) => Some(*id),
                (None, Some((id, None))) if !edited => Some(*id),
                _ => None,
            };
            id.zip(self.written.get(&parent).copied().or_else(|| known.get(&parent).map(|(id, _)| *id)))
        };
        let pairs: Vec<(ItemId, ItemId)> =
            self.job.atlas.parents.iter().filter_map(|(child, parent)| late(*child, *parent)).collect();
        for batch in pairs.chunks(MOST) {
            let batch = batch.to_vec();
            self.job
                .site
                .write(move |s| {
                    Box::pin(async move {
                        for (child, parent) in batch {
                            s.set_imported_parent(child, parent).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(())
    }
}
