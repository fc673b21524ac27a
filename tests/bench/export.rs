//! Exports of WordPress, as large as wanted.

use std::{fmt::Write as _, path::Path};

use anyhow::Result;

use crate::scenes::text;

/// What is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Posts with a category and two tags.
    Post,
    /// Pages.
    Page,
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Much</title><link>https://much.example</link><language>en</language><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://much.example</wp:base_site_url><wp:base_blog_url>https://much.example</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[ann]]></wp:author_login><wp:author_email><![CDATA[ann@much.example]]></wp:author_email><wp:author_display_name><![CDATA[Ann]]></wp:author_display_name></wp:author>
"#;

/// Writes an export with so many items.
pub fn write(file: &Path, items: usize, kind: Kind) -> Result<()> {
    let mut xml = HEAD.to_owned();
    let (word, body) = match kind {
        Kind::Post => ("post", text(1_500)),
        Kind::Page => ("page", text(6_000)),
    };
    for n in 0..items {
        let (day, hour, id) = (n % 28 + 1, n % 24, n + 10);
        write!(
            xml,
            "<item><title><![CDATA[Item {n}]]></title><link>https://much.example/{word}-{n}/</link>\
             <dc:creator><![CDATA[ann]]></dc:creator><content:encoded><![CDATA[{body} {n}]]></content:encoded>\
             <excerpt:encoded><![CDATA[]]></excerpt:encoded><wp:post_id>{id}</wp:post_id>\
             <wp:post_date><![CDATA[2025-01-{day:02} {hour:02}:00:00]]></wp:post_date>\
             <wp:post_date_gmt><![CDATA[2025-01-{day:02} {hour:02}:00:00]]></wp:post_date_gmt>\
             <wp:post_name><![CDATA[{word}-{n}]]></wp:post_name><wp:status><![CDATA[publish]]></wp:status>\
             <wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order>\
             <wp:post_type><![CDATA[{word}]]></wp:post_type><wp:post_password><![CDATA[]]></wp:post_password>\
             <wp:is_sticky>0</wp:is_sticky>"
        )?;
        if kind == Kind::Post {
            for (domain, slug) in [
                ("category", format!("category-{}", n % 20)),
                ("post_tag", format!("tag-{}", n % 50)),
                ("post_tag", format!("tag-{}", n % 7 + 60)),
            ] {
                write!(
                    xml,
                    "<category domain=\"{domain}\" nicename=\"{slug}\"><![CDATA[{slug}]]></category>"
                )?;
            }
        }
        xml.push_str("</item>\n");
    }
    xml.push_str("</channel></rss>\n");
    std::fs::write(file, xml)?;
    Ok(())
}
