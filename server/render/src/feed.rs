//! RSS 2.0, Atom 1.0 and JSON Feed 1.1 from one typed feed.
//!
//! All addresses are absolute. Bodies for feeds are rendered with origin and base as the base of their links
//! (`https://example.org/acme`), since readers show them elsewhere.

use jiff::Timestamp;
use serde_json::json;

use crate::{html::SafeHtml, xml::Xml};

/// The media type of [`rss`].
pub const RSS_TYPE: &str = "application/rss+xml; charset=utf-8";
/// The media type of [`atom`](fn@atom).
pub const ATOM_TYPE: &str = "application/atom+xml; charset=utf-8";
/// The media type of [`json`](fn@json).
pub const JSON_TYPE: &str = "application/feed+json; charset=utf-8";

const GENERATOR: &str = "Rowhouse";
const ATOM_NAMESPACE: &str = "http://www.w3.org/2005/Atom";
const RSS_ROOT: [(&str, &str); 4] = [
    ("version", "2.0"),
    ("xmlns:atom", ATOM_NAMESPACE),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
];

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
    Xml::document("rss", &RSS_ROOT, |xml| xml.within("channel", |xml| rss_channel(xml, feed)))
}

fn rss_channel(xml: &mut Xml, feed: &Feed) {
    xml.text("title", &feed.title);
    xml.text("link", &feed.page_url);
    xml.text("description", if feed.description.is_empty() { &feed.title } else { &feed.description });
    xml.text("language", &feed.language);
    xml.text("lastBuildDate", &rfc2822(feed.updated));
    xml.text("generator", GENERATOR);
    xml.empty("atom:link", &[("href", &feed.feed_url), ("rel", "self"), ("type", "application/rss+xml")]);
    for entry in &feed.entries {
        xml.within("item", |xml| rss_item(xml, entry));
    }
}

fn rss_item(xml: &mut Xml, entry: &FeedEntry) {
    xml.text("title", &entry.title);
    xml.text("link", &entry.url);
    xml.text_with("guid", &[("isPermaLink", "false")], &entry.id);
    if !entry.summary.is_empty() {
        xml.text("description", &entry.summary);
    }
    if let Some(name) = &entry.author {
        // `author` asks for a mail address, which nobody's readers need; Dublin Core takes a name
        xml.text("dc:creator", name);
    }
    xml.text("pubDate", &rfc2822(entry.published));
    for name in &entry.categories {
        xml.text("category", name);
    }
    if let Some(html) = &entry.content {
        xml.text("content:encoded", html.as_str());
    }
}

/// The feed as Atom 1.0.
#[must_use]
pub fn atom(feed: &Feed) -> String {
    let root = [("xmlns", ATOM_NAMESPACE), ("xml:lang", feed.language.as_str())];
    Xml::document("feed", &root, |xml| {
        xml.text("title", &feed.title);
        if !feed.description.is_empty() {
            xml.text("subtitle", &feed.description);
        }
        xml.text("id", &feed.feed_url);
        xml.text("updated", &feed.updated.to_string());
        xml.text("generator", GENERATOR);
        atom_link(xml, &feed.feed_url, "self", "application/atom+xml");
        atom_link(xml, &feed.page_url, "alternate", "text/html");
        // every entry needs an author; this one stands in for those without
        atom_author(xml, &feed.title);
        for entry in &feed.entries {
            xml.within("entry", |xml| atom_entry(xml, entry));
        }
    })
}

fn atom_entry(xml: &mut Xml, entry: &FeedEntry) {
    xml.text("title", &entry.title);
    xml.text("id", &entry.id);
    xml.text("updated", &entry.updated.to_string());
    xml.text("published", &entry.published.to_string());
    if let Some(name) = &entry.author {
        atom_author(xml, name);
    }
    atom_link(xml, &entry.url, "alternate", "text/html");
    for name in &entry.categories {
        xml.empty("category", &[("term", name)]);
    }
    if !entry.summary.is_empty() {
        xml.text("summary", &entry.summary);
    }
    if let Some(html) = &entry.content {
        xml.text_with("content", &[("type", "html")], html.as_str());
    }
}

fn atom_link(xml: &mut Xml, href: &str, rel: &str, media_type: &str) {
    xml.empty("link", &[("href", href), ("rel", rel), ("type", media_type)]);
}

fn atom_author(xml: &mut Xml, name: &str) {
    xml.within("author", |xml| xml.text("name", name));
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

fn rfc2822(when: Timestamp) -> String {
    when.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
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
        let channel = ::rss::Channel::read_from(xml.as_bytes()).unwrap();
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
        let read = atom_syndication::Feed::read_from(xml.as_bytes()).unwrap();
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
        assert!(::rss::Channel::read_from(rss(&empty).as_bytes()).unwrap().items.is_empty());
        assert!(atom_syndication::Feed::read_from(atom(&empty).as_bytes()).unwrap().entries.is_empty());
        assert!(sanitise::clean("").is_empty());
    }
}
