//! Shortcodes: `[caption]`, `[gallery]`, `[embed]`, `[audio]`, `[video]` and `[playlist]` become what they
//! stood for; those of plugins are left to be read, as code. Words in brackets that are no shortcode stay
//! words in brackets.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    html::{AttachedFile, Lookup, link},
    markup::{Token, Tokens, find_ignoring_case},
    text::{decode_entities, escape, plain_text},
};

/// Shortcodes inside shortcodes are followed this deep.
const MAX_DEPTH: u32 = 8;

/// Replaces the shortcodes of a body; names of unknown ones are added to `unknown`.
pub(super) fn expand(html: &str, lookup: &dyn Lookup, unknown: &mut BTreeSet<String>) -> String {
    Expander { lookup, unknown, unclosed: BTreeSet::new() }.expand(html, 0)
}

struct Expander<'l> {
    lookup: &'l dyn Lookup,
    unknown: &'l mut BTreeSet<String>,
    /// Names that are known not to be closed in what follows: looking again would cost time.
    unclosed: BTreeSet<String>,
}

/// A shortcode in its place.
struct Found<'a> {
    name: String,
    attributes: BTreeMap<String, String>,
    /// With brackets, as written.
    tag: &'a str,
    inner: Option<&'a str>,
    /// What follows it.
    rest: &'a str,
}

impl Expander<'_> {
    fn expand(&mut self, html: &str, depth: u32) -> String {
        let mut out = String::with_capacity(html.len());
        let mut rest = html;
        while let Some(at) = rest.find(['<', '[']) {
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.push_str(before);
            rest = match from.starts_with('<') {
                true => copy_markup(from, &mut out),
                false => self.bracket(from, depth, &mut out),
            };
        }
        out.push_str(rest);
        out
    }

    /// Writes what a bracket stands for and returns what follows.
    fn bracket<'a>(&mut self, from: &'a str, depth: u32, out: &mut String) -> &'a str {
        let after = from.strip_prefix('[').unwrap_or_default();
        if let Some((words, rest)) = after.strip_prefix('[').and_then(|inner| inner.split_once("]]"))
            && !words.contains(['[', '\n'])
        {
            // Written twice, it is meant to be read.
            out.push_str(&format!("[{words}]"));
            return rest;
        }
        match self.find(from).filter(|_| depth < MAX_DEPTH) {
            Some(found) => {
                let html = self.replace(&found, depth);
                out.push_str(&html);
                found.rest
            }
            None => {
                out.push('[');
                after
            }
        }
    }

    fn find<'a>(&mut self, from: &'a str) -> Option<Found<'a>> {
        let inside = from.strip_prefix('[')?;
        let name: String =
            inside.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let (words, _) = inside.get(name.len()..)?.split_at_checked(tag_end(inside.get(name.len()..)?)?)?;
        if !words.is_empty() && !words.starts_with([' ', '\t', '\n', '\u{a0}', '/']) {
            return None;
        }
        let length = name.len() + words.len() + 2;
        let (tag, after) = from.split_at_checked(length)?;
        let attributes = attributes(words.trim_end_matches('/'));
        let closed = if words.ends_with('/') { None } else { self.close(after, &name) };
        let is_shortcode =
            is_known(&name) || closed.is_some() || attributes.keys().any(|key| !key.starts_with('#'));
        let (inner, rest) = match closed {
            Some((inner, rest)) => (Some(inner), rest),
            None => (None, after),
        };
        is_shortcode.then_some(Found { name, attributes, tag, inner, rest })
    }

    fn close<'a>(&mut self, after: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
        if self.unclosed.contains(name) {
            return None;
        }
        let close = format!("[/{name}]");
        let Some(at) = find_ignoring_case(after, &close) else {
            self.unclosed.insert(name.to_owned());
            return None;
        };
        let (inner, rest) = after.split_at_checked(at)?;
        Some((inner, rest.get(close.len()..)?))
    }

    fn replace(&mut self, found: &Found<'_>, depth: u32) -> String {
        let known = match found.name.to_ascii_lowercase().as_str() {
            "caption" | "wp_caption" => found.inner.map(|inner| caption(found, inner)),
            "gallery" | "playlist" => self.gallery(found),
            "embed" => found.inner.and_then(|inner| linked(&plain_text(inner), "")),
            "audio" | "video" => recording(found),
            _ => None,
        };
        known.unwrap_or_else(|| self.readable(found, depth))
    }

    fn readable(&mut self, found: &Found<'_>, depth: u32) -> String {
        if !is_known(&found.name) {
            self.unknown.insert(found.name.clone());
        }
        let tag = escape_brackets(found.tag);
        match found.inner {
            None => format!("<code>{tag}</code>"),
            Some(inner) => {
                let unclosed = std::mem::take(&mut self.unclosed);
                let inner = self.expand(inner, depth + 1);
                self.unclosed = unclosed;
                format!("<code>{tag}</code>{inner}<code>[/{}]</code>", found.name)
            }
        }
    }

    fn gallery(&self, found: &Found<'_>) -> Option<String> {
        let ids = found.attributes.get("ids").or_else(|| found.attributes.get("include"));
        let files: Vec<AttachedFile> = match ids {
            Some(ids) => {
                ids.split(',').filter_map(|id| self.lookup.attachment(id.trim().parse().ok()?)).collect()
            }
            None => self.lookup.own_pictures(),
        };
        if files.is_empty() {
            return None;
        }
        let entries: String = files.iter().map(gallery_entry).collect();
        Some(format!("\n\n<ul class=\"gallery\">{entries}</ul>\n\n"))
    }
}

fn gallery_entry(file: &AttachedFile) -> String {
    if !file.is_image {
        return format!("<li>{}</li>", link(&file.address, &file.title));
    }
    let address = escape(&file.address);
    let alt = if file.alt.is_empty() { &file.title } else { &file.alt };
    let words = match file.caption.is_empty() {
        true => String::new(),
        false => format!("<figcaption>{}</figcaption>", escape(&file.caption)),
    };
    format!(
        "<li><figure><a href=\"{address}\"><img src=\"{address}\" alt=\"{}\"></a>{words}</figure></li>",
        escape(alt)
    )
}

fn is_known(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "caption" | "wp_caption" | "gallery" | "playlist" | "embed" | "audio" | "video"
    )
}

/// The picture, with its link if it has one, is what comes first; the words below it are the rest, or an
/// attribute in exports of WordPress before 3.4.
fn caption(found: &Found<'_>, inner: &str) -> String {
    let (picture, words) = split_picture(inner.trim());
    let words = match words.trim() {
        "" => found.attributes.get("caption").map(String::as_str).unwrap_or_default(),
        words => words,
    };
    let align = found.attributes.get("align").map(String::as_str).unwrap_or_default();
    let align = match align {
        "alignleft" | "alignright" | "aligncenter" => align,
        _ => "alignnone",
    };
    let words = match words {
        "" => String::new(),
        words => format!("<figcaption>{words}</figcaption>"),
    };
    format!("\n\n<figure class=\"wp-caption {align}\">{picture}{words}</figure>\n\n")
}

fn split_picture(inner: &str) -> (&str, &str) {
    let (mut length, mut end) = (0, 0);
    for token in Tokens::new(inner) {
        length += token.raw().len();
        match token {
            Token::Open { name, .. } if name == "img" => {
                end = length;
                if !inner.starts_with("<a") {
                    break;
                }
            }
            Token::Close { name, .. } if name == "a" && end > 0 => {
                end = length;
                break;
            }
            _ => {}
        }
    }
    inner.split_at_checked(end).unwrap_or((inner, ""))
}

fn recording(found: &Found<'_>) -> Option<String> {
    const SOURCES: [&str; 10] = ["src", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav", "wmv"];
    let named = SOURCES.iter().find_map(|name| found.attributes.get(*name));
    // The oldest form was `[audio http://…|options]`.
    let first = found.attributes.get("#0").map(|words| words.split('|').next().unwrap_or_default());
    let inner = found.inner.map(plain_text).filter(|text| !text.is_empty());
    linked(named.map(String::as_str).or(first).or(inner.as_deref())?, "")
}

fn linked(address: &str, words: &str) -> Option<String> {
    let address = address.trim();
    let leads_somewhere =
        ["http://", "https://", "/"].iter().any(|start| address.starts_with(start)) && !address.contains(' ');
    leads_somewhere.then(|| format!("\n\n<p>{}</p>\n\n", link(address, words)))
}

fn escape_brackets(text: &str) -> String {
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// Where the `]` of a tag is, outside of quotes. A tag in which another bracket opens, or that is longer
/// than anyone writes, is none.
fn tag_end(words: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in words.char_indices().take(8192) {
        match (quote, c) {
            (None, ']') => return Some(at),
            (None, '[') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    // An apostrophe is not a quote.
    words.find([']', '[']).filter(|at| words.get(*at..).is_some_and(|rest| rest.starts_with(']')))
}

/// `name=value` in any quotes, and values without a name as `#0`, `#1` ….
fn attributes(words: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut unnamed = 0;
    let mut rest = words.trim();
    while !rest.is_empty() {
        let name_end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'')).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(name_end).unwrap_or((rest, ""));
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        match after.strip_prefix('=').filter(|_| is_name) {
            Some(value) => {
                let (value, tail) = take_value(value);
                out.insert(name.to_ascii_lowercase(), decode_entities(value));
                rest = tail.trim_start();
            }
            None => {
                let (value, tail) = take_value(rest);
                if !value.is_empty() {
                    out.insert(format!("#{unnamed}"), decode_entities(value));
                    unnamed += 1;
                }
                rest = tail.trim_start();
            }
        }
    }
    out
}

/// A value, quoted or up to the next space, and what follows; always takes something.
fn take_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

/// Copies one piece of markup, and all of an element whose content is to be read as it is.
fn copy_markup<'a>(from: &'a str, out: &mut String) -> &'a str {
    let mut tokens = Tokens::new(from);
    let Some(token) = tokens.next() else { return "" };
    let mut length = token.raw().len();
    if let Token::Open { name, raw } = &token
        && matches!(name.as_str(), "pre" | "code" | "script" | "style" | "textarea")
        && !raw.ends_with("/>")
    {
        let content = from.get(length..).unwrap_or_default();
        length += find_ignoring_case(content, &format!("</{name}")).unwrap_or(0);
    }
    let (copied, rest) = from.split_at_checked(length).unwrap_or((from, ""));
    out.push_str(copied);
    rest
}
