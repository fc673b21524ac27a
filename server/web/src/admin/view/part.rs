//! Small values that many screens share: badges, moments, choices, problems, pages of a list.
//!
//! They carry text that is ready to read. Time zones, languages and permissions were applied before.

use serde::Serialize;

/// What a colour means. The word beside it always says the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Nothing to say about it.
    #[default]
    Neutral,
    /// Done, live, well.
    Good,
    /// On its way: scheduled, being set up.
    Waiting,
    /// Look at it.
    Warning,
    /// Broken, or about to destroy.
    Danger,
}

/// A state as a dot and a word.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Badge {
    /// Colour of the dot.
    pub tone: Tone,
    /// The word.
    pub label: String,
}

impl Badge {
    /// A badge of this tone and word.
    #[must_use]
    pub fn new(tone: Tone, label: &str) -> Self {
        Self { tone, label: label.to_owned() }
    }
}

/// A moment, for machines and for people.
#[derive(Debug, Clone, Default, Serialize)]
pub struct When {
    /// RFC 3339, for the `datetime` attribute.
    pub iso: String,
    /// In the words and time zone of the reader, such as `21 Nov 2026, 09:14`.
    pub text: String,
}

impl When {
    /// A moment from its two spellings.
    #[must_use]
    pub fn new(iso: &str, text: &str) -> Self {
        Self { iso: iso.to_owned(), text: text.to_owned() }
    }
}

/// One option of a select, a radio group or a list of checkboxes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the chosen one, or one of them.
    pub selected: bool,
    /// A sentence below it; empty for none.
    pub hint: String,
    /// How deep it lies in a tree, 0 at the top.
    pub depth: u8,
}

impl Choice {
    /// An option that is not chosen.
    #[must_use]
    pub fn new(value: &str, label: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), ..Self::default() }
    }

    /// The same option, chosen.
    #[must_use]
    pub fn chosen(mut self) -> Self {
        self.selected = true;
        self
    }

    /// The same option with a sentence below it.
    #[must_use]
    pub fn with_hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    /// The same option, deeper in its tree.
    #[must_use]
    pub fn at_depth(mut self, depth: u8) -> Self {
        self.depth = depth;
        self
    }
}

/// What is wrong with one field of a form that was sent.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Problem {
    /// Name of the field; empty when it concerns the whole form.
    pub field: String,
    /// What happened and what to do, as a sentence.
    pub message: String,
}

impl Problem {
    /// A problem with a field.
    #[must_use]
    pub fn new(field: &str, message: &str) -> Self {
        Self { field: field.to_owned(), message: message.to_owned() }
    }
}

/// A link with its words.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Link {
    /// Words.
    pub label: String,
    /// Address.
    pub href: String,
}

impl Link {
    /// A link from words and address.
    #[must_use]
    pub fn new(label: &str, href: &str) -> Self {
        Self { label: label.to_owned(), href: href.to_owned() }
    }
}

/// A link among equals, one of which is where we are.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tab {
    /// Words.
    pub label: String,
    /// Address.
    pub href: String,
    /// Whether it is where we are.
    pub current: bool,
    /// A number beside the words.
    pub count: Option<u64>,
}

impl Tab {
    /// A tab; the caller says whether it is the current one.
    #[must_use]
    pub fn new(label: &str, href: &str, current: bool) -> Self {
        Self { label: label.to_owned(), href: href.to_owned(), current, count: None }
    }
}

/// Which page of a list this is. Links are made of the list's `query` and `sort`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Pager {
    /// This page, from 1.
    pub page: u64,
    /// Number of pages, at least 1.
    pub pages: u64,
    /// Rows in all pages.
    pub total: u64,
    /// Number of the first row on this page, from 1; 0 when there is none.
    pub from: u64,
    /// Number of the last row on this page.
    pub to: u64,
}

impl Pager {
    /// Works out the page numbers. A page beyond the last one is the last one.
    #[must_use]
    pub fn new(page: u64, per_page: u64, total: u64) -> Self {
        let per_page = per_page.max(1);
        let pages = total.div_ceil(per_page).max(1);
        let page = page.clamp(1, pages);
        let first = (page - 1) * per_page;
        Self {
            page,
            pages,
            total,
            from: if total == 0 { 0 } else { first + 1 },
            to: (first + per_page).min(total),
        }
    }
}

/// What a list is sorted by.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Sort {
    /// Key of the column, as in `?sort=`.
    pub key: String,
    /// Whether the largest or latest comes first (`?dir=desc`).
    pub descending: bool,
}

impl Sort {
    /// Sorted by a column, smallest or earliest first.
    #[must_use]
    pub fn ascending(key: &str) -> Self {
        Self { key: key.to_owned(), descending: false }
    }

    /// Sorted by a column, largest or latest first.
    #[must_use]
    pub fn descending(key: &str) -> Self {
        Self { key: key.to_owned(), descending: true }
    }
}

/// A hidden field of a form.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Hidden {
    /// Name of the field.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A name and its value in a list of facts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What it is worth.
    pub value: String,
    /// Shown in a fixed-width face: names, hashes, addresses.
    pub code: bool,
    /// Whether it is as it should be.
    pub tone: Tone,
}

impl Fact {
    /// A fact in words.
    #[must_use]
    pub fn new(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), value: value.to_owned(), ..Self::default() }
    }

    /// A fact that is a name, a hash or an address.
    #[must_use]
    pub fn code(label: &str, value: &str) -> Self {
        Self { code: true, ..Self::new(label, value) }
    }
}

/// Something that works once and is shown once.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OneTime {
    /// Full address.
    pub link: String,
    /// When it stops working.
    pub expires: When,
}

/// A stretch of text inside a compared line.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DiffPart {
    /// The text.
    pub text: String,
    /// Whether it is what differs.
    pub changed: bool,
}

/// One side of a compared line.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DiffLine {
    /// Line number on its side, from 1.
    pub number: u32,
    /// The line in stretches.
    pub parts: Vec<DiffPart>,
}

impl DiffLine {
    /// A line whose stretches are given as (text, whether it differs).
    #[must_use]
    pub fn new(number: u32, parts: &[(&str, bool)]) -> Self {
        let parts = parts
            .iter()
            .map(|(text, changed)| DiffPart { text: (*text).to_owned(), changed: *changed })
            .collect();
        Self { number, parts }
    }
}

/// Two lines side by side. Both absent stands for equal lines that were left out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DiffRow {
    /// The older side; absent when the line is new.
    pub left: Option<DiffLine>,
    /// The newer side; absent when the line is gone.
    pub right: Option<DiffLine>,
    /// Whether the two differ.
    pub changed: bool,
    /// How many equal lines were left out here; 0 for an ordinary row.
    pub skipped: u32,
}

impl DiffRow {
    /// Comparison used by the samples of every screen that shows one.
    pub(super) fn sample() -> Vec<Self> {
        let same = |n: u32, text: &str| Self {
            left: Some(DiffLine::new(n, &[(text, false)])),
            right: Some(DiffLine::new(n, &[(text, false)])),
            ..Self::default()
        };
        vec![
            same(1, "## Opening hours"),
            Self {
                left: Some(DiffLine::new(
                    2,
                    &[("The workshop is open ", false), ("on Tuesdays", true), (".", false)],
                )),
                right: Some(DiffLine::new(
                    2,
                    &[
                        ("The workshop is open ", false),
                        ("from Tuesday to Friday, 9 to 17", true),
                        (".", false),
                    ],
                )),
                changed: true,
                skipped: 0,
            },
            Self { skipped: 14, ..Self::default() },
            Self {
                left: Some(DiffLine::new(17, &[("Closed in August.", true)])),
                changed: true,
                ..Self::default()
            },
            Self {
                right: Some(DiffLine::new(17, &[("We are open all summer.", true)])),
                changed: true,
                ..Self::default()
            },
            same(18, ""),
            same(19, "Bring your own mug."),
        ]
    }
}
