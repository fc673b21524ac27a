//! The import's reading half, on exports written for it and, where it is at hand, on a real one.

mod html;
mod reader;
mod real;
mod routes;

use super::*;

/// An export around the given elements.
fn export(inner: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- made for a test -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
  <title>Caf&#233; &amp;amp; Garden</title>
  <link>https://cafe.example/blog</link>
  <description><![CDATA[Since <em>1999</em>]]></description>
  <language>en-GB</language>
  <wp:wxr_version>1.2</wp:wxr_version>
  <wp:base_site_url>https://network.example</wp:base_site_url>
  <wp:base_blog_url>https://cafe.example/blog</wp:base_blog_url>
  {inner}
</channel>
</rss>"#
    )
}

/// An item with these further elements.
fn item(id: u64, kind: &str, inner: &str) -> String {
    format!(
        "<item><title>Item {id}</title><wp:post_id>{id}</wp:post_id><wp:post_type>{kind}</wp:post_type>\
         <wp:status>publish</wp:status><wp:post_date_gmt>2020-05-06 07:08:09</wp:post_date_gmt>{inner}</item>"
    )
}

fn read(text: &str) -> Vec<Result<WxrEvent, WxrError>> {
    WxrReader::new(text.as_bytes()).collect()
}

/// The items of an export that must be whole.
fn items(text: &str) -> Vec<Item> {
    read(text)
        .into_iter()
        .filter_map(|event| match event.unwrap() {
            WxrEvent::Item(item) => Some(*item),
            _ => None,
        })
        .collect()
}

fn one_item(inner: &str) -> Item {
    items(&export(&format!("<item>{inner}</item>"))).remove(0)
}

fn site() -> SiteAddress {
    SiteAddress::parse("https://cafe.example/blog").unwrap()
}
