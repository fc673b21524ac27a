//! RSS 2.0, Atom 1.0 and JSON Feed 1.1 from one typed feed.
//!
//! All addresses are absolute. Bodies for feeds are rendered with origin and base as the base of their links
//! (`https://example.org/acme`), since readers show them elsewhere.

use atom_syndication as atom;
use jiff::Timestamp;
use serde_json::json;

use crate::html::SafeHtml;

/// The media type of [`rss`].
pub const RSS_TYPE: &str = "application/rss+xml; charset=utf-8";
/// The media type of [`atom`](fn@atom).
pub const ATOM_TYPE: &str = "application/atom+xml; charset=utf-8";
/// The media type of [`json`](fn@json).
pub const JSON_TYPE: &str = "application/feed+json; charset=utf-8";

/// What a feed says about itself, and its entries.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Name of the site, or of the site and the archive.
    pub title: String,
    /// One line about it; may be empty.
    pub description: String,
    /// The page that shows the same list, absolute.
    pub page_url: String,
    /// This feed, absolute.
    pub feed_url: String,
    /// BCP 47 tag.
    pub language: String,
    /// When the feed last changed: that of its newest entry, or the site's making if there is none.
    pub updated: Timestamp,
    /// Newest first.
    pub entries: Vec<FeedEntry>,
}

/// One post in a feed.
#[derive(Clone, Debug)]
pub struct FeedEntry {
    /// A name for ever, whatever happens to title and address: `urn:uuid:…`.
    pub id: String,
    /// Heading, plain text.
    pub title: String,
    /// The post's page, absolute.
    pub url: String,
    /// Plain text; may be empty.
    pub summary: String,
    /// The whole text, links absolute; none for protected posts and for feeds of summaries.
    pub content: Option<SafeHtml>,
    /// The author's name.
    pub author: Option<String>,
    /// When it was first published.
    pub published: Timestamp,
    /// When its published form last changed.
    pub updated: Timestamp,
    /// Names of categories and tags.
    pub categories: Vec<String>,
}

/// The feed as RSS 2.0, with the whole text as `content:encoded`.
#[must_use]
pub fn rss(feed: &Feed) -> String {
    let mut channel = rss::Channel {
        title: xml_text(&feed.title),
        link: feed.page_url.clone(),
        description: xml_text(if feed.description.is_empty() { &feed.title } else { &feed.description }),
        language: Some(feed.language.clone()),
        last_build_date: Some(rfc2822(feed.updated)),
        generator: Some("Rowhouse".into()),
        items: feed.entries.iter().map(rss_item).collect(),
        ..rss::Channel::default()
    };
    channel.namespaces.insert("content".into(), "http://purl.org/rss/1.0/modules/content/".into());
    channel.namespaces.insert("dc".into(), "http://purl.org/dc/elements/1.1/".into());
    channel.namespaces.insert("atom".into(), "http://www.w3.org/2005/Atom".into());
    let own = rss::extension::atom::Link {
        href: feed.feed_url.clone(),
        rel: "self".into(),
        mime_type: Some("application/rss+xml".into()),
        ..Default::default()
    };
    channel.atom_ext = Some(rss::extension::atom::AtomExtension { links: vec![own] });
    declared(&channel.to_string())
}

fn rss_item(entry: &FeedEntry) -> rss::Item {
    let category = |name: &String| rss::Category { name: xml_text(name), domain: None };
    rss::Item {
        title: Some(xml_text(&entry.title)),
        link: Some(entry.url.clone()),
        guid: Some(rss::Guid { value: entry.id.clone(), permalink: false }),
        description: (!entry.summary.is_empty()).then(|| xml_text(&entry.summary)),
        // `author` asks for a mail address, which nobody's readers need; Dublin Core takes a name
        dublin_core_ext: entry.author.as_ref().map(|name| rss::extension::dublincore::DublinCoreExtension {
            creators: vec![xml_text(name)],
            ..Default::default()
        }),
        pub_date: Some(rfc2822(entry.published)),
        categories: entry.categories.iter().map(category).collect(),
        content: entry.content.as_ref().map(|html| xml_text(html.as_str())),
        ..rss::Item::default()
    }
}

/// The feed as Atom 1.0.
#[must_use]
pub fn atom(feed: &Feed) -> String {
    let document = atom::Feed {
        title: atom::Text::plain(xml_text(&feed.title)),
        subtitle: (!feed.description.is_empty()).then(|| atom::Text::plain(xml_text(&feed.description))),
        id: feed.feed_url.clone(),
        updated: fixed(feed.updated),
        lang: Some(feed.language.clone()),
        generator: Some(atom::Generator { value: "Rowhouse".into(), ..Default::default() }),
        links: vec![
            atom_link(&feed.feed_url, "self", "application/atom+xml"),
            atom_link(&feed.page_url, "alternate", "text/html"),
        ],
        // every entry needs an author; this one stands in for those without
        authors: vec![atom::Person { name: xml_text(&feed.title), ..Default::default() }],
        entries: feed.entries.iter().map(atom_entry).collect(),
        ..atom::Feed::default()
    };
    declared(&document.to_string())
}

fn atom_entry(entry: &FeedEntry) -> atom::Entry {
    let person = |name: &String| atom::Person { name: xml_text(name), ..Default::default() };
    atom::Entry {
        title: atom::Text::plain(xml_text(&entry.title)),
        id: entry.id.clone(),
        updated: fixed(entry.updated),
        published: Some(fixed(entry.published)),
        authors: entry.author.iter().map(person).collect(),
        links: vec![atom_link(&entry.url, "alternate", "text/html")],
        categories: entry
            .categories
            .iter()
            .map(|name| atom::Category { term: xml_text(name), ..Default::default() })
            .collect(),
        summary: (!entry.summary.is_empty()).then(|| atom::Text::plain(xml_text(&entry.summary))),
        content: entry.content.as_ref().map(|html| atom::Content {
            content_type: Some("html".into()),
            value: Some(xml_text(html.as_str())),
            ..Default::default()
        }),
        ..atom::Entry::default()
    }
}

fn atom_link(href: &str, rel: &str, media_type: &str) -> atom::Link {
    atom::Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        mime_type: Some(media_type.to_owned()),
        ..Default::default()
    }
}

/// The feed as JSON Feed 1.1.
#[must_use]
pub fn json(feed: &Feed) -> String {
    let items: Vec<_> = feed.entries.iter().map(json_item).collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page_url,
        "feed_url": feed.feed_url,
        "language": feed.language,
        "items": items,
    })
    .to_string()
}

fn json_item(entry: &FeedEntry) -> serde_json::Value {
    let mut item = json!({
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "date_published": entry.published.to_string(),
        "date_modified": entry.updated.to_string(),
        "tags": entry.categories,
    });
    if let Some(fields) = item.as_object_mut() {
        if !entry.summary.is_empty() {
            fields.insert("summary".into(), json!(entry.summary));
        }
        match &entry.content {
            Some(html) => fields.insert("content_html".into(), json!(html.as_str())),
            None => fields.insert("content_text".into(), json!(entry.summary)),
        };
        if let Some(name) = &entry.author {
            fields.insert("authors".into(), json!([{ "name": name }]));
        }
    }
    item
}

/// A text without the characters that XML 1.0 has no way to write (control characters, non-characters).
pub(crate) fn xml_text(text: &str) -> String {
    text.chars()
        .filter(|c| match c {
            '\t' | '\n' | '\r' => true,
            '\u{fffe}' | '\u{ffff}' => false,
            c => !('\0'..' ').contains(c),
        })
        .collect()
}

fn declared(xml: &str) -> String {
    if xml.starts_with("<?xml") {
        xml.to_owned()
    } else {
        format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{xml}")
    }
}

fn rfc2822(when: Timestamp) -> String {
    when.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn fixed(when: Timestamp) -> atom::FixedDateTime {
    when.to_string().parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{markdown, sanitise};

    fn feed() -> Feed {
        let at: Timestamp = "2026-11-20T08:30:00Z".parse().unwrap();
        let entry = |n: u32, content| FeedEntry {
            id: format!("urn:uuid:0000000{n}-0000-7000-8000-000000000000"),
            title: format!("Title {n} <b>&\u{0}\u{8} \u{ffff}]]>"),
            url: format!("https://example.org/acme/post-{n}?a=1&b=2"),
            summary: "short ]]> & <plain>\u{1b}".into(),
            content,
            author: Some("Ada & Co".into()),
            published: at,
            updated: at,
            categories: vec!["R&D".into()],
        };
        Feed {
            title: "Acme\u{b}".into(),
            description: String::new(),
            page_url: "https://example.org/acme/".into(),
            feed_url: "https://example.org/acme/feed.xml".into(),
            language: "en".into(),
            updated: at,
            entries: vec![
                entry(1, Some(markdown::render("[x](/about) and `]]>`", "https://example.org/acme"))),
                entry(2, None),
            ],
        }
    }

    #[test]
    fn rss_parses_back() {
        let xml = rss(&feed());
        let channel = rss::Channel::read_from(xml.as_bytes()).unwrap();
        assert_eq!(channel.title, "Acme");
        assert_eq!(channel.items[0].title.as_deref(), Some("Title 1 <b>& ]]>"));
        assert_eq!(channel.items[0].link.as_deref(), Some("https://example.org/acme/post-1?a=1&b=2"));
        assert!(channel.items[0].content.as_deref().unwrap().contains("https://example.org/acme/about"));
        assert!(channel.items[0].content.as_deref().unwrap().contains("]]&gt;"), "{xml}");
        assert_eq!(channel.items[0].pub_date.as_deref(), Some("Fri, 20 Nov 2026 08:30:00 +0000"));
        assert_eq!(channel.items[1].content, None);
    }

    #[test]
    fn atom_parses_back() {
        let xml = atom(&feed());
        let read = atom::Feed::read_from(xml.as_bytes()).unwrap();
        assert_eq!(read.entries.len(), 2);
        assert_eq!(read.entries[0].title.as_str(), "Title 1 <b>& ]]>");
        assert_eq!(read.entries[0].updated.to_rfc3339(), "2026-11-20T08:30:00+00:00");
        assert_eq!(read.entries[0].links[0].href, "https://example.org/acme/post-1?a=1&b=2");
    }

    #[test]
    fn both_are_well_formed_to_a_strict_reader() {
        for xml in [rss(&feed()), atom(&feed())] {
            let mut reader = quick_xml::Reader::from_str(&xml);
            reader.config_mut().check_end_names = true;
            while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
            assert!(xml.chars().all(|c| c >= ' ' || "\t\n\r".contains(c)));
        }
    }

    #[test]
    fn json_holds_the_text_once() {
        let value: serde_json::Value = serde_json::from_str(&json(&feed())).unwrap();
        assert!(value["items"][0]["content_html"].as_str().unwrap().contains("about"));
        assert_eq!(value["items"][1]["content_text"], "short ]]> & <plain>\u{1b}");
    }

    #[test]
    fn an_empty_feed_is_a_feed() {
        let mut empty = feed();
        empty.entries.clear();
        assert!(rss::Channel::read_from(rss(&empty).as_bytes()).unwrap().items.is_empty());
        assert!(atom::Feed::read_from(atom(&empty).as_bytes()).unwrap().entries.is_empty());
        assert!(sanitise::clean("").is_empty());
    }
}
