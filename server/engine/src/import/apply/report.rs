//! What an import says when it is done: counts, what came in with a change, and what did not come in.

use std::collections::BTreeMap;

use rowhouse_domain::MediaId;
use serde::Serialize;

use super::survey::Survey;
use crate::import::wxr;

/// Warnings that a report holds at most; further ones are counted.
const MOST_WARNINGS: usize = 2_000;

/// Things of one kind, each counted once. A second run of the same file has the same [`Tally::total`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Made now.
    pub created: u64,
    /// There already, and left as they are.
    pub unchanged: u64,
    /// Left out on purpose.
    pub skipped: u64,
    /// Left out because of a problem, which is among the warnings.
    pub failed: u64,
}

impl Tally {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.created + self.unchanged + self.skipped + self.failed
    }
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The title or name of what it is about.
    pub item: String,
    /// The line of the export where that begins.
    pub line: Option<u64>,
    /// What is the matter.
    pub text: String,
}

/// An uploaded file of the old site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileNote {
    /// Its title.
    pub name: String,
    /// Where it was.
    pub url: String,
    /// The file of the library that it is now.
    pub stored: Option<MediaId>,
    /// Why it is not stored.
    pub reason: Option<String>,
}

/// Where and why reading ended before the export did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// Why.
    pub reason: String,
    /// The line that was reached.
    pub line: u64,
    /// Bytes that were read.
    pub byte: u64,
    /// The title of the item that was being read and is lost.
    pub unfinished: Option<String>,
}

/// What an import did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The address of the old site.
    pub source: String,
    /// Whether the file was read to its end.
    pub complete: bool,
    /// Where it ended, if it is not complete.
    pub ending: Option<Ending>,
    /// Accounts.
    pub authors: Tally,
    /// Categories.
    pub categories: Tally,
    /// Tags.
    pub tags: Tally,
    /// Posts.
    pub posts: Tally,
    /// Pages.
    pub pages: Tally,
    /// Menus.
    pub menus: Tally,
    /// Entries of menus.
    pub menu_entries: Tally,
    /// Uploaded files.
    pub attachments: Tally,
    /// Redirects from old paths. Addresses such as `/?p=12` lead to their items without one.
    pub redirects: Tally,
    /// Items of types that plugins brought, by type: left out.
    pub others: BTreeMap<String, u64>,
    /// Comments in the file: not imported yet.
    pub comments: u64,
    /// Every uploaded file.
    pub files: Vec<FileNote>,
    /// Blocks that WordPress made when a page was asked for, and that leave nothing: how many texts have each.
    pub lost_blocks: BTreeMap<String, u64>,
    /// Shortcodes that are not known and can be read in the texts: how many texts have each.
    pub unknown_shortcodes: BTreeMap<String, u64>,
    /// What to look at.
    pub warnings: Vec<Notice>,
    /// Warnings that there was no room for.
    pub more_warnings: u64,
}

impl Report {
    pub(super) fn warn(&mut self, item: &str, line: Option<u64>, text: impl Into<String>) {
        if self.warnings.len() >= MOST_WARNINGS {
            self.more_warnings += 1;
        } else {
            self.warnings.push(Notice { item: item.to_owned(), line, text: text.into() });
        }
    }

    pub(super) fn items(&mut self, is_page: bool) -> &mut Tally {
        if is_page { &mut self.pages } else { &mut self.posts }
    }
}

/// A report with all that reading alone tells.
pub(super) fn begun(survey: &Survey) -> Report {
    let ending = survey.end.as_ref().map(|end| Ending {
        reason: end.kind.to_string(),
        line: end.line,
        byte: end.byte,
        unfinished: end.unfinished.clone(),
    });
    let mut report = Report {
        source: survey.site.base_blog_url.clone(),
        complete: ending.is_none(),
        ending,
        comments: u64::from(survey.counts.comments),
        others: survey.others.clone(),
        ..Report::default()
    };
    for (title, line, warning) in &survey.warnings {
        let wxr::Warning { field, reason } = warning;
        report.warn(title, Some(*line), format!("{field}: {reason}"));
    }
    report
}
