//! The wall between what people write and what browsers run.
//!
//! One allow-list for every body, whatever it was written in: no script, no style, no frames, no SVG or
//! MathML, no event handlers, no form but a disabled check box. The same pass puts the site's base into
//! tenant-relative links, since only here every address is known to be one. Bodies are sanitised when they
//! are rendered, not only when they are saved: rules get better, old texts stay.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::Builder;

use crate::{
    functions::is_relative,
    html::SafeHtml,
    pictures,
    text::{Piece, pieces, tag_name},
};

const TAGS: [&str; 70] = [
    "a",
    "abbr",
    "address",
    "aside",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
    "center",
];

/// Elements that go with everything in them; of others that are not allowed the text stays.
const GONE_WITH_CONTENT: [&str; 14] = [
    "script", "style", "iframe", "object", "embed", "noscript", "template", "svg", "math", "textarea",
    "select", "title", "noembed", "noframes",
];

/// Classes that themes give a meaning to: alignment, captions and galleries of imported texts, callouts, and
/// what the Markdown renderer writes.
const CLASSES: [&str; 42] = [
    "alignleft",
    "alignright",
    "aligncenter",
    "alignnone",
    "alignwide",
    "alignfull",
    "wp-caption",
    "wp-caption-text",
    "gallery",
    "gallery-item",
    "gallery-icon",
    "gallery-caption",
    "wp-block-gallery",
    "wp-block-image",
    "wp-block-columns",
    "wp-block-column",
    "wp-block-button",
    "wp-block-buttons",
    "wp-block-button__link",
    "wp-block-quote",
    "wp-block-pullquote",
    "wp-block-table",
    "has-nested-images",
    "has-text-align-left",
    "has-text-align-center",
    "has-text-align-right",
    "columns-2",
    "columns-3",
    "columns-4",
    "lead",
    "button",
    "callout",
    "note",
    "warning",
    "pullquote",
    "footnotes",
    "footnote-ref",
    "footnote-backref",
    "task-list-item",
    "contains-task-list",
    "table-scroll",
    "check",
];

/// Names that the page itself uses: a text must not take them (a named element hides a script's variable).
const RESERVED_ID: &str = "rh-";

/// Sanitises HTML without touching its links: for storing.
#[must_use]
pub fn clean(html: &str) -> SafeHtml {
    rebase_links(html, "")
}

/// Sanitises HTML and puts `base` (empty, or `/acme`) before tenant-relative links and pictures, once: give
/// it stored HTML, not what it returned.
#[must_use]
pub fn rebase_links(html: &str, base: &str) -> SafeHtml {
    let cleaned = builder(base).clean(html).to_string();
    SafeHtml::vouched(finished(&cleaned))
}

/// What is allowed, hashed once: a copy is cheap, and every text needs one.
struct Lists {
    tags: HashSet<&'static str>,
    gone_with_content: HashSet<&'static str>,
    generic: HashSet<&'static str>,
    attributes: HashMap<&'static str, HashSet<&'static str>>,
    schemes: HashSet<&'static str>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists {
    tags: HashSet::from(TAGS),
    gone_with_content: HashSet::from(GONE_WITH_CONTENT),
    generic: HashSet::from(["lang", "dir", "title", "class", "id"]),
    attributes: attributes(),
    schemes: HashSet::from(["http", "https", "mailto", "tel", "geo", "xmpp", "media"]),
});

fn builder(base: &str) -> Builder<'static> {
    let (base, lists) = (base.to_owned(), &*LISTS);
    let mut builder = Builder::empty();
    builder
        .tags(lists.tags.clone())
        .clean_content_tags(lists.gone_with_content.clone())
        .generic_attributes(lists.generic.clone())
        .tag_attributes(lists.attributes.clone())
        .tag_attribute_values(HashMap::from([("input", HashMap::from([("checked", HashSet::from([""]))]))]))
        .url_schemes(lists.schemes.clone())
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(Some("noopener"))
        .strip_comments(true)
        .attribute_filter(move |element, attribute, value| filter(&base, element, attribute, value));
    builder
}

fn attributes() -> HashMap<&'static str, HashSet<&'static str>> {
    HashMap::from([
        ("a", HashSet::from(["href", "hreflang", "download"])),
        ("bdo", HashSet::from(["dir"])),
        ("blockquote", HashSet::from(["cite"])),
        ("col", HashSet::from(["span"])),
        ("colgroup", HashSet::from(["span"])),
        ("data", HashSet::from(["value"])),
        ("del", HashSet::from(["cite", "datetime"])),
        ("details", HashSet::from(["open"])),
        ("img", HashSet::from(["src", "alt", "width", "height"])),
        ("ins", HashSet::from(["cite", "datetime"])),
        ("ol", HashSet::from(["start", "reversed", "type"])),
        ("li", HashSet::from(["value"])),
        ("q", HashSet::from(["cite"])),
        ("td", HashSet::from(["colspan", "rowspan", "headers", "align"])),
        ("th", HashSet::from(["colspan", "rowspan", "headers", "scope", "align"])),
        ("time", HashSet::from(["datetime"])),
    ])
}

/// Decides about one attribute that the lists above let through.
fn filter<'v>(base: &str, element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match (element, attribute) {
        (_, "class") => classes(element, value),
        (_, "id") => is_anchor(value).then_some(Cow::Borrowed(value)),
        (_, "align") => matches!(value, "left" | "center" | "right").then_some(Cow::Borrowed(value)),
        (_, "dir") => matches!(value, "ltr" | "rtl" | "auto").then_some(Cow::Borrowed(value)),
        ("img", "width" | "height") | (_, "colspan" | "rowspan" | "span") => {
            (value.len() <= 5 && value.bytes().all(|b| b.is_ascii_digit())).then_some(Cow::Borrowed(value))
        }
        (_, "href" | "src" | "cite") => address(base, value),
        _ => Some(Cow::Borrowed(value)),
    }
}

fn classes<'v>(element: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let code = matches!(element, "code" | "pre");
    let kept: Vec<&str> = value
        .split_ascii_whitespace()
        .filter(|class| CLASSES.contains(class) || (code && is_language(class)))
        .collect();
    (!kept.is_empty()).then(|| Cow::Owned(kept.join(" ")))
}

fn is_language(class: &str) -> bool {
    class.strip_prefix("language-").is_some_and(|name| {
        (1..=20).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-#._".contains(&b))
    })
}

fn is_anchor(id: &str) -> bool {
    (1..=120).contains(&id.len())
        && !id.starts_with(RESERVED_ID)
        && id.chars().all(|c| c.is_alphanumeric() || "-_:.".contains(c))
}

/// Browsers drop control characters and outer spaces from an address before they look at it; so do we, or
/// `/<tab>/evil.example` would pass for a path.
fn address<'v>(base: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let clean: String = value.trim().chars().filter(|c| !c.is_control()).collect();
    if clean.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("media:")) {
        return pictures::path_of(&clean).map(|path| Cow::Owned(format!("{base}{path}")));
    }
    if is_relative(&clean) && !base.is_empty() {
        return Some(Cow::Owned(format!("{base}{clean}")));
    }
    Some(if clean == value { Cow::Borrowed(value) } else { Cow::Owned(clean) })
}

const SCROLLER: &str = "<div class=\"table-scroll\">";

const CHECKED: &str = "<span class=\"check\">☑</span>";
const UNCHECKED: &str = "<span class=\"check\">☐</span>";

/// Adds what no writer needs to write: wide tables and code scroll on their own and can be reached by
/// keyboard for that, pictures load when they are near, check boxes become signs (a real one asks for a label
/// and for being clicked), what is obsolete becomes what stands for it now. Done here and in this order, not by the sanitiser's own settings, whose order changes from one run to the next: two nodes
/// must make the same bytes of the same text.
fn finished(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 256);
    let (mut depth, mut ours) = (0_usize, false);
    for piece in pieces(html) {
        let Piece::Tag(tag) = piece else {
            if let Piece::Text(text) = piece {
                out.push_str(text);
            }
            continue;
        };
        match (tag_name(tag), tag.starts_with("</")) {
            ("table", false) => {
                if depth == 0 {
                    ours = !out.ends_with(SCROLLER);
                    let start = if ours { SCROLLER } else { "" };
                    out.push_str(start);
                    out.truncate(out.len().saturating_sub(1));
                    out.push_str(" tabindex=\"0\">");
                }
                depth += 1;
                out.push_str(tag);
            }
            ("table", true) => {
                depth = depth.saturating_sub(1);
                out.push_str(tag);
                if depth == 0 && ours {
                    out.push_str("</div>");
                }
            }
            ("pre", false) => with_first(&mut out, tag, " tabindex=\"0\""),
            ("img", false) => with_first(&mut out, tag, " loading=\"lazy\" decoding=\"async\""),
            ("input", false) => out.push_str(if tag.contains(" checked") { CHECKED } else { UNCHECKED }),
            _ => out.push_str(&as_of_today(tag)),
        }
    }
    out
}

/// A tag as the standard has it today. What leads nowhere keeps nothing that only a link may say.
fn as_of_today(tag: &str) -> Cow<'_, str> {
    match (tag_name(tag), tag.starts_with("</")) {
        ("tt", false) => Cow::Owned(renamed(tag, "code", "")),
        ("tt", true) => Cow::Borrowed("</code>"),
        ("center", false) => {
            let class = if tag.contains(" class=\"") { "" } else { " class=\"has-text-align-center\"" };
            Cow::Owned(renamed(tag, "div", class))
        }
        ("center", true) => Cow::Borrowed("</div>"),
        ("a", false) if !tag.contains(" href=\"") => {
            Cow::Owned(without(tag, &["rel", "hreflang", "download"]))
        }
        ("td" | "th", false) => Cow::Owned(aligned_by_class(tag)),
        _ => Cow::Borrowed(tag),
    }
}

/// A start tag without some of its attributes. The sanitiser writes each as ` name="value"`, and no quote in a
/// value.
fn without(tag: &str, gone: &[&str]) -> String {
    let mut kept = String::with_capacity(tag.len());
    let mut rest = tag;
    while let Some((before, (value, after))) =
        rest.split_once("=\"").and_then(|(before, after)| Some((before, after.split_once('"')?)))
    {
        let (head, name) = before.rsplit_once(' ').unwrap_or(("", before));
        kept.push_str(head);
        if !gone.contains(&name) {
            kept.extend([" ", name, "=\"", value, "\""]);
        }
        rest = after;
    }
    kept + rest
}

/// A cell whose obsolete `align` attribute is a class instead, unless it has classes of its own. A quote
/// within a value is written as an entity, so that the pattern cannot be part of one.
fn aligned_by_class(tag: &str) -> String {
    let own = tag.contains(" class=\"");
    ["left", "center", "right"].into_iter().fold(tag.to_owned(), |tag, side| {
        let class = if own { String::new() } else { format!(" class=\"has-text-align-{side}\"") };
        tag.replace(&format!(" align=\"{side}\""), &class)
    })
}

/// Writes a start tag with `attributes` before its own.
fn with_first(out: &mut String, tag: &str, attributes: &str) {
    out.push_str(&renamed(tag, tag_name(tag), attributes));
}

/// A start tag of another name, with `attributes` before its own.
fn renamed(tag: &str, name: &str, attributes: &str) -> String {
    let own = tag.strip_prefix('<').and_then(|rest| rest.strip_prefix(tag_name(tag))).unwrap_or(">");
    format!("<{name}{attributes}{own}")
}

#[cfg(test)]
#[path = "sanitise_tests.rs"]
mod tests;
