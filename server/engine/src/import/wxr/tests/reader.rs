//! The streaming reader.

use std::io::{BufReader, Read};

use super::*;

#[test]
fn the_site_comes_first() {
    let events = read(&export("<wp:author><wp:author_login>ann</wp:author_login></wp:author>"));
    let Ok(WxrEvent::Site(site)) = &events[0] else { panic!("{events:?}") };
    assert_eq!(site.title, "Café & Garden");
    assert_eq!(site.description, "Since 1999");
    assert_eq!((site.language.as_str(), site.version.as_str()), ("en-GB", "1.2"));
    assert_eq!(site.base_blog_url, "https://cafe.example/blog");
    let Ok(WxrEvent::Author(author)) = &events[1] else { panic!("{events:?}") };
    assert_eq!(author.login, "ann");
    assert_eq!(events.len(), 2);
}

#[test]
fn an_export_of_nothing_is_an_export() {
    assert!(matches!(read(&export("")).as_slice(), [Ok(WxrEvent::Site(_))]));
}

#[test]
fn terms_are_read() {
    let text = export(
        "<wp:category><wp:term_id>7</wp:term_id><wp:category_nicename>teas</wp:category_nicename>\
         <wp:category_parent>drinks</wp:category_parent><wp:cat_name><![CDATA[Teas &amp; more]]></wp:cat_name></wp:category>\
         <wp:category><wp:category_nicename>drinks</wp:category_nicename><wp:category_parent/></wp:category>\
         <wp:tag><wp:tag_slug>%c3%a9t%c3%a9</wp:tag_slug><wp:tag_name>été</wp:tag_name></wp:tag>\
         <wp:term><wp:term_id>9</wp:term_id><wp:term_taxonomy>nav_menu</wp:term_taxonomy>\
         <wp:term_slug>main</wp:term_slug><wp:term_name>Main</wp:term_name></wp:term>",
    );
    let events: Vec<WxrEvent> = read(&text).into_iter().skip(1).map(Result::unwrap).collect();
    let [WxrEvent::Category(teas), WxrEvent::Category(drinks), WxrEvent::Tag(tag), WxrEvent::Term(menu)] =
        events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        (teas.id, teas.name.as_str(), teas.parent.as_deref()),
        (Some(7), "Teas & more", Some("drinks"))
    );
    assert_eq!(drinks.parent, None);
    assert_eq!((tag.slug.as_str(), tag.name.as_str()), ("été", "été"));
    assert_eq!((menu.taxonomy.as_str(), menu.slug.as_str()), ("nav_menu", "main"));
}

#[test]
fn a_whole_item_is_read() {
    let item = one_item(
        "<title><![CDATA[Tea &amp; <b>cake</b>]]></title><link>https://cafe.example/blog/2020/05/tea/</link>\
         <dc:creator>ann</dc:creator><guid isPermaLink=\"false\">https://cafe.example/blog/?p=5</guid>\
         <content:encoded><![CDATA[<p>One ]]]]><![CDATA[> two</p>]]></content:encoded>\
         <excerpt:encoded><![CDATA[Short]]></excerpt:encoded><wp:post_id>5</wp:post_id>\
         <wp:post_date>2020-05-06 09:08:09</wp:post_date><wp:post_date_gmt>2020-05-06 07:08:09</wp:post_date_gmt>\
         <wp:post_modified_gmt>2021-01-02 03:04:05</wp:post_modified_gmt><wp:post_name>tea</wp:post_name>\
         <wp:status>private</wp:status><wp:post_parent>0</wp:post_parent><wp:menu_order>-3</wp:menu_order>\
         <wp:post_type>post</wp:post_type><wp:post_password>sesame</wp:post_password><wp:is_sticky>1</wp:is_sticky>\
         <category domain=\"category\" nicename=\"teas\">Teas</category>\
         <category domain=\"post_tag\" nicename=\"hot\">Hot</category>\
         <category domain=\"post_format\" nicename=\"post-format-aside\">Aside</category>\
         <wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>77</wp:meta_value></wp:postmeta>\
         <wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content>Hi</wp:comment_content>\
         <wp:commentmeta><wp:meta_key>a</wp:meta_key></wp:commentmeta></wp:comment>\
         <wp:comment><wp:comment_id>2</wp:comment_id></wp:comment>",
    );
    assert_eq!(item.title, "Tea & cake");
    assert_eq!((item.id, item.parent, item.menu_order), (Some(5), None, -3));
    assert_eq!(item.body, "<p>One ]]> two</p>");
    assert_eq!(item.published.unwrap().to_string(), "2020-05-06T07:08:09Z");
    assert_eq!(item.published_local.unwrap().to_string(), "2020-05-06T09:08:09");
    assert_eq!(item.modified.unwrap().to_string(), "2021-01-02T03:04:05Z");
    assert_eq!((item.status, item.sticky, item.password.as_deref()), (Status::Private, true, Some("sesame")));
    assert_eq!((item.categories[0].slug.as_str(), item.tags[0].name.as_str()), ("teas", "Hot"));
    assert_eq!(item.terms[0].taxonomy, "post_format");
    assert_eq!(item.meta["_thumbnail_id"], "77");
    assert_eq!((item.comments, item.warnings), (2, Vec::new()));
}

#[test]
fn dates_fall_back() {
    let dated = |inner: &str| {
        let item = one_item(&format!("<wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type>{inner}"));
        (item.published.map(|at| at.to_string()), item.warnings.len())
    };
    let zero = "<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>";
    let local = "<wp:post_date>2010-01-02 03:04:05</wp:post_date>";
    let (draft, public) = ("<wp:status>draft</wp:status>", "<wp:status>publish</wp:status>");
    let read = Some("2010-01-02T03:04:05Z".to_owned());
    assert_eq!(dated(&format!("{zero}{local}{draft}")), (read.clone(), 0));
    assert_eq!(dated(&format!("{zero}{draft}")), (None, 0));
    assert_eq!(dated(&format!("{zero}{public}")), (None, 1));
    assert_eq!(
        dated(&format!("<wp:post_date_gmt>2010-13-45 99:00:00</wp:post_date_gmt>{local}{public}")),
        (read.clone(), 1)
    );
    let feed = "<pubDate>Sat, 02 Jan 2010 03:04:05 +0000</pubDate>";
    assert_eq!(dated(&format!("{feed}{public}")), (read, 0));
    assert_eq!(dated(&format!("<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>{draft}")), (None, 0));
}

#[test]
fn bad_fields_cost_only_themselves() {
    let item = one_item(
        "<title>Still here</title><wp:post_id>many</wp:post_id><wp:menu_order>first</wp:menu_order>\
         <wp:post_type>post</wp:post_type><wp:status>glowing</wp:status><content:encoded>Body</content:encoded>\
         <category domain=\"category\" nicename=\"\"></category>",
    );
    assert_eq!((item.title.as_str(), item.body.as_str(), item.id), ("Still here", "Body", None));
    let fields: Vec<&str> = item.warnings.iter().map(|warning| warning.field).collect();
    assert_eq!(fields, ["wp:post_id", "wp:menu_order", "category", "wp:status"]);
}

#[test]
fn an_item_without_a_state_is_not_published() {
    assert_eq!(one_item("<title>x</title>").status, Status::Draft);
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_and_told() {
    let mut text = export("<item><title>Gr@nde</title></item>").into_bytes();
    let at = text.iter().position(|byte| *byte == b'@').unwrap();
    text[at] = 0xe4;
    let events: Vec<WxrEvent> = WxrReader::new(text.as_slice()).map(Result::unwrap).collect();
    let WxrEvent::Item(item) = &events[1] else { panic!("{events:?}") };
    assert_eq!(item.title, "Gr\u{fffd}nde");
    assert_eq!(item.warnings[0].field, "title");
}

#[test]
fn careless_text_is_read() {
    let item = one_item("<title>Salt & pepper &copy; &unknown; \u{8}end</title>");
    assert_eq!(item.title, "Salt & pepper © &unknown; end");
}

#[test]
fn menu_entries_are_understood() {
    let meta = |name: &str, value: &str| {
        format!(
            "<wp:postmeta><wp:meta_key>_menu_item_{name}</wp:meta_key><wp:meta_value>{value}</wp:meta_value></wp:postmeta>"
        )
    };
    let entry = |kind: &str| {
        let inner = [meta("type", kind), meta("object_id", "12"), meta("object", "category")].concat()
            + &meta("menu_item_parent", "3")
            + &meta("url", "https://other.example/")
            + "<category domain=\"nav_menu\" nicename=\"main\">Main</category>";
        items(&export(&item(4, "nav_menu_item", &inner))).remove(0).menu_entry().unwrap()
    };
    assert_eq!(entry("post_type").target, MenuTarget::Item(12));
    assert_eq!(entry("taxonomy").target, MenuTarget::Term { taxonomy: "category".to_owned(), id: 12 });
    assert_eq!(entry("custom").target, MenuTarget::Address("https://other.example/".to_owned()));
    assert_eq!((entry("custom").parent, entry("custom").menus), (Some(3), vec!["main".to_owned()]));
    assert_eq!(one_item("<title>x</title>").menu_entry(), None);
}

#[test]
fn further_fields_are_bounded() {
    let long = format!(
        "<wp:postmeta><wp:meta_key>long</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:postmeta>",
        "x".repeat(100_000)
    );
    let many: String = (0..500)
        .map(|n| {
            format!(
                "<wp:postmeta><wp:meta_key>k{n}</wp:meta_key><wp:meta_value>v</wp:meta_value></wp:postmeta>"
            )
        })
        .collect();
    let item = items(&export(&item(1, "post", &(long + &many)))).remove(0);
    assert_eq!(item.meta.len(), 200);
    assert!(!item.meta.contains_key("long") && !item.warnings.is_empty());
}

/// Wherever the file is cut, what was whole before is there and the end is an error that says where.
#[test]
fn a_cut_file_yields_what_was_whole() {
    let text =
        export(&(item(1, "post", "<content:encoded><![CDATA[a]]></content:encoded>") + &item(2, "page", "")));
    let whole = text.trim_end().len();
    for keep in (0..whole).filter(|at| text.is_char_boundary(*at)) {
        let mut events = read(text.get(..keep).unwrap());
        let error = events.pop().unwrap().unwrap_err();
        assert!(
            matches!(error.kind, WxrErrorKind::CutOff)
                || keep < 300 && matches!(error.kind, WxrErrorKind::NotAnExport),
            "{keep}: {error}"
        );
        assert!(error.byte <= keep as u64 + 1, "{keep}: {error}");
        let expected = text.get(..keep).unwrap().matches("</item>").count();
        let got = events.iter().filter(|event| matches!(event, Ok(WxrEvent::Item(_)))).count();
        assert_eq!(got, expected, "{keep}");
    }
}

#[test]
fn a_malformed_file_yields_what_came_before() {
    let text =
        export(&(item(1, "post", "") + "\n<item><title>Broken</title><wp:post_id>2</wp:status></item>"));
    let mut reader = WxrReader::new(text.as_bytes());
    let events: Vec<_> = reader.by_ref().collect();
    assert_eq!(reader.counts().posts, 1);
    let Some(Err(error)) = events.last() else { panic!("{events:?}") };
    assert!(matches!(error.kind, WxrErrorKind::Malformed(_)), "{error}");
    assert_eq!(error.unfinished.as_deref(), Some("Broken"));
    let broken = text.lines().position(|line| line.contains("Broken")).unwrap() as u64 + 1;
    assert_eq!(error.line, broken);
    assert!(reader.next().is_none());
}

#[test]
fn other_files_are_refused() {
    let kind = |text: &str| read(text).pop().unwrap().unwrap_err().kind;
    for text in
        ["", "hello", "<html><body/></html>", "PK\u{3}\u{4}", "<rss><channel><item></item></channel></rss>"]
    {
        assert!(matches!(kind(text), WxrErrorKind::NotAnExport), "{text}");
    }
    let future = export("").replace("1.2</wp:wxr", "3.0</wp:wxr");
    assert!(matches!(kind(&future), WxrErrorKind::UnknownVersion(version) if version == "3.0"));
    let latin = export("").replace("UTF-8", "ISO-8859-1");
    assert!(matches!(kind(&latin), WxrErrorKind::Encoding(_)));
}

/// An endless file of small items is read in bounded memory: the reader never asks for more than it yields.
#[test]
fn reading_is_streaming() {
    let start = export("").replace("</channel>\n</rss>", "");
    let body = item(1, "post", &format!("<content:encoded>{}</content:encoded>", "x".repeat(10_000)));
    let endless =
        std::iter::repeat_with(move || body.clone()).map(|text| std::io::Cursor::new(text.into_bytes()));
    let input =
        BufReader::new(std::io::Cursor::new(start.into_bytes()).chain(Chained { parts: endless, now: None }));
    let mut reader = WxrReader::new(input);
    assert_eq!(
        reader.by_ref().take(1000).filter(|event| matches!(event, Ok(WxrEvent::Item(_)))).count(),
        999
    );
    assert!(reader.bytes_read() < 999 * 10_500);
}

struct Chained<I> {
    parts: I,
    now: Option<std::io::Cursor<Vec<u8>>>,
}

impl<I: Iterator<Item = std::io::Cursor<Vec<u8>>>> Read for Chained<I> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let Some(part) = &mut self.now else {
                self.now = self.parts.next();
                continue;
            };
            match part.read(out)? {
                0 => self.now = None,
                count => return Ok(count),
            }
        }
    }
}

#[test]
fn an_element_without_end_is_stopped() {
    let text = export(&item(1, "post", &"x".repeat(100_000)));
    let small_reads = BufReader::with_capacity(1024, text.as_bytes());
    let error = WxrReader::with_element_limit(small_reads, 50_000).last().unwrap().unwrap_err();
    assert!(matches!(error.kind, WxrErrorKind::ElementTooLarge(50_000)), "{error}");
}
