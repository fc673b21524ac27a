//! Plain text from HTML, for excerpts, search and descriptions; and counting words.

use crate::html::SafeHtml;

/// Elements that end a line of text.
const BLOCKS: [&str; 24] = [
    "p",
    "div",
    "br",
    "hr",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "td",
    "th",
    "table",
    "pre",
    "blockquote",
    "figcaption",
    "summary",
];

/// The text of sanitised HTML: one line per block, spaces collapsed, entities resolved.
#[must_use]
pub fn plain(html: &SafeHtml) -> String {
    let mut text = String::with_capacity(html.as_str().len());
    for piece in pieces(html.as_str()) {
        match piece {
            Piece::Text(raw) => push_text(&mut text, raw),
            Piece::Tag(tag) => {
                if BLOCKS.contains(&tag_name(tag)) && !text.ends_with('\n') {
                    while text.ends_with(' ') {
                        text.pop();
                    }
                    text.push('\n');
                }
            }
        }
    }
    text.trim().to_owned()
}

/// The first `words` words of a text, with an ellipsis if there are more; line breaks become spaces.
#[must_use]
pub fn shorten(text: &str, words: usize) -> String {
    let mut all = text.split_whitespace();
    let mut short = all.by_ref().take(words).collect::<Vec<_>>().join(" ");
    // A text without spaces (or one endless word) is cut by characters.
    let longest = words.saturating_mul(12).max(24);
    let cut = short.char_indices().nth(longest).map(|(at, _)| at);
    if let Some(at) = cut {
        short.truncate(at);
    }
    if cut.is_some() || all.next().is_some() {
        while short.ends_with([' ', ',', ';', ':', '.']) {
            short.pop();
        }
        short.push('…');
    }
    short
}

/// The excerpt of a body: its first words as plain text.
#[must_use]
pub fn excerpt(html: &SafeHtml, words: usize) -> String {
    shorten(&plain(html), words)
}

/// Number of words; in scripts without spaces every ideograph or syllable counts as half a word.
#[must_use]
pub fn word_count(text: &str) -> usize {
    let mut words = 0;
    let mut dense = 0_usize;
    for word in text.split_whitespace() {
        let here =
            word.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')).count();
        dense += here;
        if here == 0 && word.chars().any(char::is_alphanumeric) {
            words += 1;
        }
    }
    words + dense.div_ceil(2)
}

/// A part of serialised HTML.
pub(crate) enum Piece<'a> {
    /// A tag with its angle brackets.
    Tag(&'a str),
    /// What stands between tags, still escaped.
    Text(&'a str),
}

/// Splits HTML **as our sanitiser writes it** (no comments, quoted attributes) into tags and text.
pub(crate) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let is_tag = rest.starts_with('<');
        let end = if is_tag { tag_end(rest) } else { rest.find('<').unwrap_or(rest.len()) };
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(if is_tag { Piece::Tag(piece) } else { Piece::Text(piece) })
    })
}

/// Length of the tag at the start of `html`; a quoted attribute may hold a `>`.
fn tag_end(html: &str) -> usize {
    let mut quoted = false;
    for (at, c) in html.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

/// The name in a tag, of an end tag too.
pub(crate) fn tag_name(tag: &str) -> &str {
    tag.trim_start_matches(['<', '/']).split([' ', '>', '/']).next().unwrap_or_default()
}

fn push_text(text: &mut String, raw: &str) {
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let (c, length) = if c == '&' { entity(rest) } else { (c, c.len_utf8()) };
        rest = rest.split_at_checked(length).map_or("", |(_, after)| after);
        if c.is_whitespace() {
            if !text.is_empty() && !text.ends_with([' ', '\n']) {
                text.push(' ');
            }
        } else {
            text.push(c);
        }
    }
}

/// The character that an entity at the start of `rest` stands for, and the entity's length. The serialiser
/// writes no others than these.
fn entity(rest: &str) -> (char, usize) {
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", ' ')]
        .into_iter()
        .find(|(name, _)| rest.starts_with(name))
        .map_or(('&', 1), |(name, c)| (c, name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sanitise::clean;

    #[test]
    fn text_keeps_words_apart_and_resolves_entities() {
        let html = clean(
            "<h2>One</h2><p>two&nbsp;<b>th</b>ree &amp; &lt;four&gt;</p><ul><li>a<li title='x > y'>b</ul>",
        );
        assert_eq!(plain(&html), "One\ntwo three & <four>\na\nb");
    }

    #[test]
    fn a_short_text_is_left_alone_and_a_long_one_cut_at_a_word() {
        assert_eq!(shorten("a b  c", 3), "a b c");
        assert_eq!(shorten("a b, c", 2), "a b…");
        assert_eq!(shorten(&"å".repeat(100), 1).chars().count(), 25);
        assert_eq!(shorten("", 5), "");
    }

    #[test]
    fn words_are_counted_in_scripts_without_spaces_too() {
        assert_eq!(word_count("one – two, three"), 3);
        assert_eq!(word_count("你好世界"), 2);
    }
}
