//! Bodies.

use super::*;

struct Known;

impl Lookup for Known {
    fn route(&self, old: &OldAddress) -> Option<String> {
        match (old.path.as_str(), old.item_id()) {
            ("/about", _) | (_, Some(7)) => Some("/about-us".to_owned()),
            _ => None,
        }
    }

    fn file(&self, address: &str) -> Option<String> {
        file_keys(address).contains(&"cafe.example/up/cat.jpg".to_owned()).then(|| "/media/cat".to_owned())
    }

    fn attachment(&self, id: u64) -> Option<AttachedFile> {
        (id < 10).then(|| AttachedFile {
            address: format!("/media/{id}"),
            title: format!("No. {id}"),
            is_image: true,
            ..AttachedFile::default()
        })
    }

    fn own_pictures(&self) -> Vec<AttachedFile> {
        self.attachment(1).into_iter().collect()
    }
}

fn html(body: &str) -> String {
    convert(body, &site(), &Known).html
}

#[test]
fn blank_lines_make_paragraphs() {
    for (body, expected) in [
        ("", ""),
        ("one", "<p>one</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("one\r\n \t\r\n\r\ntwo", "<p>one</p>\n<p>two</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one<br />\ntwo", "<p>one<br>\ntwo</p>"),
        ("<p>one</p>\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("<h2>Head</h2>\ntext", "<h2>Head</h2>\n<p>text</p>"),
        ("<strong>a\n\nb</strong> c", "<p><strong>a</strong></p>\n<p><strong>b</strong> c</p>"),
        ("<ul>\n<li>one</li>\n\n<li>two</li>\n</ul>", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("<ul><li>one<li>two</ul>", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("<blockquote>said</blockquote>", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("<div>one</div>", "<div>one</div>"),
        ("<div>one\n\ntwo</div>", "<div><p>one</p>\n<p>two</p>\n</div>"),
        (
            "<table><tr><td>a</td>\n<td>b</td></tr></table>",
            "<table>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</table>",
        ),
        ("a<hr>b", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("text</div>", "<p>text</p>"),
        ("<div><em>open", "<div><em>open</div>"),
        ("1 < 2 & 3", "<p>1 < 2 & 3</p>"),
    ] {
        assert_eq!(html(body), expected, "{body:?}");
    }
}

#[test]
fn preformatted_text_is_untouched() {
    let pre = "<pre>one\n\n  two <b>x</b>\n[gallery]\nhttps://other.example/\n</pre>";
    assert_eq!(html(&format!("before\n\n{pre}\n\nafter")), format!("<p>before</p>\n{pre}\n<p>after</p>"));
}

#[test]
fn marks_of_the_block_editor_go_and_its_html_stays() {
    let body = "<!-- wp:paragraph {\"align\":\"left\"} -->\n<p>one\ntwo</p>\n<!-- /wp:paragraph -->\n\n\
                <!-- wp:latest-posts {\"n\":3} /-->\n\n<!-- wp:list -->\n<ul><li>x</li></ul>\n<!-- /wp:list -->";
    let converted = convert(body, &site(), &NoLookup);
    assert!(converted.html.contains("<p>one\ntwo</p>") && converted.html.contains("<ul><li>x</li></ul>"));
    assert!(
        !converted.html.contains("wp:")
            && !converted.html.contains("<br>")
            && !converted.html.contains("<p></p>")
    );
    assert_eq!(converted.lost_blocks.into_iter().collect::<Vec<_>>(), ["latest-posts"]);
}

#[test]
fn classic_text_between_blocks_gets_paragraphs() {
    let body = "old\n\ntext\n<!-- wp:paragraph --><p>new</p><!-- /wp:paragraph -->";
    assert_eq!(html(body), "<p>old</p>\n<p>text</p>\n<p>new</p>");
}

#[test]
fn the_more_mark_makes_a_teaser() {
    let converted = convert("start\n\n<!--more Read on-->\n\nrest", &site(), &NoLookup);
    assert_eq!(converted.teaser.as_deref(), Some("<p>start</p>"));
    assert_eq!(converted.html, "<p>start</p>\n<p>rest</p>");
    assert_eq!(convert("no mark", &site(), &NoLookup).teaser, None);
    let blocks = "<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph --><!-- wp:more --><!--more--><!-- /wp:more -->\
                  <!-- wp:paragraph --><p>b</p><!-- /wp:paragraph -->";
    let converted = convert(blocks, &site(), &NoLookup);
    assert_eq!(converted.teaser.as_deref(), Some("<p>a</p>"));
    assert!(!converted.html.contains("more") && converted.html.contains("<p>b</p>"));
}

#[test]
fn pages_of_a_post_are_one_page_with_rules() {
    assert_eq!(html("one<!--nextpage-->two"), "<p>one</p>\n<hr>\n<p>two</p>");
}

#[test]
fn captions_become_figures() {
    let body = "[caption id=\"a\" align=\"alignleft\" width=\"150\"]<a href=\"/x\"><img src=\"i.jpg\" alt=\"\"></a> A <em>cat</em>[/caption]";
    let figure = "<figure class=\"wp-caption alignleft\"><a href=\"/x\"><img src=\"i.jpg\" alt=\"\"></a><figcaption>A <em>cat</em></figcaption>\n</figure>";
    assert_eq!(html(&format!("before {body} after")), format!("<p>before</p>\n{figure}\n<p>after</p>"));
    let old = "[caption align=\"evil\" caption=\"Words\"]<img src=\"i.jpg\">[/caption]";
    assert!(html(old).contains("alignnone") && html(old).contains("<figcaption>Words</figcaption>"));
}

#[test]
fn galleries_show_what_is_known() {
    let shown = html("[gallery columns=2 ids=\"3, 4,99\"]");
    assert!(
        shown.contains("src=\"/media/3\"") && shown.contains("src=\"/media/4\"") && !shown.contains("99")
    );
    assert!(shown.starts_with("<ul class=\"gallery\">"), "{shown}");
    assert!(html("[gallery]").contains("/media/1"));
    assert_eq!(html("[gallery ids=\"99\"]"), "<p><code>[gallery ids=\"99\"]</code></p>");
}

#[test]
fn embeds_and_recordings_become_links() {
    let link = |address: &str| format!("<p><a href=\"{address}\">{address}</a></p>");
    for body in [
        "[embed width=3]https://v.example/1[/embed]",
        "[video mp4='https://v.example/1'][/video]",
        "[audio src=\"https://v.example/1\"]",
        "[audio https://v.example/1|loop=yes]",
        "https://v.example/1",
        "<p>https://v.example/1</p>",
    ] {
        assert_eq!(html(body), link("https://v.example/1"), "{body}");
    }
    assert_eq!(html("see https://v.example/1 now"), "<p>see https://v.example/1 now</p>");
    assert!(!html("[video src=\"javascript:alert(1)\"]").contains("href"));
}

#[test]
fn unknown_shortcodes_stay_readable() {
    let converted = convert("[row][map lat=\"1\" title=\"<b>\"] text[/row]", &site(), &NoLookup);
    assert_eq!(
        converted.html,
        "<p><code>[row]</code><code>[map lat=\"1\" title=\"&lt;b&gt;\"]</code> text<code>[/row]</code></p>"
    );
    assert_eq!(converted.unknown_shortcodes.into_iter().collect::<Vec<_>>(), ["map", "row"]);
}

#[test]
fn words_in_brackets_are_words() {
    for body in
        ["a [sic] b", "[1] note", "[read more]", "[citation needed]", "x[", "[]", "array[0]", "[it's here]"]
    {
        assert_eq!(html(body), format!("<p>{body}</p>"));
    }
    assert_eq!(html("[[gallery]]"), "<p>[gallery]</p>");
    assert_eq!(html("<code>[gallery]</code>"), "<p><code>[gallery]</code></p>");
}

#[test]
fn links_lead_to_where_things_are() {
    for (old, new) in [
        ("https://cafe.example/blog/about/", "/about-us"),
        ("http://www.cafe.example/blog/about", "/about-us"),
        ("//cafe.example/blog/about/#team", "/about-us#team"),
        ("/blog/about/", "/about-us"),
        ("https://cafe.example/blog/?p=7", "/about-us"),
        ("https://cafe.example/blog/?page_id=7&amp;x=1", "/about-us"),
        ("https://cafe.example/up/cat-300x200.jpg?w=150", "/media/cat"),
        ("https://cafe.example/blog/other/", "https://cafe.example/blog/other/"),
        ("https://cafe.example/about/", "https://cafe.example/about/"),
        ("https://elsewhere.example/blog/about/", "https://elsewhere.example/blog/about/"),
        ("about/", "about/"),
        ("#here", "#here"),
        ("mailto:a@cafe.example", "mailto:a@cafe.example"),
    ] {
        assert_eq!(html(&format!("<a href=\"{old}\">x</a>")), format!("<p><a href=\"{new}\">x</a></p>"));
    }
    let image = html(
        "<img class='a' src='https://cafe.example/up/cat.jpg' srcset='https://cafe.example/up/cat-1x1.jpg 1w' alt=x>",
    );
    assert_eq!(image, "<p><img class='a' src=\"/media/cat\" alt=x></p>");
}

#[test]
fn an_address_cannot_break_out_of_its_attribute() {
    struct Hostile;
    impl Lookup for Hostile {
        fn route(&self, _: &OldAddress) -> Option<String> {
            Some("/x\" onclick=\"alert(1)".to_owned())
        }
    }
    let html = convert("<a href='/blog/a'>x</a>", &site(), &Hostile).html;
    assert_eq!(html, "<p><a href=\"/x&quot; onclick=&quot;alert(1)\">x</a></p>");
}

/// Text is never lost, and no input, however broken, takes more than time in proportion to its length.
#[test]
fn broken_and_hostile_bodies_end() {
    for piece in [
        "<a ",
        "<a \"",
        "[x ",
        "[x]",
        "[caption]",
        "<!--",
        "<pre>",
        "[[",
        "<div>",
        "</p>",
        "&#",
        "<b>\n\n",
        "[audio '",
    ] {
        let body = format!("{} end", piece.repeat(2_000));
        assert!(html(&body).contains("end"), "{piece}");
    }
}

#[test]
fn files_are_found_under_every_address() {
    let noted = |address: &str| file_keys(address).remove(0);
    for (attachment, address) in [
        ("https://cafe.example/up/cat.jpg", "http://www.cafe.example/up/cat.JPG?w=3#x"),
        ("https://cafe.example/up/cat.jpg", "//cafe.example/up/cat-1024x768.jpg"),
        ("https://cafe.example/up/cat-scaled.jpg", "https://cafe.example/up/cat-300x200.jpg"),
        ("https://cafe.example/up/cat-scaled.jpg", "https://cafe.example/up/cat.jpg"),
        ("https://cafe.example/up/%c3%a9t%c3%a9.png", "https://cafe.example/up/été-1x1.png"),
    ] {
        assert!(file_keys(address).contains(&noted(attachment)), "{address}");
    }
}

#[test]
fn a_size_in_a_name_of_its_own_is_kept_apart() {
    let address = "https://cafe.example/up/chart-300x200.png";
    assert_eq!(file_keys(address)[0], "cafe.example/up/chart-300x200.png");
    assert_eq!(file_keys("https://cafe.example/up/12x12-icon.png")[0], "cafe.example/up/12x12-icon.png");
}
