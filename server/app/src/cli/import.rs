//! `rowhouse import`: sites from other systems.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use rowhouse_engine::import::{ImportOptions, Phase, Report, Tally, import_wordpress};

use super::{Common, Out, Session, out, progress};

/// Systems that can be imported from.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Import a WordPress export (WXR); running it again adds only what is missing
    Wordpress(Wordpress),
}

/// What is imported, and into what.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rowhouse import wordpress --tenant acme export.xml
  rowhouse import wordpress --tenant acme export.xml --media wp-content/uploads --json")]
pub struct Wordpress {
    /// The site's name
    #[arg(long, value_name = "NAME")]
    tenant: String,
    /// The file
    file: PathBuf,
    /// A folder with the uploaded files; without it they are only listed
    #[arg(long, value_name = "DIR")]
    media: Option<PathBuf>,
}

/// Warnings that are shown on a terminal; all of them are in the JSON.
const SHOWN: usize = 20;

impl Verb {
    /// # Errors
    /// If the file is no export, or was cut off: what could be read is imported and reported then.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let Verb::Wordpress(verb) = self;
        let session = Session::open(common).await?;
        verb.run(&session, out).await
    }
}

impl Wordpress {
    async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let site = session.site(&self.tenant).await?;
        let options = ImportOptions { media_dir: self.media, actor: session.actor.clone() };
        let bar = progress::bar(out);
        let mut phase = None;
        let tell = |now: rowhouse_engine::import::Progress| {
            if phase != Some(now.phase) {
                phase = Some(now.phase);
                bar.set_message(now.phase.as_str());
                progress::count_bytes(&bar, matches!(now.phase, Phase::Reading | Phase::Writing));
            }
            bar.set_length(now.total);
            bar.set_position(now.done);
        };
        let done = import_wordpress(&site, &self.file, options, tell).await;
        bar.finish_and_clear();
        let report = done?;
        let Some(wrong) = wrong(&report, &self.file) else {
            out.result(&report, || text(&report));
            return Ok(());
        };
        Err(out.flawed(&report, || text(&report), wrong))
    }
}

/// What is to be told beside the report.
fn wrong(report: &Report, file: &Path) -> Option<String> {
    if let Some(ending) = &report.ending {
        return Some(format!(
            "{} could not be read to its end: {} (line {}, byte {}); what stood before it is imported",
            file.display(),
            ending.reason,
            ending.line,
            ending.byte
        ));
    }
    if !report.complete {
        return Some(format!("{} could not be read to its end", file.display()));
    }
    match failed(report) {
        0 => None,
        n => Some(format!("{n} things could not be imported, each for a reason given above; the rest is")),
    }
}

fn failed(report: &Report) -> u64 {
    let Report {
        authors, categories, tags, posts, pages, menus, menu_entries, attachments, redirects, ..
    } = report;
    let all = [authors, categories, tags, posts, pages, menus, menu_entries, attachments, redirects];
    all.iter().map(|tally| tally.failed).sum()
}

fn text(report: &Report) -> String {
    let row = |name: &str, tally: &Tally| {
        let counts = [tally.created, tally.unchanged, tally.skipped, tally.failed];
        let [created, unchanged, skipped, failed] = counts.map(|n| n.to_string());
        [name.to_owned(), created, unchanged, skipped, failed]
    };
    let rows = [
        row("authors", &report.authors),
        row("categories", &report.categories),
        row("tags", &report.tags),
        row("posts", &report.posts),
        row("pages", &report.pages),
        row("menus", &report.menus),
        row("menu entries", &report.menu_entries),
        row("files", &report.attachments),
        row("redirects", &report.redirects),
    ];
    let mut lines = vec![
        format!("from {}", report.source),
        out::table(["", "MADE", "THERE", "LEFT OUT", "FAILED"], &rows),
    ];
    if report.comments > 0 {
        lines.push(format!("{} comments are in the file; comments are not imported yet", report.comments));
    }
    let missing = report.files.iter().filter(|file| file.stored.is_none()).count();
    if missing > 0 {
        lines.push(format!(
            "{missing} files are not stored; --media DIR stores those that lie there, --json lists all"
        ));
    }
    lines.extend(others(report));
    lines.extend(warnings(report));
    lines.join("\n")
}

fn others(report: &Report) -> Vec<String> {
    let listed = |what: &str, counts: &std::collections::BTreeMap<String, u64>| {
        let words: Vec<String> = counts.iter().map(|(name, count)| format!("{name} ({count})")).collect();
        (!words.is_empty()).then(|| format!("{what}: {}", words.join(", ")))
    };
    let lines = [
        listed("left out, of types that plugins brought", &report.others),
        listed("blocks that leave nothing", &report.lost_blocks),
        listed("shortcodes that stay readable as they are", &report.unknown_shortcodes),
    ];
    lines.into_iter().flatten().collect()
}

fn warnings(report: &Report) -> Vec<String> {
    let shown = report.warnings.iter().take(SHOWN).map(|notice| {
        let line = notice.line.map(|line| format!("line {line}, ")).unwrap_or_default();
        format!("  {line}{}: {}", notice.item, notice.text)
    });
    let mut lines: Vec<String> = shown.collect();
    let all = u64::try_from(report.warnings.len()).unwrap_or(u64::MAX).saturating_add(report.more_warnings);
    let left = all.saturating_sub(u64::try_from(lines.len()).unwrap_or(u64::MAX));
    if !lines.is_empty() {
        lines.insert(0, "to look at:".into());
    }
    if left > 0 {
        lines.push(format!("  and {left} more; --json lists them"));
    }
    lines
}
