//! Texts of an export, made fit for columns: one line, no control characters, not too long.

use rowhouse_domain::name::Slug;

use crate::import::wxr::plain_text;

/// As much as a title may have.
const TITLE: usize = 300;
/// As much as a summary may have.
const SUMMARY: usize = 2_000;
/// Words that stand for a title that there is none of.
const WORDS: usize = 8;

/// One line of at most `most` characters.
pub(super) fn line(text: &str, most: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    cut(&words.collect::<Vec<_>>().join(" "), most)
}

/// The first `most` characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The title, or the first words of the text.
pub(super) fn title(title: &str, html: &str) -> String {
    let own = line(title, TITLE);
    if !own.is_empty() {
        return own;
    }
    let words = plain_text(html);
    let first: Vec<&str> = words.split_whitespace().take(WORDS).collect();
    let first = line(&first.join(" "), TITLE);
    if first.is_empty() { "Untitled".into() } else { first }
}

/// A summary as plain text.
pub(super) fn summary(html: &str) -> String {
    line(&plain_text(html), SUMMARY)
}

/// The slug in WordPress as one here; of the title where there is none.
pub(super) fn slug(slug: &str, title: &str) -> Slug {
    let text = if slug.trim().is_empty() { title } else { slug };
    Slug::parse(text).unwrap_or_else(|_| Slug::derive(text))
}

/// No database holds NUL in a text.
pub(super) fn body(text: &str) -> String {
    text.replace('\0', "")
}
