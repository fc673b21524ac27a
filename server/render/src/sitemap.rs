//! What search engines read first: sitemaps, the index of sitemaps, `robots.txt`.

use jiff::Timestamp;

use crate::xml::Xml;

/// Most addresses that one sitemap, or one index, may hold (sitemaps.org protocol).
pub const SITEMAP_LIMIT: usize = 50_000;

/// One address in a sitemap, or one sitemap in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapEntry {
    /// Absolute address.
    pub url: String,
    /// When it last changed.
    pub modified: Option<Timestamp>,
}

/// What robots are told at a host.
#[derive(Clone, Debug, Default)]
pub struct Robots {
    /// Whether all of the host is closed to robots.
    pub closed: bool,
    /// Path prefixes they should leave alone, with base (`/acme/admin/`).
    pub disallow: Vec<String>,
    /// Absolute addresses of sitemaps.
    pub sitemaps: Vec<String>,
}

/// A sitemap of pages. More than [`SITEMAP_LIMIT`] entries are cut; split them with an index.
#[must_use]
pub fn sitemap(entries: &[SitemapEntry]) -> String {
    document("urlset", "url", entries)
}

/// An index of sitemaps.
#[must_use]
pub fn sitemap_index(sitemaps: &[SitemapEntry]) -> String {
    document("sitemapindex", "sitemap", sitemaps)
}

fn document(root: &str, each: &str, entries: &[SitemapEntry]) -> String {
    Xml::document(root, &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")], |xml| {
        for entry in entries.iter().take(SITEMAP_LIMIT) {
            xml.within(each, |xml| {
                xml.text("loc", &entry.url);
                if let Some(when) = entry.modified {
                    xml.text("lastmod", &when.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
                }
            });
        }
    })
}

/// The text of `robots.txt`. Line breaks within a value are dropped, so that no value can add a rule.
#[must_use]
pub fn robots(rules: &Robots) -> String {
    let one_line = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
    let mut text = String::from("User-agent: *\n");
    if rules.closed {
        text.push_str("Disallow: /\n");
    } else {
        for path in &rules.disallow {
            text.push_str(&format!("Disallow: {}\n", one_line(path)));
        }
        if rules.disallow.is_empty() {
            text.push_str("Disallow:\n");
        }
    }
    for url in &rules.sitemaps {
        text.push_str(&format!("\nSitemap: {}", one_line(url)));
    }
    if !rules.sitemaps.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_escapes_and_dates() {
        let entry = |url: &str, modified| SitemapEntry { url: url.into(), modified };
        let when = Some("2026-11-20T08:30:00.123456Z".parse().unwrap());
        let xml = sitemap(&[entry("https://e.org/a?b=1&c=2", when), entry("https://e.org/\u{1}x", None)]);
        assert_eq!(
            xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
             <url><loc>https://e.org/a?b=1&amp;c=2</loc><lastmod>2026-11-20T08:30:00Z</lastmod></url>\
             <url><loc>https://e.org/x</loc></url></urlset>"
        );
        assert!(sitemap_index(&[]).contains("<sitemapindex"));
    }

    #[test]
    fn robots_cannot_be_given_more_rules_than_meant() {
        let text = robots(&Robots {
            closed: false,
            disallow: vec!["/acme/admin/\nAllow: /".into()],
            sitemaps: vec!["https://e.org/sitemap.xml".into()],
        });
        assert_eq!(
            text,
            "User-agent: *\nDisallow: /acme/admin/Allow: /\n\nSitemap: https://e.org/sitemap.xml\n"
        );
        assert!(robots(&Robots { closed: true, ..Robots::default() }).contains("Disallow: /\n"));
    }
}
