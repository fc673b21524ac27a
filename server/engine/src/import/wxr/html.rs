//! A body of WordPress as clean HTML: marks of the editor are taken out, shortcodes become what they stood
//! for, paragraphs become paragraphs, and links lead to where things are now. It is not sanitised here.

use std::collections::BTreeSet;

use super::{
    address::{OldAddress, SiteAddress},
    links::relink,
    markup::{Token, Tokens},
    paragraphs::paragraphs,
    shortcode,
    text::escape,
};

/// A body, converted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// The whole body.
    pub html: String,
    /// What stood before the "more" mark, if there was one.
    pub teaser: Option<String>,
    /// Shortcodes that are not known and were left to be read, by name.
    pub unknown_shortcodes: BTreeSet<String>,
    /// Blocks that WordPress made when the page was asked for, and that leave nothing, by name.
    pub lost_blocks: BTreeSet<String>,
}

/// A stored file, as bodies show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachedFile {
    /// Its address.
    pub address: String,
    /// Its title.
    pub title: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// What stands below it, as text.
    pub caption: String,
    /// Whether it is a picture.
    pub is_image: bool,
}

/// What the importer knows of the rest of the site.
pub trait Lookup {
    /// The route of what was at an old address inside the site.
    fn route(&self, old: &OldAddress) -> Option<String> {
        let _ = old;
        None
    }

    /// The address of a file that was taken over; compare by [`super::file_keys`].
    fn file(&self, address: &str) -> Option<String> {
        let _ = address;
        None
    }

    /// The attachment with this number.
    fn attachment(&self, id: u64) -> Option<AttachedFile> {
        let _ = id;
        None
    }

    /// The pictures that were uploaded to the item at hand, in their order.
    fn own_pictures(&self) -> Vec<AttachedFile> {
        Vec::new()
    }
}

/// Knows nothing: every address stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLookup;

impl Lookup for NoLookup {}

/// Converts a body.
#[must_use]
pub fn convert(body: &str, site: &SiteAddress, lookup: &dyn Lookup) -> Converted {
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = Converted::default();
    let (teaser, whole) = split_more(&body);
    out.teaser = teaser.map(|teaser| render(teaser, site, lookup, &mut out)).filter(|html| !html.is_empty());
    out.html = render(&whole, site, lookup, &mut out);
    out
}

/// The part before `<!--more-->`, which may carry words of its own, and the body without the mark.
fn split_more(body: &str) -> (Option<&str>, String) {
    let parts = body.split_once("<!--more").and_then(|(before, rest)| {
        let (words, after) = rest.split_once("-->")?;
        (words.is_empty() || words.starts_with(char::is_whitespace)).then_some((before, after))
    });
    match parts {
        Some((before, after)) => (Some(before), format!("{before}\n\n{after}")),
        None => (None, body.to_owned()),
    }
}

fn render(body: &str, site: &SiteAddress, lookup: &dyn Lookup, out: &mut Converted) -> String {
    let body = body.replace("<!--nextpage-->", "\n\n<hr>\n\n");
    let mut html = String::with_capacity(body.len());
    for (part, is_classic) in split_blocks(&body, out) {
        let part = shortcode::expand(&part, lookup, &mut out.unknown_shortcodes);
        let part = link_bare_addresses(&part);
        if is_classic {
            html.push_str(&paragraphs(&part));
            html.push('\n');
        } else {
            html.extend(
                Tokens::new(&part).filter(|token| !matches!(token, Token::Comment(_))).map(|t| t.raw()),
            );
        }
    }
    relink(html.trim(), site, lookup)
}

/// Takes the marks of the block editor out. What stands between them is finished HTML; what stands outside,
/// and every body without marks, was written in the classic editor.
fn split_blocks(body: &str, out: &mut Converted) -> Vec<(String, bool)> {
    let mut parts = vec![(String::new(), true)];
    let mut depth = 0_usize;
    for token in Tokens::new(body) {
        let was_classic = depth == 0;
        match block_mark(&token) {
            Some(Mark::Open) => depth += 1,
            Some(Mark::Close) => depth = depth.saturating_sub(1),
            Some(Mark::Alone(name)) => {
                if !matches!(name, "more" | "nextpage" | "separator" | "spacer") {
                    out.lost_blocks.insert(name.to_owned());
                }
            }
            None => {
                if let Some((part, _)) = parts.last_mut() {
                    part.push_str(token.raw());
                }
            }
        }
        if was_classic != (depth == 0) {
            parts.push((String::new(), depth == 0));
        }
    }
    parts.retain(|(part, is_classic)| !is_classic || !part.trim().is_empty());
    parts
}

enum Mark<'a> {
    Open,
    Close,
    Alone(&'a str),
}

fn block_mark<'a>(token: &Token<'a>) -> Option<Mark<'a>> {
    let Token::Comment(raw) = token else { return None };
    let inner = raw.strip_prefix("<!--")?.strip_suffix("-->")?;
    let trimmed = inner.trim_start();
    if trimmed.starts_with("/wp:") {
        return Some(Mark::Close);
    }
    let named = trimmed.strip_prefix("wp:")?;
    match inner.ends_with('/') {
        true => Some(Mark::Alone(named.split([' ', '/']).next().unwrap_or(named))),
        false => Some(Mark::Open),
    }
}

/// Addresses alone on a line, which WordPress replaced by what they show, become links.
fn link_bare_addresses(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut closed: Vec<String> = Vec::new();
    for token in Tokens::new(html) {
        match &token {
            Token::Text(text) if closed.is_empty() && text.contains("://") => {
                out.push_str(&text.split('\n').map(link_line).collect::<Vec<_>>().join("\n"));
                continue;
            }
            Token::Open { name, raw } if is_closed_to_links(name) && !raw.ends_with("/>") => {
                closed.push(name.clone())
            }
            Token::Close { name, .. } if closed.last() == Some(name) => {
                closed.pop();
            }
            _ => {}
        }
        out.push_str(token.raw());
    }
    out
}

fn is_closed_to_links(name: &str) -> bool {
    matches!(name, "a" | "pre" | "code" | "script" | "style" | "textarea" | "button" | "svg")
}

fn link_line(line: &str) -> String {
    let address = line.trim();
    let is_address = (address.starts_with("http://") || address.starts_with("https://"))
        && !address.contains(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"'));
    if is_address { link(&super::text::decode_entities(address), "") } else { line.to_owned() }
}

/// A link that shows its words, or its address if it has none.
pub(super) fn link(address: &str, words: &str) -> String {
    let words = if words.trim().is_empty() { address } else { words };
    format!("<a href=\"{}\">{}</a>", escape(address), escape(words.trim()))
}
