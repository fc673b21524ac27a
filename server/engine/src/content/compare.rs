//! How two texts differ: line by line side by side, and within changed lines word by word.

use std::time::Duration;

use rowhouse_domain::content::Document;
use serde::Serialize;
use similar::{ChangeTag, DiffOp, TextDiff};

/// Equal lines shown around a change.
const AROUND: usize = 3;
/// Texts so different that a comparison takes longer are shown as replaced as a whole.
const PATIENCE: Duration = Duration::from_millis(300);
/// Lines longer than this are not compared word by word.
const LONGEST_LINE: usize = 5_000;

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether the other side has something else.
    pub changed: bool,
}

/// A line of one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Its text in pieces.
    pub pieces: Vec<Piece>,
}

/// Two lines side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The older line; none where one was added.
    pub old: Option<Line>,
    /// The newer line; none where one was removed.
    pub new: Option<Line>,
    /// Whether they differ.
    pub changed: bool,
    /// How many equal lines are left out here; such a row has no lines.
    pub skipped: usize,
}

/// How two documents differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The older and the newer title, if they differ.
    pub title: Option<(Vec<Piece>, Vec<Piece>)>,
    /// Other fields that differ: their name, the older and the newer value.
    pub fields: Vec<(&'static str, String, String)>,
    /// The bodies side by side; none if they are equal.
    pub body: Vec<Row>,
}

impl Comparison {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.title.is_none() && self.fields.is_empty() && self.body.is_empty()
    }
}

/// Compares two documents.
#[must_use]
pub fn compare_documents(old: &Document, new: &Document) -> Comparison {
    Comparison {
        title: (old.title != new.title).then(|| words(&old.title, &new.title)),
        fields: fields(old, new),
        body: if old.body == new.body { Vec::new() } else { body(&old.body, &new.body) },
    }
}

fn fields(old: &Document, new: &Document) -> Vec<(&'static str, String, String)> {
    let ids = |d: &Document| d.fields.terms.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let text = |o: Option<String>| o.unwrap_or_default();
    let values = |d: &Document| {
        let f = &d.fields;
        [
            ("slug", d.slug.to_string()),
            ("format", d.format.to_string()),
            ("excerpt", d.excerpt.clone()),
            ("parent", text(f.parent.map(|p| p.to_string()))),
            ("terms", ids(d)),
            ("featured", text(f.featured.map(|m| m.to_string()))),
            ("seo_title", f.seo_title.clone()),
            ("seo_description", f.seo_description.clone()),
            ("noindex", f.noindex.to_string()),
            ("sticky", f.sticky.to_string()),
            ("password", text(f.password.clone())),
            ("order", f.order.to_string()),
        ]
    };
    let pairs = values(old).into_iter().zip(values(new));
    pairs.filter(|(o, n)| o.1 != n.1).map(|((name, o), (_, n))| (name, o, n)).collect()
}

/// Both lines in pieces, those that only one of them has marked.
fn words(old: &str, new: &str) -> (Vec<Piece>, Vec<Piece>) {
    if old.len().max(new.len()) > LONGEST_LINE {
        let whole = |text: &str| vec![Piece { text: text.to_owned(), changed: true }];
        return (whole(old), whole(new));
    }
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(old, new);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                add(&mut left, text, false);
                add(&mut right, text, false);
            }
            ChangeTag::Delete => add(&mut left, text, true),
            ChangeTag::Insert => add(&mut right, text, true),
        }
    }
    (left, right)
}

fn add(pieces: &mut Vec<Piece>, text: &str, changed: bool) {
    match pieces.last_mut() {
        Some(last) if last.changed == changed => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), changed }),
    }
}

fn body(old: &str, new: &str) -> Vec<Row> {
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let diff = TextDiff::configure().timeout(PATIENCE).diff_slices(&old_lines, &new_lines);
    let mut rows = Vec::new();
    let mut shown = 0;
    for group in diff.grouped_ops(AROUND) {
        let start = group.first().map_or(shown, |op| op.old_range().start);
        skip(&mut rows, start.saturating_sub(shown));
        for op in &group {
            side_by_side(&mut rows, op, &old_lines, &new_lines);
            shown = op.old_range().end;
        }
    }
    skip(&mut rows, old_lines.len().saturating_sub(shown));
    rows
}

fn skip(rows: &mut Vec<Row>, lines: usize) {
    if lines > 0 {
        rows.push(Row { skipped: lines, ..Row::default() });
    }
}

fn side_by_side(rows: &mut Vec<Row>, op: &DiffOp, old: &[&str], new: &[&str]) {
    let changed = !matches!(op, DiffOp::Equal { .. });
    let (mut left, mut right) = (op.old_range(), op.new_range());
    loop {
        let (o, n) = (left.next(), right.next());
        let texts = (o.and_then(|i| old.get(i)), n.and_then(|i| new.get(i)));
        let (before, after) = match texts {
            (None, None) => return,
            (Some(a), Some(b)) if changed => {
                let (a, b) = words(a, b);
                (Some(a), Some(b))
            }
            (a, b) => (a.map(|t| whole(t, changed)), b.map(|t| whole(t, changed))),
        };
        let line = |index: Option<usize>, pieces: Option<Vec<Piece>>| {
            index.zip(pieces).map(|(index, pieces)| Line { number: index + 1, pieces })
        };
        rows.push(Row { old: line(o, before), new: line(n, after), changed, skipped: 0 });
    }
}

fn whole(text: &str, changed: bool) -> Vec<Piece> {
    vec![Piece { text: text.to_owned(), changed }]
}

#[cfg(test)]
mod tests {
    use rowhouse_domain::{content::Format, name::Slug};

    use super::*;

    fn document(title: &str, body: &str) -> Document {
        Document {
            title: title.into(),
            slug: Slug::derive("x"),
            format: Format::Markdown,
            body: body.into(),
            excerpt: String::new(),
            fields: Default::default(),
        }
    }

    fn text(line: &Option<Line>) -> Option<String> {
        line.as_ref().map(|l| l.pieces.iter().map(|p| p.text.as_str()).collect())
    }

    #[test]
    fn equal_documents_do_not_differ() {
        let d = document("A", "one\ntwo");
        assert!(compare_documents(&d, &d).is_empty());
    }

    #[test]
    fn a_changed_word_is_marked_and_far_lines_are_left_out() {
        let lines: Vec<String> = (0..40).map(|n| format!("line {n}")).collect();
        let old = lines.join("\n");
        let new = old.replace("line 20", "row 20");
        let compared = compare_documents(&document("A b", &old), &document("A c", &new));
        let skipped: Vec<_> = compared.body.iter().map(|r| r.skipped).filter(|n| *n > 0).collect();
        assert_eq!(skipped, [17, 16]);
        let row = compared.body.iter().find(|r| r.changed).unwrap();
        assert_eq!((text(&row.old), text(&row.new)), (Some("line 20".into()), Some("row 20".into())));
        let marked: Vec<_> = row.new.as_ref().unwrap().pieces.iter().filter(|p| p.changed).collect();
        assert_eq!(marked.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["row"]);
        let (before, after) = compared.title.unwrap();
        assert_eq!((before.last().unwrap().text.as_str(), after.last().unwrap().text.as_str()), ("b", "c"));
    }

    #[test]
    fn added_and_removed_lines_stand_alone() {
        let compared = compare_documents(&document("A", "a\nb"), &document("A", "a\nb\nc"));
        let last = compared.body.last().unwrap();
        assert_eq!((text(&last.old), text(&last.new)), (None, Some("c".into())));
        assert_eq!(last.new.as_ref().unwrap().number, 3);
    }
}
